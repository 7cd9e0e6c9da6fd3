"""Runs that wait in line until those before them have ended."""

from __future__ import annotations

import pytest

from charlstm.checkpoints.files import HISTORY
from charlstm.errors import UserError
from charlstm.runs.limits import Limits
from charlstm.runs.manager import Runs
from tests.fixtures.processes import wait_for


@pytest.mark.slow
def test_others_wait_in_line_and_start_in_their_turn(runs, tmp_path, text):
    first = runs.start(text, "quick", steps=10**5)
    second = runs.start(text, "quick", steps=3, hidden_size=8)
    third = runs.start(text, "quick", steps=3, hidden_size=8)
    assert {(s.name, s.state, s.place) for s in runs.catalog.list() if s.place} == {
        (second, "waiting", 1),
        (third, "waiting", 2),
    }
    assert "Second in line" in runs.catalog.status(third).message
    with pytest.raises(UserError, match="is waiting"):
        runs.resume(second)
    runs.stop(first)
    wait_for(lambda: runs.catalog.status(second).state == "finished", "the second finished")
    wait_for(lambda: runs.catalog.status(third).state == "finished", "the third finished")
    assert runs.catalog.status(first).state == "stopped"
    # Never two at a time: each one's first record is later than the last one of the run before.
    spans = []
    for name in (first, second, third):
        log, history = tmp_path / name / "log.txt", tmp_path / name / HISTORY
        spans.append((log.stat().st_mtime_ns, history.stat().st_mtime_ns))
    assert spans[0][1] <= spans[1][0]
    assert spans[1][1] <= spans[2][0]


@pytest.mark.slow  # it starts four processes
def test_as_many_train_at_a_time_as_the_limit_says(tmp_path, text):
    runs = Runs(tmp_path, Limits(runs=2))
    try:
        names = [runs.start(text, "quick", steps=10**5, hidden_size=8) for _ in range(3)]
        wait_for(
            lambda: (
                [runs.catalog.status(n).state for n in names] == ["running", "running", "waiting"]
            ),
            "two that run and one that waits",
        )
    finally:
        runs.close()
    # The app ended: what waited has not begun, and can be resumed by another app.
    assert [runs.catalog.status(n).state for n in names] == ["stopped", "stopped", "interrupted"]
    assert "had not begun" in runs.catalog.status(names[2]).message
    again = Runs(tmp_path)
    try:
        again.resume(names[2])
        wait_for(lambda: again.catalog.status(names[2]).step > 0, "a step")
    finally:
        again.close()
    assert again.catalog.status(names[2]).state == "stopped"
    with pytest.raises(UserError, match="ending"):
        again.start(text, "quick", steps=1)


@pytest.mark.slow  # it starts three processes
def test_one_that_waits_can_be_withdrawn(runs, tmp_path, text):
    first = runs.start(text, "quick", steps=10**5)
    wait_for(lambda: runs.catalog.status(first).step > 0, "a step")
    never = runs.start(text, "quick", steps=3)
    runs.stop(never)
    assert [status.name for status in runs.catalog.list()] == [first]
    assert not (tmp_path / never).exists()
    # One that had begun before stays as it was.
    runs.stop(first)
    wait_for(lambda: runs.catalog.status(first).state == "stopped", "the run stopped")
    second = runs.start(text, "quick", steps=10**5)
    runs.resume(first)
    assert runs.catalog.status(first).state == "waiting"
    runs.stop(first)
    assert runs.catalog.status(first).state == "stopped"
    assert (tmp_path / first / "model.safetensors").is_file()
    runs.stop(second)


@pytest.mark.slow
def test_the_line_has_an_end(runs, text):
    runs.start(text, "quick", steps=10**5)
    for _ in range(2):
        runs.start(text, "quick", steps=3, owner="1" * 32)
    with pytest.raises(UserError, match="2 of your runs wait"):
        runs.start(text, "quick", steps=3, owner="1" * 32)
    for digit in "23456":
        for _ in range(2):
            runs.start(text, "quick", steps=3, owner=digit * 32)
    before = {status.name for status in runs.catalog.list()}
    with pytest.raises(UserError, match="12 runs wait in line"):
        runs.start(text, "quick", steps=3, owner="a" * 32)
    assert {status.name for status in runs.catalog.list()} == before
    assert sorted(status.place for status in runs.catalog.list() if status.place) == list(
        range(1, 13)
    )
