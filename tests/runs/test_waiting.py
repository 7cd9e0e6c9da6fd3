"""How long a run waits in line, against a line that is played through second by second."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from charlstm.checkpoints.files import HISTORY, LOCK
from charlstm.runs.record import HistoryRecord, ScoringRecord, StepRecord, line_of
from charlstm.runs.settings import RunSettings
from charlstm.runs.waiting import starts_in
from charlstm.text.spec import BRACKETS
from tests.fixtures.run_history import SMALL_RUN


def write(folder: Path, budget: float | None, *records: HistoryRecord) -> Path:
    """A run with a budget in seconds, or of 1,000 steps, that has written some records."""
    folder.mkdir()
    steps = 1_000 if budget is None else None
    RunSettings(BRACKETS, "quick", replace(SMALL_RUN, steps=steps, seconds=budget)).save(folder)
    if records:
        (folder / HISTORY).write_text("".join(map(line_of, records)))
    return folder


def step(number: int, seconds: float) -> StepRecord:
    return StepRecord(number, 1.0, 0.1, 1.0, number, seconds)


def played(training: list[int], before: list[int]) -> int:
    """Seconds until all runs in line have started and one more can."""
    left, line, seconds = [*training], [*before], 0
    while True:
        while 0 in left:
            if not line:
                return seconds
            left[left.index(0)] = line.pop(0)
        left = [one - 1 for one in left]
        seconds += 1


@pytest.mark.parametrize("seed", range(20))
def test_it_is_when_the_line_is_through(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    training = [rng.randint(1, 60) for _ in range(rng.randint(1, 3))]
    before = [rng.randint(1, 60) for _ in range(rng.randint(0, 4))]
    folders = [write(tmp_path / str(i), budget) for i, budget in enumerate(training + before)]
    at = len(training)
    assert starts_in(folders[:at], folders[at:], at) == played(training, before)


def test_what_was_trained_already_counts(tmp_path: Path) -> None:
    half = write(tmp_path / "half", 60, step(10, 30.0))
    assert starts_in([half], [], 1) == 30
    stopped = write(tmp_path / "stopped", 60, step(10, 50.0))
    assert starts_in([half], [stopped], 1) == 40
    in_steps = write(tmp_path / "in-steps", None, step(100, 5.0))
    with filelock.FileLock(in_steps / LOCK):
        assert starts_in([in_steps], [], 1) == pytest.approx(45)


def test_without_an_estimate_none_is_made(tmp_path: Path) -> None:
    known = write(tmp_path / "known", 60)
    in_steps = write(tmp_path / "in-steps", None)
    scored = write(tmp_path / "scored", 60, ScoringRecord(10, 500, 1_000, 59.0))
    assert starts_in([in_steps], [], 1) is None
    assert starts_in([known], [in_steps], 1) is None
    assert starts_in([known, in_steps], [], 2) is None
    assert starts_in([known], [], 2) is None
    assert starts_in([], [], 1) is None
    assert starts_in([known], [tmp_path / "withdrawn"], 1) is None
    with filelock.FileLock(scored / LOCK):
        assert starts_in([scored], [], 1) is None
