"""The runs in a folder, read only: their names, status and history."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from charlstm.checkpoints.files import CONFIG, HISTORY, LEARNED, NAME, VOCAB, WEIGHTS, is_file
from charlstm.checkpoints.owners import Offered, may_use
from charlstm.checkpoints.title import in_folder
from charlstm.errors import UserError, excerpt, user_error
from charlstm.runs.history import read_history
from charlstm.runs.record import HistoryRecord
from charlstm.runs.shipped_history import Learned
from charlstm.runs.status import RunStatus, damaged, is_run, read_status

DAMAGED = (UserError, OSError)
"""Errors that reading a folder may raise which somebody removes meanwhile."""

Standing = Callable[[str], tuple[subprocess.Popen[bytes] | None, int | None, str, float | None]]


def _unknown(_name: str) -> tuple[None, None, str, None]:
    return None, None, "", None


# A class with a method `list` can't say `list[...]`.
Statuses = list[RunStatus]
Records = list[HistoryRecord]
Paths = list[Path]


class RunCatalog(Offered):
    """The runs below a folder, and those with a shipped history. Safe for several threads.

    Args:
        path: the folder that holds a folder for each run.
        shipped: the folder of the project's own checkpoints, some of which ship a history; None if
            it is `path`.
        standing: maps a run's name to its newest process, its position in the line, why its newest
            process did not start, and the seconds until it starts. By default all are unknown.

    Attributes:
        shipped: the shipped runs. All methods but `list` accept their names too; a run below
            `path` takes precedence over a shipped one of the same name.
    """

    def __init__(
        self, path: Path, shipped: Path | None = None, standing: Standing = _unknown
    ) -> None:
        self.shipped = Shipped([path] if shipped is None else [shipped, path])
        self._folder, self._standing = path, standing

    def list(self) -> Statuses:
        """The status of each run below the folder, the newest first, without the shipped ones."""
        if not self._folder.is_dir():
            return []
        viewer = self._viewer()
        found = [
            path
            for path in self._folder.iterdir()
            if NAME.fullmatch(path.name) and is_run(path) and may_use(path, viewer)
        ]
        statuses = []
        for path in sorted(found, key=_age, reverse=True):
            with contextlib.suppress(*DAMAGED):
                statuses.append(self.status(path.name))
        return statuses

    def to_watch(self) -> Statuses:
        """The status of each run below the folder, and after them of the shipped ones."""
        own = self.list()
        names = {status.name for status in own}
        return own + [status for status in self.shipped.list() if status.name not in names]

    def status(self, name: str) -> RunStatus:
        """The status of a run.

        Raises:
            UserError: there is no such run.
        """
        path = self.folder(name)
        if is_run(path):
            return read_status(path, *self._standing(name))
        try:
            learned = self.shipped.learned(name)
        except UserError:
            learned = None
        return damaged(path, LEARNED) if learned is None else learned.status(name)

    def has_checkpoint(self, name: str) -> bool:
        """Whether a run has saved a checkpoint.

        Raises:
            UserError: there is no such run.
        """
        folder = self.folder(name)
        return all(is_file(folder / file) for file in (CONFIG, WEIGHTS, VOCAB))

    def learned(self, name: str) -> Learned | None:
        """The shipped history of a run; None for a run below the folder.

        Raises:
            UserError: there is no such run, or its file is damaged.
        """
        own = is_run(self.folder(name))
        return None if own else self.shipped.learned(name)

    def history(self, name: str, offset: int) -> tuple[Records, int]:
        """The records of a run's history from an offset on.

        Args:
            offset: bytes; 0 for all records, then the offset that the previous call returned. A
                resumed run may cut its history: an offset past the end counts as 0.

        Returns:
            the complete records, and the offset of the next one.

        Raises:
            UserError: there is no such run, or its history can't be read.
        """
        if learned := self.learned(name):
            records = learned.records()
            return ([] if offset == len(records) else records), len(records)
        try:
            return read_history(self.folder(name) / HISTORY, offset)
        except (OSError, ValueError) as error:
            raise unreadable_history(self.folder(name)) from error

    def folder(self, name: str) -> Path:
        """The folder of a run, or of a checkpoint with a shipped history.

        Raises:
            UserError: there is no such run.
        """
        if isinstance(name, str) and NAME.fullmatch(name):
            own = self._folder / name
            found = own if is_run(own) else self.shipped.folder(name)
            if found is not None and may_use(found, self._viewer()):
                return found
        raise user_error("runs.no_such", name=repr(excerpt(name)))


def unreadable_history(folder: Path) -> UserError:
    """The error of a run whose history holds a line that is no record, or is no file."""
    return user_error("runs.no_history", run=in_folder(folder), file=HISTORY)


class Shipped:
    """The shipped histories below some folders. A file is read again when it has changed. Safe for
    several threads.

    Args:
        folders: that hold checkpoint folders; of several with one name the first one counts.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._read: dict[Path, tuple[int, Learned]] = {}

    def folder(self, name: str) -> Path | None:
        """The folder of the checkpoint of a name; None if none has a shipped history."""
        return next((path for path in self._paths() if path.name == name), None)

    def learned(self, name: str) -> Learned | None:
        """The shipped history of a name; None if there is none.

        Raises:
            UserError: its file is damaged.
        """
        path = self.folder(name)
        if path is None:
            return None
        try:
            written = (path / LEARNED).stat().st_mtime_ns
        except OSError:  # it was removed a moment ago
            return None
        kept = self._read.get(path)
        if kept is None or kept[0] != written:
            kept = self._read[path] = (written, Learned.load(path / LEARNED))
        return kept[1]

    def list(self) -> Statuses:
        """The status of each, the longest training first; runs that started from another
        checkpoint's weights come after all others, since their samples begin trained."""
        found = []
        for path in self._paths():
            try:
                learned = self.learned(path.name)
            except UserError:
                found.append((True, damaged(path, LEARNED)))
                continue
            if learned is not None:
                found.append((learned.settings.grown_from is not None, learned.status(path.name)))
        found.sort(key=lambda one: (one[0], -one[1].elapsed))
        return [status for _, status in found]

    def _paths(self) -> Paths:
        found: dict[str, Path] = {}
        for folder in self._folders:
            if folder.is_dir():
                for path in folder.iterdir():
                    own = is_file(path / LEARNED) and not is_run(path)
                    if own and NAME.fullmatch(path.name):
                        found.setdefault(path.name, path)
        return list(found.values())


def _age(path: Path) -> tuple[str, int]:
    """Sort key: the time in a run's name, or its folder's time if a person named it."""
    try:
        made = path.stat().st_ctime_ns
    except OSError:  # the run was withdrawn a moment ago
        return "", 0
    named = re.match(r"\d{8}-\d{6}", path.name)
    started = named[0] if named else time.strftime("%Y%m%d-%H%M%S", time.localtime(made / 1e9))
    return started, made
