"""What a run leaves to take away: its history as a table, its checkpoint as one file or in half the
bytes."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from charlstm.checkpoint import (
    CARD,
    CONFIG,
    VOCAB,
    WEIGHTS,
    Checkpoint,
    load_checkpoint,
    replace_file,
)
from charlstm.errors import UserError
from charlstm.settings import HISTORY, LEARNED

COLUMNS = (
    "run",
    "kind",
    "step",
    "seconds",
    "characters",
    "loss",
    "learning_rate",
    "gradient_norm",
    "nats",
    "characters_scored",
    "temperature",
    "sample",
    "reason",
    "message",
)
"""Of the table: the run's name, then the names that a history uses. Losses are in nats."""
ZIPPED = (CONFIG, WEIGHTS, VOCAB, CARD, HISTORY, LEARNED)


def history_csv(histories: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Every record of some runs, a row each; what a record does not have stays empty.

    Args:
        histories: records by the name of their run.
    """
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    table.writeheader()
    for name, records in histories.items():
        table.writerows({"run": name, **record} for record in records)
    return text.getvalue()


def checkpoint_zip(folder: Path) -> bytes:
    """A checkpoint folder as a zip file, with its history where there is one; nothing else of it.

    Raises:
        UserError: no checkpoint was saved there yet.
    """
    if not all((folder / name).is_file() for name in (CONFIG, WEIGHTS, VOCAB)):
        raise UserError(
            f"The run {folder.name!r} has not saved a checkpoint yet.",
            "It saves about every ten seconds while it trains.",
        )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in ZIPPED:
            path = folder / name
            if path.is_file():
                # Weights are noise to a compressor.
                how = zipfile.ZIP_STORED if name == WEIGHTS else zipfile.ZIP_DEFLATED
                bundle.writestr(f"{folder.name}/{name}", path.read_bytes(), how)
    return file.getvalue()


def store_in_16_bits(source: Path, target: Path) -> Checkpoint:
    """Write a copy of a checkpoint with its weights in float16: half the bytes.

    Whether the model is still as good is for the caller to see: score the source and what is
    returned, and put both figures into the card, which is copied as it is.

    Args:
        target: its folder; the files of a checkpoint that is there already are replaced.

    Returns:
        the copy as it loads, in float32 again.

    Raises:
        UserError: the source can't be used, or a weight is beyond what float16 holds.
        OSError: the target can't be written.
    """
    weights = {k: v.half() for k, v in load_checkpoint(source).model.state_dict().items()}
    for name, weight in weights.items():
        if not weight.isfinite().all():
            raise UserError(
                f"{name} of {source.name!r} has weights beyond 65,504, which float16 can't hold.",
                "Ship it as it is.",
            )
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix=".saving-") as aside:
        for name in (VOCAB, CONFIG, CARD):
            if (source / name).is_file():
                shutil.copyfile(source / name, Path(aside) / name)
        save_file(weights, Path(aside) / WEIGHTS, metadata={"format": "pt"})
        for path in sorted(Path(aside).iterdir(), key=lambda path: path.name == WEIGHTS):
            replace_file(path, target / path.name)
    return load_checkpoint(target)
