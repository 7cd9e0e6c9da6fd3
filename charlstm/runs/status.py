"""Where a run stands, read from what it wrote into its folder."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import filelock

from charlstm.checkpoints.files import HISTORY, LOCK, RESUME
from charlstm.errors import USER_ERROR_STATUS
from charlstm.runs.history import last_record
from charlstm.runs.process import LOG
from charlstm.runs.record import EndRecord, HistoryRecord, ScoringRecord
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import CorpusSpec
from charlstm.training.config import PRESETS, preset_config

_SILENT = "Its folder can't be written. Free some space; what was saved before still stands."
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip

State = Literal[
    "waiting", "starting", "running", "scoring", "finished", "stopped", "interrupted", "failed"
]
TRAINS: tuple[State, ...] = ("starting", "running", "scoring")
"""States in which a run has a process that computes."""


@dataclass(frozen=True, kw_only=True)
class RunStatus:
    """Where a run stands.

    Attributes:
        step: done so far.
        total_steps: planned; None before a budget in seconds was turned into steps.
        elapsed: seconds of training so far.
        seconds_left: None where that is not known.
        message: a sentence for states that need one, else "".
        floor: of its corpus, nats per character, where known.
        place: in the line of those that wait, counted from 1; None in other states.
        hidden_size: of its model.
        pace: characters a second over all of it; None before there is one.
        own_settings: whether some differ from its preset's.
        characters_a_step: that it reads.
        shipped: it came with its checkpoint, and is not one of this page.
        scored: share of the whole validation text that is scored, while that is done.
        note: what else there is to know of its numbers (`RunSettings.precision_note`), or "".
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


def read_status(
    path: Path, process: subprocess.Popen[bytes] | None, place: int | None
) -> RunStatus:
    """Where the run in a folder stands.

    Args:
        process: its latest one, where this app started it.
        place: in the line, counted from 1; None if it does not wait.

    Raises:
        UserError: the folder holds no run.
    """
    settings = RunSettings.load(path)
    config = settings.config
    last = last_record(path / HISTORY)
    step = last.step if last else 0
    elapsed = last.seconds or 0.0 if last else 0.0
    total = settings.total_steps or config.steps
    state, message = _state(path, process, place, last)
    left = None
    if state == "running" and step:
        if total:
            left = elapsed / step * (total - step)
        elif config.seconds is not None:
            left = max(0.0, config.seconds - elapsed)
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
    )


def _state(
    path: Path,
    process: subprocess.Popen[bytes] | None,
    place: int | None,
    last: HistoryRecord | None,
) -> tuple[State, str]:
    if place is not None:
        return "waiting", f"{in_line(place)}."
    if (process is not None and process.poll() is None) or _is_locked(path / LOCK):
        if last is None:
            return "starting", ""
        return "scoring" if isinstance(last, ScoringRecord) else "running", ""
    if isinstance(last, EndRecord):
        return "failed" if last.reason == "diverged" else last.reason, last.message
    if process is not None and process.returncode > 0:  # below 0 it was killed
        if process.returncode == USER_ERROR_STATUS:
            # A run whose disk was full can go on when there is room again.
            saved = (path / RESUME).exists()
            return "interrupted" if saved else "failed", _last_line(path / LOG) or _SILENT
        return "failed", f"It ended with an error that {LOG} in its folder tells more of."
    if last is None:
        return "interrupted", "It had not begun; resumed, it starts from its settings."
    return "interrupted", "It ended without saving; it can go on from its last save."


def in_line(place: int) -> str:
    """A place in the line, in words: "Second in line"."""
    words = _ORDINALS[place - 1] if place <= len(_ORDINALS) else f"number {place}"
    return f"{words.capitalize()} in line"


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with filelock.FileLock(path, timeout=0):
            return False
    except filelock.Timeout:
        return True


def _last_line(path: Path) -> str:
    if not path.exists():
        return ""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
