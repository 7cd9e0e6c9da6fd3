"""The list of checkpoints, with the facts about each."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from cachetools import LRUCache

from charlstm.checkpoints.card_facts import read_card
from charlstm.checkpoints.checkpoint import (
    Checkpoint,
    broken,
    load_checkpoint,
    parameter_count,
    read_config,
)
from charlstm.checkpoints.files import CARD, CONFIG, NAME, PULLED, SETTINGS, VOCAB, WEIGHTS
from charlstm.errors import UserError
from charlstm.model.engine import Engine
from charlstm.model.sampler import Sampler
from charlstm.text.spec import CorpusSpec

_LOADED_AT_ONCE = 4


@dataclass(frozen=True)
class CheckpointInfo:
    """Facts about a checkpoint, read without loading its weights.

    Attributes:
        name: of the checkpoint's folder.
        parameters: number of parameters.
        bpc: bits per character from its card; None if the card has no figure.
        measured_on: the card's name of the text of that figure.
        shipped: whether it came with the project; otherwise a run wrote it, or it was pulled.
        fingerprint: first 10 hex digits of the SHA-256 of its weights file. A link contains it, so
            that other weights under the same name are noticed.
        corpus: the text it was trained on; None if neither its run's settings nor its card name it.
    """

    name: str
    parameters: int
    bpc: float | None
    measured_on: str
    shipped: bool
    fingerprint: str
    corpus: CorpusSpec | None


class Checkpoints:
    """All checkpoints: shipped, pulled, and written by runs.

    Safe to call from several threads. The last few loaded checkpoints are cached, so that all
    browsers share one copy.

    Args:
        folder: the folder of runs and pulled checkpoints.
        shipped: the folder of the project's own checkpoints; may be the same.
        engine: draws the streams of all samplers; None for a new one.
    """

    def __init__(self, folder: Path, shipped: Path, engine: Engine | None = None) -> None:
        self._folders = [shipped] if folder.resolve() == shipped.resolve() else [shipped, folder]
        self._engine = engine or Engine()
        self._samplers: LRUCache[str, tuple[int, Checkpoint, Sampler]] = LRUCache(_LOADED_AT_ONCE)
        self._fingerprints: dict[Path, tuple[tuple[int, int], str]] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Names of all checkpoints: shipped ones, then pulled ones, both from the largest to the
        smallest, then runs from the newest to the oldest."""
        paths = sorted(self._paths().values())
        runs = [path for path in paths if (path / SETTINGS).exists()]
        others = [path for path in paths if not (path / SETTINGS).exists()]
        others.sort(key=lambda p: ((p / PULLED).exists(), -_size_and_time(p / WEIGHTS)[0]))
        runs.sort(key=lambda path: _size_and_time(path / SETTINGS)[1], reverse=True)
        return [path.name for path in others + runs]

    def info(self, name: str) -> CheckpointInfo:
        """The facts about a checkpoint.

        Raises:
            UserError: there is no checkpoint of that name, or it is damaged.
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
        """A checkpoint by name; loaded again if its weights file has been replaced.

        Raises:
            UserError: there is no checkpoint of that name, or it is damaged.
        """
        return self._loaded(name)[0]

    def sampler(self, name: str) -> Sampler:
        """The sampler of a checkpoint. Errors as for `load`."""
        return self._loaded(name)[1]

    def _loaded(self, name: str) -> tuple[Checkpoint, Sampler]:
        path = self._path(name)
        with self._lock:
            written = _size_and_time(path / WEIGHTS)[1]
            kept = self._samplers.get(name)
            if kept is None or kept[0] != written:
                checkpoint = load_checkpoint(path)
                sampler = Sampler(checkpoint.model, checkpoint.vocab, self._engine)
                kept = self._samplers[name] = (written, checkpoint, sampler)
        return kept[1], kept[2]

    def _fingerprint(self, weights: Path) -> str:
        """`CheckpointInfo.fingerprint`; the file is read again only if its time or size changed."""
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
            raise broken(weights.parent, f"{WEIGHTS} can't be read") from error

    def _path(self, name: str) -> Path:
        path = self._paths().get(name) if isinstance(name, str) else None
        if path is None:
            raise UserError(
                f"There is no checkpoint called {str(name)[:100]!r}.", "Choose one from the list."
            )
        return path

    def _paths(self) -> dict[str, Path]:
        """Paths by name; if both folders have a name, the shipped checkpoint counts."""
        return {
            path.name: path
            for folder in reversed(self._folders)
            if folder.is_dir()
            for path in folder.iterdir()
            if NAME.fullmatch(path.name)
            and all((path / name).is_file() for name in (CONFIG, WEIGHTS, VOCAB))
        }


def _size_and_time(path: Path) -> tuple[int, int]:
    """Bytes of a file and the time of its last change in ns; zeros if it was removed meanwhile."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _corpus_of_run(settings: Path) -> CorpusSpec | None:
    try:
        spec = json.loads(settings.read_text(encoding="utf-8"))["corpus"]
        return CorpusSpec.parse(spec) if isinstance(spec, str) else None
    except (OSError, ValueError, KeyError, TypeError, UserError):
        return None
