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
from charlstm.errors import UserError
from charlstm.model.lstm import CharLSTM, parameter_shapes
from charlstm.text.vocabulary import Vocabulary

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
            raise UserError(
                f"{folder.name!r} is no checkpoint: it has no {name}.",
                f"A checkpoint folder holds {CONFIG}, {WEIGHTS} and {VOCAB}.",
            )
    vocab = Vocabulary.load(folder / VOCAB)
    sizes = read_config(folder)
    if sizes["vocab_size"] != len(vocab):
        raise broken(folder, f"{CONFIG} and {VOCAB} disagree on the vocabulary's size")
    expected = parameter_shapes(**sizes)
    try:
        with safe_open(folder / WEIGHTS, framework="pt") as file:
            shapes = {key: file.get_slice(key).get_shape() for key in file.keys()}  # noqa: SIM118
        _check_shapes(folder, shapes, expected)
        model = CharLSTM(**sizes, dropout=0.0)
        load_model(model, folder / WEIGHTS)
    except SafetensorError as error:
        pickle = f"{WEIGHTS} is a pickle under another name, never opened as it could run code"
        why = pickle if _is_pickle(folder / WEIGHTS) else f"{WEIGHTS} is damaged"
        raise broken(folder, why) from error
    except OSError as error:
        raise broken(folder, f"{WEIGHTS} can't be read") from error
    for name, weight in model.named_parameters():
        if not weight.abs().max() < _LARGEST_WEIGHT:  # not true of NaN either
            raise broken(folder, f"{name} in {WEIGHTS} has weights of NaN, infinity or over 1e9")
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
        raise UserError(
            f"The checkpoint {folder.name!r} can't be used: each name in {WEIGHTS} begins with "
            f"{prefix[:100]!r}, the mark of a wrapper around the model.",
            "Save the state_dict of the model inside the wrapper, or remove that from each name.",
        )
    if missing := expected.keys() - shapes.keys():
        raise broken(folder, f"{WEIGHTS} has no tensor called {min(missing)}")
    if extra := shapes.keys() - expected.keys():
        raise broken(
            folder, f"{WEIGHTS} has a tensor called {min(extra)[:100]!r}, unknown to a char-LSTM"
        )
    raise broken(folder, f"the shapes in {WEIGHTS} are not those of {CONFIG}")


def read_config(folder: Path) -> dict[str, int]:
    """The sizes in a checkpoint's configuration, by `CharLSTM`'s argument names.

    Raises:
        UserError: a size is missing or out of bounds.
    """
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise broken(folder, f"{CONFIG} can't be read") from error
    if not isinstance(config, dict) or not config.keys() >= _LIMITS.keys():
        raise broken(folder, f"{CONFIG} is not that of a char-LSTM, with {', '.join(_LIMITS)}")
    sizes = {name: config[name] for name in _LIMITS}
    for name, value in sizes.items():
        if type(value) is not int or not 1 <= value <= _LIMITS[name]:
            excerpt = repr(value)[:30]
            raise broken(folder, f"{CONFIG} asks for {name} = {excerpt}, at most {_LIMITS[name]}")
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
    return UserError(
        f"The checkpoint {folder.name!r} can't be used: {why}.",
        "Copy the whole folder again, or choose another checkpoint.",
    )
