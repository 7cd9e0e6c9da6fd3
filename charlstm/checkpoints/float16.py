"""Copy a checkpoint with its weights as float16, in half the bytes."""

from __future__ import annotations

import shutil
from pathlib import Path

from charlstm.atomic import replacing
from charlstm.checkpoints.checkpoint import Checkpoint, load_checkpoint
from charlstm.checkpoints.files import CARD, CONFIG, VOCAB, WEIGHTS
from charlstm.errors import user_error
from charlstm.model.tensor_file import save_tensors


def store_in_16_bits(source: Path, target: Path) -> Checkpoint:
    """Write a copy of a checkpoint with its weights in float16, in half the bytes.

    The caller has to check that the model is still as good: score both, and add the copy's score to
    the card, which is copied unchanged.

    Args:
        source: folder of the checkpoint.
        target: folder of the copy; files of an existing checkpoint are replaced.

    Returns:
        the copy, loaded, in float32 again.

    Raises:
        UserError: the source can't be used, or a weight exceeds float16's range.
        OSError: the target can't be written.
    """
    weights = {k: v.half() for k, v in load_checkpoint(source).model.state_dict().items()}
    for name, weight in weights.items():
        if not weight.isfinite().all():
            raise user_error("checkpoints.float16", weights=name, checkpoint=repr(source.name))
    target.mkdir(parents=True, exist_ok=True)
    copied = [name for name in (VOCAB, CONFIG, CARD) if (source / name).is_file()]
    with replacing(target, *copied, WEIGHTS) as aside:
        for name in copied:
            shutil.copyfile(source / name, aside / name)
        save_tensors(weights, aside / WEIGHTS, {"format": "pt"})
    return load_checkpoint(target)
