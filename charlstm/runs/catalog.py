"""A folder of runs as it can be looked at: which there are, where each stands, what it wrote."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from charlstm.checkpoints.files import HISTORY, LEARNED, NAME, SETTINGS
from charlstm.errors import UserError
from charlstm.runs.history import read_history
from charlstm.runs.record import HistoryRecord
from charlstm.runs.shipped_history import Learned
from charlstm.runs.status import RunStatus, read_status

DAMAGED = (UserError, OSError, ValueError, KeyError)
"""What reading a run's folder may end in."""


Standing = Callable[[str], tuple[subprocess.Popen[bytes] | None, int | None]]


def _unknown(_name: str) -> tuple[None, None]:
    return None, None


# A class with a method `list` can't say `list[...]`.
Statuses = list[RunStatus]
Records = list[HistoryRecord]
Paths = list[Path]


class RunCatalog:
    """Runs below a folder, and those that shipped. Safe to use from several threads.

    Args:
        path: where each run has a folder of its own.
        shipped: where the project's own checkpoints stand, with what ships of their runs; None if
            in the same folder.
        standing: a run's newest process and its place in the line, by its name; who only looks
            knows of neither.

    Attributes:
        shipped: runs to be looked at only. All but `list` know them by name too; a run of the same
            name goes before.
    """

    def __init__(
        self, path: Path, shipped: Path | None = None, standing: Standing = _unknown
    ) -> None:
        self.shipped = Shipped([path] if shipped is None else [shipped, path])
        self._folder, self._standing = path, standing

    def list(self) -> Statuses:
        """All runs below the folder, the newest first; none that shipped."""
        if not self._folder.is_dir():
            return []
        found = [
            path
            for path in self._folder.iterdir()
            if NAME.fullmatch(path.name) and (path / SETTINGS).is_file()
        ]
        statuses = []
        for path in sorted(found, key=_age, reverse=True):
            with contextlib.suppress(*DAMAGED):  # a damaged folder does not take the others away
                statuses.append(self.status(path.name))
        return statuses

    def to_watch(self) -> Statuses:
        """The same, and after them those that shipped."""
        own = self.list()
        names = {status.name for status in own}
        return own + [status for status in self.shipped.list() if status.name not in names]

    def status(self, name: str) -> RunStatus:
        """Where a run stands.

        Raises:
            UserError: there is no such run.
        """
        path = self.folder(name)
        if learned := self.learned(name):
            return learned.status(name)
        return read_status(path, *self._standing(name))

    def learned(self, name: str) -> Learned | None:
        """What ships of a run; None for a run of this page.

        Raises:
            UserError: there is no such run, or its file is damaged.
        """
        own = (self.folder(name) / SETTINGS).is_file()
        return None if own else self.shipped.learned(name)

    def history(self, name: str, offset: int) -> tuple[Records, int]:
        """The records that were appended to a run's history after a place in it.

        Args:
            offset: bytes; 0 for all, then what the last call gave back. A run that was resumed
                cuts its history: an offset past its end starts over from 0.

        Returns:
            the whole records, and the offset to ask with next.

        Raises:
            UserError: there is no such run.
        """
        if learned := self.learned(name):
            records = learned.records()
            return ([] if offset == len(records) else records), len(records)
        return read_history(self.folder(name) / HISTORY, offset)

    def folder(self, name: str) -> Path:
        """The folder of a run, or of a checkpoint that came with its history.

        Raises:
            UserError: there is no such run.
        """
        if isinstance(name, str) and NAME.fullmatch(name):
            own = self._folder / name
            found = own if (own / SETTINGS).is_file() else self.shipped.folder(name)
            if found is not None:
                return found
        raise UserError(f"There is no run called {str(name)[:100]!r}.", "Choose one from the list.")


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

    def list(self) -> Statuses:
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

    def _paths(self) -> Paths:
        found: dict[str, Path] = {}
        for folder in self._folders:
            if folder.is_dir():
                for path in folder.iterdir():
                    own = (path / LEARNED).is_file() and not (path / SETTINGS).exists()
                    if own and NAME.fullmatch(path.name):
                        found.setdefault(path.name, path)
        return list(found.values())


def _age(path: Path) -> tuple[str, int]:
    """Orders runs by the time in their names, or that of the folder where a person named it."""
    try:
        made = path.stat().st_ctime_ns
    except OSError:  # it has just been withdrawn
        return "", 0
    named = re.match(r"\d{8}-\d{6}", path.name)
    started = named[0] if named else time.strftime("%Y%m%d-%H%M%S", time.localtime(made / 1e9))
    return started, made
