"""The runs whose results ship: each beside its checkpoint, as a ``learned.json``."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from charlstm.checkpoint import NAME, SETTINGS
from charlstm.errors import UserError
from charlstm.learned import Learned
from charlstm.settings import LEARNED
from charlstm.standing import RunStatus


class Shipped:
    """What stands below some folders beside checkpoints that no run here wrote. Files are read
    anew when they change. Safe to call from several threads.

    Args:
        folders: where checkpoints stand; of a name that several hold, the first one counts.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._read: dict[Path, tuple[int, Learned]] = {}

    def folder(self, name: str) -> Path | None:
        """The folder of a name; None where there is none."""
        return next((path for path in self._paths() if path.name == name), None)

    def learned(self, name: str) -> Learned | None:
        """What is told of a name; None where there is none.

        Raises:
            UserError: its file is damaged.
        """
        path = self.folder(name)
        if path is None:
            return None
        try:
            written = (path / LEARNED).stat().st_mtime_ns
        except OSError:  # it has just been taken away
            return None
        kept = self._read.get(path)
        if kept is None or kept[0] != written:
            kept = self._read[path] = (written, Learned.load(path / LEARNED))
        return kept[1]

    def list(self) -> list[RunStatus]:
        """All of them, the one that trained for the longest first; after those that began at
        nothing the ones that were grown, which could write from their first step on."""
        found = []
        for path in self._paths():
            with contextlib.suppress(UserError):  # a damaged file does not take the others away
                learned = self.learned(path.name)
                if learned is not None:
                    found.append(
                        (learned.settings.grown_from is not None, learned.status(path.name))
                    )
        found.sort(key=lambda one: (one[0], -one[1].elapsed))
        return [status for _, status in found]

    def _paths(self) -> list[Path]:
        found: dict[str, Path] = {}
        for folder in self._folders:
            if folder.is_dir():
                for path in folder.iterdir():
                    own = (path / LEARNED).is_file() and not (path / SETTINGS).exists()
                    if own and NAME.fullmatch(path.name):
                        found.setdefault(path.name, path)
        return list(found.values())
