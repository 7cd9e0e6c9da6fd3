"""A run as a process of its own: ``python -m charlstm train --resume FOLDER --background``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOG = "log.txt"
"""What the process writes to standard error, in the run's folder."""


def start_process(folder: Path) -> subprocess.Popen[bytes]:
    """Go on with the run in a folder, or begin it; it saves and ends when its input is closed.

    Raises:
        OSError: the folder can't be written, or the machine has no room for a process.
    """
    command = [sys.executable, "-m", "charlstm", "train", "--resume", str(folder), "--background"]
    package = Path(__file__).resolve().parent.parent
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            env={**os.environ, "PYTHONPATH": str(package)},
        )
