"""Runs as processes of their own: ``python -m charlstm train --resume FOLDER --background``."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from charlstm.environment import variable
from charlstm.errors import UserError
from charlstm.texts import restored, stored

LOG = "log.txt"
"""The file in a run's folder that takes the standard error of its process. The last line is the
error in English that ended the process; the one before it, `error_line`, is for the page."""


def error_line(error: UserError) -> str:
    """An error as a line of the log that `error_in` reads in any language."""
    return json.dumps([stored(part) for part in error.args])


def error_in(lines: Sequence[str]) -> str:
    """The error that ended a process, from the lines of its log; "" if there is none."""
    for line in lines[-2:]:
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            problem, remedy = map(restored, json.loads(line))
            return str(UserError(problem, remedy))
    return lines[-1] if lines else ""


class Processes:
    """The newest process of each run. A process saves and ends when its standard input is closed or
    its parent has ended."""

    def __init__(self) -> None:
        self._newest: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, folder: Path) -> None:
        """Begin or resume the run in a folder.

        Raises:
            OSError: the folder can't be written, or the system starts no further process.
        """
        if folder.name in self._newest:
            self.end(folder.name)
        command = [sys.executable, "-m", "charlstm", "train", "--resume", str(folder)]
        package = Path(__file__).resolve().parents[2]
        paths = os.pathsep.join(filter(None, [str(package), variable("PYTHONPATH")]))
        with (folder / LOG).open("wb") as log:
            self._newest[folder.name] = subprocess.Popen(
                [*command, "--background"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, "PYTHONPATH": paths},
            )

    def of(self, name: str) -> subprocess.Popen[bytes] | None:
        """The newest process of a run, running or ended; None if none was started here."""
        return self._newest.get(name)

    def alive(self) -> list[str]:
        """Names of the runs whose process has not ended."""
        return [name for name, process in self._newest.items() if process.poll() is None]

    def end(self, name: str) -> None:
        """Tell a run to save and end; returns at once."""
        if (pipe := self._newest[name].stdin) is not None:
            pipe.close()

    def end_all(self, seconds: float) -> None:
        """Tell all runs to save and end, wait up to so many seconds for each, and kill the others:
        they lose the steps since their last save."""
        for name in self._newest:
            self.end(name)
        for process in self._newest.values():
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
