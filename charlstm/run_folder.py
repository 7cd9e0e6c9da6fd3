"""A folder of runs as it can be looked at: which there are, where each stands, what it wrote."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from charlstm.checkpoint import NAME, SETTINGS
from charlstm.errors import UserError
from charlstm.learned import Learned
from charlstm.settings import HISTORY
from charlstm.shipped import Shipped
from charlstm.standing import RunStatus, read_history, read_status

DAMAGED = (UserError, OSError, ValueError, KeyError)
"""What reading a run's folder may end in."""


class RunFolder:
    """Runs below a folder, and those that shipped. Safe to use from several threads.

    Args:
        path: where each run has a folder of its own.
        shipped: where the project's own checkpoints stand, with what ships of their runs; None if
            in the same folder.

    Attributes:
        shipped: runs to be looked at only. All but `list` know them by name too; a run of the same
            name goes before.
    """

    def __init__(self, path: Path, shipped: Path | None = None) -> None:
        self.shipped = Shipped([path] if shipped is None else [shipped, path])
        self._folder = path

    def list(self) -> list[RunStatus]:
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

    def to_watch(self) -> list[RunStatus]:
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

    def history(self, name: str, offset: int) -> tuple[list[dict[str, Any]], int]:
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

    def _standing(self, _name: str) -> tuple[subprocess.Popen[bytes] | None, int | None]:
        """A run's newest process and its place in the line; who only looks knows of neither."""
        return None, None


def _age(path: Path) -> tuple[str, int]:
    """Orders runs by the time in their names, or that of the folder where a person named it."""
    try:
        made = path.stat().st_ctime_ns
    except OSError:  # it has just been withdrawn
        return "", 0
    named = re.match(r"\d{8}-\d{6}", path.name)
    started = named[0] if named else time.strftime("%Y%m%d-%H%M%S", time.localtime(made / 1e9))
    return started, made
