"""The list of checkpoints, with the facts about each."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cachetools import LRUCache

from charlstm.checkpoints.card_facts import read_card
from charlstm.checkpoints.checkpoint import (
    Checkpoint,
    broken,
    load_checkpoint,
    parameter_count,
    read_config,
    unreadable,
)
from charlstm.checkpoints.files import CARD, CONFIG, NAME, PULLED, SETTINGS, VOCAB, WEIGHTS, is_file
from charlstm.checkpoints.owners import Offered, may_read, may_use
from charlstm.checkpoints.title import called, given_title, told_apart
from charlstm.errors import UserError, excerpt, user_error
from charlstm.model.engine import Engine
from charlstm.model.sampler import Sampler
from charlstm.text.seed_texts import SUITED
from charlstm.text.spec import CorpusKind, CorpusSpec
from charlstm.texts import text

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
        corpus: the text it was trained on; None if neither its run's settings nor its card name
            it, or if it is private and the viewer may not read it.
        is_private: whether that text is private and the viewer may not read it.
        seed_texts: texts that suit it, from its card, else those of the text it was trained on.
        reader: the viewer, if the text is private and read for that viewer alone, else "". What is
            computed from the text and kept is kept for this reader.
    """

    name: str
    parameters: int
    bpc: float | None
    measured_on: str
    shipped: bool
    fingerprint: str
    corpus: CorpusSpec | None
    is_private: bool = False
    reader: str = ""
    seed_texts: tuple[str, ...] = ()

    @property
    def no_text(self) -> str:
        """A sentence on why its text can't be read, for when it can't; without the path of a
        file."""
        if self.is_private:
            return text("checkpoints.no_text.private")
        if self.corpus is None:
            return text("checkpoints.no_text.unknown")
        if not self.corpus.is_public:
            return text("checkpoints.no_text.file")
        spec = str(self.corpus)
        if self.corpus.kind is CorpusKind.WIKITEXT2:
            return text("checkpoints.no_text.wikitext", text=spec)
        return text("checkpoints.no_text.public", text=spec)


def checkpoint_info(folder: Path) -> CheckpointInfo:
    """The facts about the checkpoint in a folder, whatever its name.

    Raises:
        UserError: it is damaged.
    """
    try:
        with (folder / WEIGHTS).open("rb") as file:
            return _info(folder.resolve(), _digest(file), None)
    except OSError as error:
        raise broken(folder, unreadable(WEIGHTS)) from error


class Checkpoints(Offered):
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
        runs = [path for path in paths if os.path.lexists(path / SETTINGS)]
        others = [path for path in paths if not os.path.lexists(path / SETTINGS)]
        others.sort(key=lambda p: (is_file(p / PULLED), -_size_and_time(p / WEIGHTS)[0]))
        runs.sort(key=lambda path: _size_and_time(path / SETTINGS)[1], reverse=True)
        return [path.name for path in others + runs]

    def choices(self) -> list[tuple[str, str]]:
        """What the page calls each checkpoint (`charlstm.checkpoints.title`), and its name, in the
        order of `names`."""
        names, paths = self.names(), self._paths()
        shown = [called(name, given_title(paths[name]) if name in paths else "") for name in names]
        return list(zip(told_apart(shown, names), names, strict=True))

    def called(self, name: str) -> str:
        """What the page calls a checkpoint in a sentence, as in `choices`.

        Where the viewer may use none of that name it is the name itself, which tells nothing that
        whoever asked did not know.
        """
        shown = {own: called for called, own in self.choices()}
        return shown.get(name, name)

    def info(self, name: str) -> CheckpointInfo:
        """The facts about a checkpoint.

        Raises:
            UserError: there is no checkpoint of that name, or it is damaged.
        """
        path = self._path(name)
        return _info(path, self._fingerprint(path / WEIGHTS), self._viewer())

    def folder(self, name: str) -> Path:
        """The folder of a checkpoint.

        Raises:
            UserError: there is no checkpoint of that name.
        """
        return self._path(name)

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
                    kept = (state, _digest(file))
                    self._fingerprints[weights] = kept
                return kept[1]
        except OSError as error:
            raise broken(weights.parent, unreadable(WEIGHTS)) from error

    def _path(self, name: str) -> Path:
        path = self._paths().get(name) if isinstance(name, str) else None
        if path is None:
            raise user_error("checkpoints.no_such", name=repr(excerpt(name)))
        return path

    def _paths(self) -> dict[str, Path]:
        """Paths by name, of what the viewer may use; if both folders have a name, the shipped
        checkpoint counts."""
        viewer = self._viewer()
        return {
            path.name: path
            for folder in reversed(self._folders)
            if folder.is_dir()
            for path in folder.iterdir()
            if NAME.fullmatch(path.name)
            and all(is_file(path / name) for name in (CONFIG, WEIGHTS, VOCAB))
            and may_use(path, viewer)
        }


def _info(path: Path, fingerprint: str, viewer: str | None) -> CheckpointInfo:
    """The facts about a checkpoint for a viewer (`Checkpoints`)."""
    sizes = read_config(path)
    card = read_card(path / CARD)
    run = os.path.lexists(path / SETTINGS)
    corpus = _corpus_of_run(path) if run else card.corpus
    readable = corpus is None or may_read(path, corpus, viewer)
    own = corpus is not None and not corpus.is_public and readable
    return CheckpointInfo(
        path.name,
        parameter_count(sizes),
        card.bpc,
        card.measured_on,
        not run and not is_file(path / PULLED),
        fingerprint,
        corpus if readable else None,
        not readable,
        (viewer or "") if own else "",
        card.seed_texts or (SUITED.get(corpus.kind, ()) if corpus else ()),
    )


def _digest(weights: BinaryIO) -> str:
    """`CheckpointInfo.fingerprint`."""
    return hashlib.file_digest(weights, "sha256").hexdigest()[:10]  # type: ignore[arg-type]


def _size_and_time(path: Path) -> tuple[int, int]:
    """Bytes of a file and the time of its last change in ns; zeros if it was removed meanwhile."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_size, stat.st_mtime_ns


def _corpus_of_run(folder: Path) -> CorpusSpec | None:
    try:
        spec = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))["corpus"]
        return CorpusSpec.parse(spec, folder) if isinstance(spec, str) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, UserError):
        return None
