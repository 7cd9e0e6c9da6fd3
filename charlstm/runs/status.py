"""The state and progress of a run, read from the files in its folder."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import filelock

from charlstm.checkpoints.files import HISTORY, LOCK, RESUME, SETTINGS
from charlstm.checkpoints.title import called, given_title
from charlstm.errors import USER_ERROR_STATUS, UserError
from charlstm.runs.history import last_record
from charlstm.runs.process import LOG, error_in
from charlstm.runs.record import EndRecord, HistoryRecord, ScoringRecord
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import CorpusKind, CorpusSpec
from charlstm.texts import recognized, text
from charlstm.training.config import PRESETS, preset_config

_ERROR = re.compile(r"[A-Za-z_][\w.]*(: .+)?$")
"""The last line of a traceback: the name of an exception, and its message."""
_LONGEST = 300

State = Literal[
    "waiting", "starting", "running", "scoring", "finished", "stopped", "interrupted", "failed",
    "damaged",
]  # fmt: skip
TRAINS: tuple[State, ...] = ("starting", "running", "scoring")
"""States in which a run has a process that computes."""


@dataclass(frozen=True, kw_only=True)
class RunStatus:
    """The state and progress of a run.

    Attributes:
        step: number of steps done.
        total_steps: planned number; None until a budget in seconds has become a plan.
        elapsed: seconds of training so far.
        seconds_left: estimate, in state "waiting" until it starts; None if there is none.
        message: a sentence about the state if it needs one, otherwise "".
        floor: lowest loss that any model of the corpus can reach, nats per character, where known.
        place: position in the line of waiting runs, from 1; None in other states.
        hidden_size: of the model.
        pace: characters read per second of training, over the whole run; None before the first
            step.
        own_settings: whether a setting differs from the preset's.
        characters_a_step: characters that a step reads.
        shipped: whether the run's history came with a checkpoint; such a run can only be watched.
        scored: share of the whole validation text that has been scored, in state "scoring".
        note: a caveat about the run's numbers (`RunSettings.precision_note`), or "".
        title: that the run was given; "" for none.
    """

    name: str
    state: State
    step: int
    total_steps: int | None
    elapsed: float
    seconds_left: float | None
    message: str
    corpus: CorpusSpec
    preset: str
    floor: float | None
    place: int | None = None
    hidden_size: int = 0
    pace: float | None = None
    own_settings: bool = False
    characters_a_step: int = 0
    shipped: bool = False
    scored: float | None = None
    note: str = ""
    title: str = ""

    @property
    def called(self) -> str:
        """What the page calls the run."""
        return called(self.name, self.title)


def read_status(
    path: Path,
    process: subprocess.Popen[bytes] | None,
    place: int | None,
    refusal: str = "",
    wait: float | None = None,
) -> RunStatus:
    """Read the state and progress of the run in a folder; its state is "damaged" if a file of it
    can't be read.

    Args:
        process: the run's newest process, if this app started one.
        place: position in the line, from 1; None if the run does not wait.
        refusal: why its newest process did not even start; "" if it did.
        wait: seconds until it starts, of a waiting run; None if there is no estimate.

    Raises:
        UserError: the folder holds no run.
    """
    try:
        settings = RunSettings.load(path)
    except UserError:
        if not is_run(path):  # it was withdrawn a moment ago
            raise
        return damaged(path, SETTINGS)
    try:
        last = last_record(path / HISTORY)
        state, message = _state(path, process, place, refusal, last)
    except ValueError:
        return replace(damaged(path, HISTORY), corpus=settings.corpus, preset=settings.preset)
    except OSError as error:
        name = Path(error.filename).name if isinstance(error.filename, str) else None
        return replace(damaged(path, name), corpus=settings.corpus, preset=settings.preset)
    config = settings.config
    step = last.step if last else 0
    elapsed = last.seconds or 0.0 if last else 0.0
    total = settings.total_steps or config.steps
    left = wait if state == "waiting" else None
    if state == "running" and step:
        if total:
            left = elapsed / step * (total - step) or None  # the last step: its score follows
        elif config.seconds is not None:
            left = max(0.0, config.seconds - elapsed) or None
    a_step = config.streams * config.window
    pace = step * a_step / elapsed if step and elapsed else None
    preset = preset_config(settings.preset) if settings.preset in PRESETS else None
    return RunStatus(
        name=path.name,
        state=state,
        step=step,
        total_steps=total,
        elapsed=elapsed,
        seconds_left=left,
        message=message,
        corpus=settings.corpus,
        preset=settings.preset,
        floor=settings.floor,
        place=place,
        hidden_size=config.hidden_size,
        pace=pace,
        own_settings=config != preset,
        characters_a_step=a_step,
        scored=last.characters_scored / last.of if isinstance(last, ScoringRecord) else None,
        note=settings.precision_note,
        title=settings.title,
    )


def is_run(path: Path) -> bool:
    """Whether a folder is a run's, damaged or not."""
    return os.path.lexists(path / SETTINGS)


def damaged(path: Path, file: str | None) -> RunStatus:
    """The status of the run in a folder of which a file can't be read, None for the folder."""
    return RunStatus(
        name=path.name,
        state="damaged",
        step=0,
        total_steps=None,
        elapsed=0.0,
        seconds_left=None,
        message=text("runs.damaged.file", file=file) if file else text("runs.damaged.folder"),
        corpus=CorpusSpec(CorpusKind.FILE, ""),
        preset="",
        floor=None,
        title=given_title(path),
    )


def _state(
    path: Path,
    process: subprocess.Popen[bytes] | None,
    place: int | None,
    refusal: str,
    last: HistoryRecord | None,
) -> tuple[State, str]:
    if place is not None:
        return "waiting", text(f"runs.line.{place - 1}")
    if (process is not None and process.poll() is None) or _is_locked(path / LOCK):
        if last is None:
            return "starting", ""
        return "scoring" if isinstance(last, ScoringRecord) else "running", ""
    failed = process is not None and process.returncode > 0  # below 0 it was killed
    why = refusal
    if process is not None and failed and not refusal:
        why = _why(path / LOG, expected=process.returncode == USER_ERROR_STATUS)
    if isinstance(last, EndRecord):
        # A stopped run that could not go on is still stopped; its resumed process says why.
        message = (
            why if why and last.reason == "stopped" else recognized(last.message, "runs.ended.")
        )
        return "failed" if last.reason == "diverged" else last.reason, message
    if why:
        # A run that ended because its disk was full can be resumed when there is space again.
        return "interrupted" if refusal or (path / RESUME).exists() else "failed", why
    if last is None:
        return "interrupted", text("runs.ended.not_begun")
    return "interrupted", text("runs.ended.unsaved")


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with filelock.FileLock(path, timeout=0):
            return False
    except filelock.Timeout:
        return True


def _why(log: Path, *, expected: bool) -> str:
    """A sentence on why a process ended, from what it wrote last.

    Args:
        expected: whether that is the sentence of a `UserError`; else it may be a traceback.
    """
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        lines = []
    if expected:
        return error_in(lines) or text("runs.ended.unwritable")
    errors = [line for line in lines if _ERROR.match(line)] or lines
    if not errors:
        return text("runs.ended.silent")
    return text("runs.ended.error", error=errors[-1][:_LONGEST])
