"""Checkpoints: folders on disk with everything that sampling needs.

A folder holds ``config.json``, ``model.safetensors``, ``vocab.json`` and ``README.md`` (a model
card in the Hub's format); a run adds its own files (`charlstm.runs.runner`). Weights are loaded
from safetensors only, and only if their shapes match the configuration.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_model

from charlstm.atomic import replacing
from charlstm.checkpoints.files import CARD, CONFIG, VOCAB, WEIGHTS, checkpoint_path
from charlstm.checkpoints.title import in_folder
from charlstm.errors import UserError, user_error
from charlstm.model.lstm import CharLSTM, parameter_shapes
from charlstm.text.vocabulary import Vocabulary
from charlstm.texts import listed, text

_LARGEST_WEIGHT = 1e9
"""Larger ones, infinity and NaN are no weights of a trained model. Below it, no sum of products of
two of them overflows float32."""
_LIMITS = {"vocab_size": 200_000, "embed_size": 8_192, "hidden_size": 8_192, "n_layers": 16}


@dataclass(frozen=True)
class Checkpoint:
    """A loaded checkpoint: the model in eval mode, float32, on the CPU, and its vocabulary."""

    path: Path
    model: CharLSTM
    vocab: Vocabulary


def save_checkpoint(folder: Path, model: CharLSTM, vocab: Vocabulary, card: str) -> None:
    """Write a checkpoint; existing files are replaced, each atomically.

    Raises:
        OSError: the folder can't be written; files not replaced by then are as before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # The weights last: vocabulary and configuration do not change during a run.
    with replacing(folder, VOCAB, CONFIG, CARD, WEIGHTS) as aside:
        (aside / CARD).write_text(card, encoding="utf-8")  # else the library makes one of its own
        model.save_pretrained(aside)
        vocab.save(aside / VOCAB)


def load_checkpoint(folder: Path) -> Checkpoint:
    """Load a checkpoint folder.

    Raises:
        UserError: a file is missing or broken, or the weights do not fit the configuration.
    """
    checkpoint_path(folder)
    for name in (CONFIG, WEIGHTS, VOCAB):
        if not (folder / name).is_file():
            raise user_error(
                "checkpoints.incomplete",
                folder=repr(folder.name),
                file=name,
                files=listed([CONFIG, WEIGHTS, VOCAB]),
            )
    vocab = Vocabulary.load(folder / VOCAB)
    sizes = read_config(folder)
    if sizes["vocab_size"] != len(vocab):
        raise broken(folder, text("checkpoints.why.sizes", config=CONFIG, vocabulary=VOCAB))
    expected = parameter_shapes(**sizes)
    try:
        with safe_open(folder / WEIGHTS, framework="pt") as file:
            shapes = {key: file.get_slice(key).get_shape() for key in file.keys()}  # noqa: SIM118
        _check_shapes(folder, shapes, expected)
        model = CharLSTM(**sizes, dropout=0.0)
        load_model(model, folder / WEIGHTS)
    except SafetensorError as error:
        if _is_pickle(folder / WEIGHTS):
            raise broken(folder, text("checkpoints.why.pickle", file=WEIGHTS)) from error
        raise broken(folder, text("checkpoints.why.damaged", file=WEIGHTS)) from error
    except OSError as error:
        raise broken(folder, unreadable(WEIGHTS)) from error
    for name, weight in model.named_parameters():
        if not weight.abs().max() < _LARGEST_WEIGHT:  # not true of NaN either
            why = text("checkpoints.why.weights", tensor=name, file=WEIGHTS)
            raise broken(folder, why)
    return Checkpoint(folder, model.eval(), vocab)


def _check_shapes(
    folder: Path, shapes: dict[str, list[int]], expected: dict[str, list[int]]
) -> None:
    """Check the names and shapes of a weights file against those of the configuration."""
    if shapes == expected:
        return
    first = next(iter(expected))
    prefix = next((key.removesuffix(first) for key in shapes if key.endswith(first)), "")
    if prefix and {key.removeprefix(prefix) for key in shapes} == expected.keys():
        raise user_error(
            "checkpoints.wrapped",
            checkpoint=in_folder(folder),
            file=WEIGHTS,
            prefix=repr(prefix[:100]),
        )
    if missing := expected.keys() - shapes.keys():
        raise broken(folder, text("checkpoints.why.missing", file=WEIGHTS, tensor=min(missing)))
    if extra := shapes.keys() - expected.keys():
        tensor = repr(min(extra)[:100])
        raise broken(folder, text("checkpoints.why.extra", file=WEIGHTS, tensor=tensor))
    raise broken(folder, text("checkpoints.why.shapes", file=WEIGHTS, config=CONFIG))


def read_config(folder: Path) -> dict[str, int]:
    """The sizes in a checkpoint's configuration, by `CharLSTM`'s argument names.

    Raises:
        UserError: a size is missing or out of bounds.
    """
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise broken(folder, unreadable(CONFIG)) from error
    if not isinstance(config, dict) or not config.keys() >= _LIMITS.keys():
        needed = ", ".join(_LIMITS)
        raise broken(folder, text("checkpoints.why.other", file=CONFIG, sizes=needed))
    sizes = {name: config[name] for name in _LIMITS}
    for name, value in sizes.items():
        if type(value) is not int or not 1 <= value <= _LIMITS[name]:
            most = str(_LIMITS[name])
            asked = f"{name} = {repr(value)[:30]}"
            raise broken(folder, text("checkpoints.why.size", file=CONFIG, size=asked, most=most))
    return sizes


def parameter_count(sizes: dict[str, int]) -> int:
    """The number of parameters of a model of these sizes."""
    return sum(map(math.prod, parameter_shapes(**sizes).values()))


def _is_pickle(path: Path) -> bool:
    """Whether `torch.save` wrote a file, as a zip file or, in old versions, as a bare pickle."""
    with path.open("rb") as file:
        start = file.read(4)
    # A safetensors file may begin with a pickle's first two bytes, but its third byte is then 0.
    return start == b"PK\x03\x04" or (start[:1] == b"\x80" and start[2:3] not in (b"", b"\0"))


def broken(folder: Path, why: str) -> UserError:
    """The error of a checkpoint whose files can't be used; ``why`` completes the sentence."""
    return user_error("checkpoints.broken", checkpoint=in_folder(folder), why=why)


def unreadable(file: str) -> str:
    """Why a checkpoint can't be used, for `broken`: one of its files can't be read."""
    return text("checkpoints.why.unreadable", file=file)
