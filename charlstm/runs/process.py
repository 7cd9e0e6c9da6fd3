"""Runs as processes of their own: ``python -m charlstm train --resume FOLDER --background``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOG = "log.txt"
"""What the process writes to standard error, in the run's folder."""


class Processes:
    """The newest process of each run. One saves and ends when its input is closed, or its parent is
    no more."""

    def __init__(self) -> None:
        self._newest: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, folder: Path) -> None:
        """Go on with the run in a folder, or begin it.

        Raises:
            OSError: the folder can't be written, or the machine has no room for a process.
        """
        if folder.name in self._newest:
            self.end(folder.name)
        command = [sys.executable, "-m", "charlstm", "train", "--resume", str(folder)]
        package = Path(__file__).resolve().parents[2]
        with (folder / LOG).open("wb") as log:
            self._newest[folder.name] = subprocess.Popen(
                [*command, "--background"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(package)},
            )

    def of(self, name: str) -> subprocess.Popen[bytes] | None:
        """The newest process of a run, which may have ended; None if there was none."""
        return self._newest.get(name)

    def alive(self) -> list[str]:
        """Names of the runs whose process has not ended."""
        return [name for name, process in self._newest.items() if process.poll() is None]

    def end(self, name: str) -> None:
        """Ask a run to save and end."""
        if (pipe := self._newest[name].stdin) is not None:
            pipe.close()

    def end_all(self, seconds: float) -> None:
        """Ask all of them, and wait; one that takes longer loses the steps since its last save."""
        for name in self._newest:
            self.end(name)
        for process in self._newest.values():
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
