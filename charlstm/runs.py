"""Background runs: each is ``python -m charlstm train`` as a process of its own.

The app and a run share nothing but the run's folder: the run appends to its history and replaces
its checkpoint; the app reads what was appended. So a crash of either leaves the other standing,
and the operating system shares the cores out (runs train at low priority). A run holds one end of
a pipe to the app: when the app ends, however it ends, the pipe closes and the run saves and ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import filelock

from charlstm.checkpoint import NAME, SETTINGS
from charlstm.errors import USER_ERROR_STATUS, UserError
from charlstm.runner import HISTORY, LOCK, RunSettings, new_run_name
from charlstm.train import PRESETS

LOG = "log.txt"
_TAIL = 1 << 16  # bytes of a history that are enough to hold its newest record
_ENDING_SECONDS = 20.0

State = Literal["starting", "running", "finished", "stopped", "interrupted", "failed"]


@dataclass(frozen=True)
class RunStatus:
    """Where a run stands.

    Attributes:
        step: done so far.
        total_steps: planned; None before a budget in seconds was turned into steps.
        elapsed: seconds of training so far.
        seconds_left: None where that is not known.
        message: a sentence for states that need one, else "".
        floor: of its corpus, nats per character, where known.
    """

    name: str
    state: State
    step: int
    total_steps: int | None
    elapsed: float
    seconds_left: float | None
    message: str
    corpus: str
    preset: str
    floor: float | None


class Runs:
    """Starts, stops, resumes and watches runs below a folder. Safe to call from several threads.

    Args:
        folder: where each run gets a folder of its own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def start(
        self, corpus: str, preset: str, seconds: float | None = None, steps: int | None = None
    ) -> str:
        """Start a run; at once, and its process then reads the corpus.

        Returns:
            the run's name, unlike any other's.

        Raises:
            UserError: another run is training, the preset is unknown, or the budget is no budget.
        """
        if preset not in PRESETS:
            raise UserError(
                f"There is no preset called {preset!r}.", f"Choose one of {', '.join(PRESETS)}."
            )
        config = PRESETS[preset].with_budget(steps, seconds)
        with self._lock:
            self._refuse_a_second()
            name = new_run_name(corpus, preset)
            path = self._folder / name
            try:
                path.mkdir(parents=True)
                RunSettings(corpus, preset, config).save(path)
            except OSError as error:
                raise UserError(
                    f"No run can be started: {str(self._folder)!r} can't be written "
                    f"({error.strerror}).",
                    "Set CHARLSTM_CHECKPOINTS to a folder that can be written.",
                ) from error
            self._spawn(name)
        return name

    def resume(self, name: str) -> None:
        """Go on with a run that was stopped or interrupted.

        Raises:
            UserError: there is no such run, it is at its end, or another one is training.
        """
        state = self.status(name).state
        if state in ("finished", "starting", "running"):
            raise UserError(
                f"The run {name!r} is {state}: there is nothing to resume.", "Start a new one."
            )
        with self._lock:
            self._refuse_a_second()
            self._spawn(name)

    def stop(self, name: str) -> None:
        """Ask a run to save and end; it does so after the step at hand.

        Raises:
            UserError: there is no such run, or this app did not start it.
        """
        self._path(name)
        process = self._processes.get(name)
        if process is None or process.poll() is not None:
            raise UserError(
                f"The run {name!r} is not one that trains here.", "There is nothing to stop."
            )
        process.stdin.close()

    def list(self) -> list[RunStatus]:
        """All runs below the folder, the newest first."""
        if not self._folder.is_dir():
            return []
        found = [
            path
            for path in self._folder.iterdir()
            if NAME.fullmatch(path.name) and (path / SETTINGS).is_file()
        ]
        found.sort(key=lambda path: path.stat().st_ctime_ns, reverse=True)
        found.sort(key=lambda path: path.name[:15], reverse=True)  # the time in the name
        statuses = []
        for path in found:
            with contextlib.suppress(UserError):  # a damaged folder does not take the others away
                statuses.append(self.status(path.name))
        return statuses

    def status(self, name: str) -> RunStatus:
        """Where a run stands.

        Raises:
            UserError: there is no such run.
        """
        path = self._path(name)
        settings = RunSettings.load(path)
        last = _last_record(path / HISTORY)
        step, elapsed = (last["step"], last["seconds"]) if last else (0, 0.0)
        total = settings.total_steps or settings.config.steps
        process = self._processes.get(name)
        message = ""
        if (process is not None and process.poll() is None) or _is_locked(path / LOCK):
            state: State = "running" if last else "starting"
        elif last and last["kind"] == "end":
            state = {"finished": "finished", "stopped": "stopped"}.get(last["reason"], "failed")
            message = last["message"]
        elif process is not None and process.returncode > 0:  # below 0 it was killed
            state = "failed"
            message = (
                _last_line(path / LOG)
                if process.returncode == USER_ERROR_STATUS
                else f"It ended with an error that {LOG} in its folder tells more of."
            )
        else:
            state, message = (
                "interrupted",
                "It ended without saving; it can go on from its last save.",
            )
        left = elapsed / step * (total - step) if step and total and state == "running" else None
        return RunStatus(
            name, state, step, total, elapsed, left, message,
            settings.corpus, settings.preset, settings.floor,
        )  # fmt: skip

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
        path = self._path(name) / HISTORY
        if not path.exists():
            return [], 0
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            offset = offset if 0 <= offset <= size else 0
            file.seek(offset)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]  # the last line may be half written
        return [json.loads(line) for line in whole.splitlines()], offset + len(whole)

    def close(self) -> None:
        """The app ends: every run saves and ends."""
        for process in self._processes.values():
            process.stdin.close()
        for process in self._processes.values():
            try:
                process.wait(_ENDING_SECONDS)
            except subprocess.TimeoutExpired:  # it loses the steps since its last save
                process.kill()
                process.wait()

    def _spawn(self, name: str) -> None:
        path = self._folder / name
        if name in self._processes:
            self._processes[name].stdin.close()
        command = [sys.executable, "-m", "charlstm", "train", "--resume", str(path), "--background"]
        package = Path(__file__).resolve().parent.parent
        with (path / LOG).open("wb") as log:
            self._processes[name] = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(package)},
            )

    def _refuse_a_second(self) -> None:
        for status in self.list():
            if status.state in ("starting", "running"):
                raise UserError(
                    f"The run {status.name!r} is training, and one trains at a time.",
                    "Wait for its end, or stop it.",
                )

    def _path(self, name: str) -> Path:
        known = isinstance(name, str) and NAME.fullmatch(name)
        if not known or not (self._folder / name / SETTINGS).is_file():
            raise UserError(
                f"There is no run called {str(name)[:100]!r}.", "Choose one from the list."
            )
        return self._folder / name


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with filelock.FileLock(path, timeout=0):
            return False
    except filelock.Timeout:
        return True


def _last_record(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        lines = file.read().split(b"\n")[:-1]
    return json.loads(lines[-1]) if lines else None


def _last_line(path: Path) -> str:
    if not path.exists():
        return ""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
