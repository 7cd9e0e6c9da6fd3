"""Checkpoints: folders on disk that hold all that sampling needs.

A folder holds ``config.json``, ``model.safetensors``, ``vocab.json`` and ``README.md`` (a model
card in the Hub's form); a run adds its own files (`charlstm.runner`). Weights load from
safetensors only, and only after their shapes were found to be those that the configuration asks
for.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_model

from charlstm.card_facts import read_card
from charlstm.errors import UserError
from charlstm.model import CharLSTM, parameter_shapes
from charlstm.sampler import Sampler
from charlstm.vocab import Vocabulary

CONFIG, WEIGHTS, VOCAB, CARD = "config.json", "model.safetensors", "vocab.json", "README.md"
SETTINGS, PULLED = "train.json", "pulled.json"
"""What a run keeps its settings in, and what says where on the Hub a checkpoint came from: what
ships has neither."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_LIMITS = {"vocab_size": 200_000, "embed_size": 8_192, "hidden_size": 8_192, "n_layers": 16}
_LOADED_AT_ONCE = 4


@dataclass(frozen=True)
class Checkpoint:
    """A loaded checkpoint: the model in eval mode, float32, on the CPU, and its vocabulary."""

    path: Path
    model: CharLSTM
    vocab: Vocabulary


@dataclass(frozen=True)
class CheckpointInfo:
    """What is said of a checkpoint without loading its weights.

    Attributes:
        parameters: numbers in its weights.
        bpc: bits per character from its card; None where the card gives no figure.
        measured_on: the text of that figure, as the card names it.
        shipped: whether it came with the project; otherwise a run wrote it, or it was pulled.
        fingerprint: first 10 hex digits of the SHA-256 of its weights file: what a link names, so
            that other weights under the same name are noticed.
        corpus: spec of the text it was trained on, for `charlstm.corpus`; None where neither its
            run's settings nor its card tell.
    """

    name: str
    parameters: int
    bpc: float | None
    measured_on: str
    shipped: bool
    fingerprint: str
    corpus: str | None


def save_checkpoint(folder: Path, model: CharLSTM, vocab: Vocabulary, card: str) -> None:
    """Write a checkpoint; files that are there already are replaced, each in one stroke.

    Raises:
        OSError: the folder can't be written; what stood there before still stands.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".saving-") as aside:
        model.save_pretrained(aside)
        vocab.save(Path(aside) / VOCAB)
        (Path(aside) / CARD).write_text(card, encoding="utf-8")
        # The weights come last: the other files do not change while a run goes on.
        for name in (VOCAB, CONFIG, CARD, WEIGHTS):
            replace_file(Path(aside) / name, folder / name)


def replace_file(new: Path, old: Path) -> None:
    """Put a finished file in another's place: flushed to disk first, then renamed."""
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    new.replace(old)


def load_checkpoint(folder: Path) -> Checkpoint:
    """Load a checkpoint folder.

    Raises:
        UserError: a file is missing or broken, or the weights do not fit the configuration.
    """
    for name in (CONFIG, WEIGHTS, VOCAB):
        if not (folder / name).is_file():
            raise UserError(
                f"{folder.name!r} is no checkpoint: it has no {name}.",
                f"A checkpoint folder holds {CONFIG}, {WEIGHTS} and {VOCAB}.",
            )
    try:
        vocab = Vocabulary.load(folder / VOCAB)
    except RecursionError as error:
        raise _broken(folder, f"{VOCAB} can't be read") from error
    sizes = read_config(folder)
    if sizes["vocab_size"] != len(vocab):
        raise _broken(folder, f"{CONFIG} and {VOCAB} disagree on the vocabulary's size")
    wanted = parameter_shapes(**sizes)
    try:
        with safe_open(folder / WEIGHTS, framework="pt") as file:
            found = {key: file.get_slice(key).get_shape() for key in file.keys()}  # noqa: SIM118
        if found != wanted:
            raise _broken(folder, f"the shapes in {WEIGHTS} are not those of {CONFIG}")
        model = CharLSTM(**sizes, dropout=0.0)
        load_model(model, folder / WEIGHTS)
    except SafetensorError as error:
        pickle = f"{WEIGHTS} is a pickle under another name, never opened as it could run code"
        why = pickle if _is_pickle(folder / WEIGHTS) else f"{WEIGHTS} is damaged"
        raise _broken(folder, why) from error
    except OSError as error:
        raise _broken(folder, f"{WEIGHTS} can't be read") from error
    return Checkpoint(folder, model.eval(), vocab)


def read_config(folder: Path) -> dict[str, int]:
    """The sizes that a checkpoint's configuration asks for: what `CharLSTM` takes.

    Raises:
        UserError: there are none, or one is out of bounds.
    """
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _broken(folder, f"{CONFIG} can't be read") from error
    if not isinstance(config, dict) or not config.keys() >= _LIMITS.keys():
        raise _broken(folder, f"{CONFIG} is not that of a char-LSTM, with {', '.join(_LIMITS)}")
    sizes = {name: config[name] for name in _LIMITS}
    for name, value in sizes.items():
        if type(value) is not int or not 1 <= value <= _LIMITS[name]:
            shown = repr(value)[:30]
            raise _broken(folder, f"{CONFIG} asks for {name} = {shown}, at most {_LIMITS[name]}")
    return sizes


def parameter_count(sizes: dict[str, int]) -> int:
    """Numbers in the weights of a model of these sizes."""
    return sum(map(math.prod, parameter_shapes(**sizes).values()))


def _is_pickle(path: Path) -> bool:
    """Whether a file is what `torch.save` writes, now (a zip file) or long ago (a bare pickle)."""
    with path.open("rb") as file:
        start = file.read(4)
    # A safetensors file may begin with these two bytes of a pickle, but then a zero follows.
    return start == b"PK\x03\x04" or (start[:1] == b"\x80" and start[2:3] not in (b"", b"\0"))


def _broken(folder: Path, why: str) -> UserError:
    return UserError(
        f"The checkpoint {folder.name!r} can't be used: {why}.",
        "Copy the whole folder again, or choose another checkpoint.",
    )


class Checkpoints:
    """The checkpoints that can be chosen: what ships, what was pulled, what runs have written.

    Safe to call from several threads. The last few loaded are kept, so 30 browsers share one copy.

    Args:
        folder: where runs write, and what is pulled stands.
        shipped: where the project's own stand; may be the same folder.
    """

    def __init__(self, folder: Path, shipped: Path) -> None:
        self._folders = [shipped] if folder.resolve() == shipped.resolve() else [shipped, folder]
        self._samplers: dict[str, tuple[int, Checkpoint, Sampler]] = {}
        self._fingerprints: dict[Path, tuple[tuple[int, int], str]] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Names of all checkpoints: the project's own, then pulled ones, the largest of each first,
        then runs, the newest first."""
        found = sorted(self._paths().values())
        runs = [path for path in found if (path / SETTINGS).exists()]
        others = [path for path in found if not (path / SETTINGS).exists()]
        others.sort(key=lambda p: ((p / PULLED).exists(), -(p / WEIGHTS).stat().st_size))
        runs.sort(key=lambda path: (path / SETTINGS).stat().st_mtime, reverse=True)
        return [path.name for path in others + runs]

    def info(self, name: str) -> CheckpointInfo:
        """What is said of a checkpoint.

        Raises:
            UserError: there is none of that name, or it is damaged.
        """
        path = self._path(name)
        sizes = read_config(path)
        card = read_card(path / CARD)
        run = (path / SETTINGS).exists()
        return CheckpointInfo(
            name,
            parameter_count(sizes),
            card.bpc,
            card.measured_on,
            not run and not (path / PULLED).exists(),
            self._fingerprint(path / WEIGHTS),
            _corpus_of_run(path / SETTINGS) if run else card.corpus,
        )

    def load(self, name: str) -> Checkpoint:
        """A checkpoint by name, loaded anew when its weights have been rewritten.

        Raises:
            UserError: there is none of that name, or it is damaged.
        """
        return self._loaded(name)[0]

    def sampler(self, name: str) -> Sampler:
        """The sampler of a checkpoint. Errors as for `load`."""
        return self._loaded(name)[1]

    def _loaded(self, name: str) -> tuple[Checkpoint, Sampler]:
        path = self._path(name)
        with self._lock:
            written = (path / WEIGHTS).stat().st_mtime_ns
            kept = self._samplers.pop(name, None)
            if kept is None or kept[0] != written:
                checkpoint = load_checkpoint(path)
                kept = (written, checkpoint, Sampler(checkpoint.model, checkpoint.vocab))
            self._samplers[name] = kept  # at the end: the dict is in order of last use
            while len(self._samplers) > _LOADED_AT_ONCE:
                self._samplers.pop(next(iter(self._samplers)))
        return kept[1], kept[2]

    def _fingerprint(self, weights: Path) -> str:
        """As `CheckpointInfo` has it; the file is read again only after it has been replaced."""
        try:
            with weights.open("rb") as file:
                stat = os.fstat(file.fileno())
                state = (stat.st_mtime_ns, stat.st_size)
                kept = self._fingerprints.get(weights)
                if kept is None or kept[0] != state:
                    kept = (state, hashlib.file_digest(file, "sha256").hexdigest()[:10])
                    self._fingerprints[weights] = kept
                return kept[1]
        except OSError as error:
            raise _broken(weights.parent, f"{WEIGHTS} can't be read") from error

    def _path(self, name: str) -> Path:
        path = self._paths().get(name) if isinstance(name, str) else None
        if path is None:
            raise UserError(
                f"There is no checkpoint called {str(name)[:100]!r}.", "Choose one from the list."
            )
        return path

    def _paths(self) -> dict[str, Path]:
        """Paths by name; where both folders hold a name, the project's own counts."""
        return {
            path.name: path
            for folder in reversed(self._folders)
            if folder.is_dir()
            for path in folder.iterdir()
            if NAME.fullmatch(path.name)
            and all((path / name).is_file() for name in (CONFIG, WEIGHTS, VOCAB))
        }


def _corpus_of_run(settings: Path) -> str | None:
    try:
        spec = json.loads(settings.read_text(encoding="utf-8"))["corpus"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return spec if isinstance(spec, str) else None
