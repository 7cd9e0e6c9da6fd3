"""A budget in seconds: its plan, and what becomes of it on a machine that slows down."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace

import numpy as np
import pytest

from charlstm.runs import runner, saves
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.training import budget
from tests.fixtures.run_history import SMALL_RUN, history, numbers


@pytest.fixture(autouse=True)
def save_often(monkeypatch):
    monkeypatch.setattr(runner, "SAVE_SECONDS", 0.1)


class Clock:
    """A clock that goes on by a tick whenever it is read, however busy the machine is."""

    def __init__(self):
        self.now, self.tick = 0.0, 0.001

    def monotonic(self):
        self.now += self.tick
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    for module in (runner, saves, budget):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.mark.slow
@pytest.mark.usefixtures("clock")
def test_a_budget_in_seconds_becomes_steps(tmp_path, text):
    config = replace(SMALL_RUN, steps=None, seconds=1.5)
    records = list(run(tmp_path, RunSettings(text, "quick", config), threading.Event()))
    planned = RunSettings.load(tmp_path).total_steps
    assert planned == records[-1].step == sum(r.kind == "step" for r in records)
    assert planned > 100
    rates = [r.learning_rate for r in records if r.kind == "step"]
    assert rates[-1] == pytest.approx(config.learning_rate / (planned * (1 - config.flat)))


@pytest.mark.slow
@pytest.mark.usefixtures("clock")
def test_a_plan_decides_all_that_follows(tmp_path, text):
    """A run that is taken up from its first save after the plan goes on with the same numbers."""
    config = replace(SMALL_RUN, steps=None, seconds=0.9, validate_every=10**6)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for _ in run(whole, RunSettings(text, "quick", config), threading.Event()):
        if not parts.exists() and RunSettings.load(whole).total_steps:
            shutil.copytree(whole, parts)
    # Killed before it could write the plan beside the settings.
    planned = RunSettings.load(parts)
    assert planned.total_steps == RunSettings.load(whole).total_steps
    replace(planned, total_steps=None).save(parts)
    list(run(parts, RunSettings.load(parts), threading.Event()))
    assert numbers(history(parts)) == numbers(history(whole))
    assert RunSettings.load(parts).total_steps == planned.total_steps


@pytest.mark.slow
def test_a_machine_that_slows_down_gets_a_shorter_plan(tmp_path, text, clock):
    """All takes ten times as long from a little after the plan on: the budget is met with fewer
    steps, and the learning rate still falls to zero without a jump."""
    config = replace(SMALL_RUN, steps=None, seconds=4.0, validate_every=10**6)
    planned, rates = [], []
    for record in run(tmp_path, RunSettings(text, "quick", config), threading.Event()):
        if record.kind == "step":
            rates.append(record.learning_rate)
            total = RunSettings.load(tmp_path).total_steps
            if total is not None:
                planned.append(total)
            if len(planned) > 30:
                clock.tick = 0.01
    assert len(set(planned)) > 1
    assert RunSettings.load(tmp_path).total_steps == len(rates) < 0.7 * planned[0]
    assert 0.9 * config.seconds < record.seconds < 1.1 * config.seconds
    falls = np.diff(rates[50:])
    assert max(falls) <= 0
    assert min(falls) > -config.learning_rate / 10
    assert rates[-1] < config.learning_rate / 10


@pytest.mark.usefixtures("clock")
def test_stopped_before_its_plan_it_is_planned_after_it_was_resumed(tmp_path, text):
    config = replace(SMALL_RUN, steps=None, seconds=0.6)
    stop = threading.Event()
    for record in run(tmp_path, RunSettings(text, "quick", config), stop):
        if record.step == 5:
            stop.set()
    assert RunSettings.load(tmp_path).total_steps is None
    records = list(run(tmp_path, RunSettings.load(tmp_path), threading.Event()))
    assert records[-1].reason == "finished"
    assert records[-1].step == RunSettings.load(tmp_path).total_steps > 5
    steps = [r["step"] for r in history(tmp_path) if r["kind"] == "step"]
    assert steps == list(range(1, records[-1].step + 1))
