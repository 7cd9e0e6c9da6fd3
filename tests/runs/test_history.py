"""Histories kept in memory, held against the file read as it stands."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.runs import history
from charlstm.runs.history import MEAN_OF, Histories, mean_window, with_means
from charlstm.runs.record import HistoryRecord, StepRecord


def step_record(step: int, loss: float, seconds: float = 0.0) -> dict[str, object]:
    return {
        "kind": "step",
        "step": step,
        "loss": loss,
        "learning_rate": 0.01,
        "gradient_norm": 1 / step,
        "characters": 768 * step,
        "seconds": seconds or step / 70,
    }


def validation_record(step: int) -> dict[str, object]:
    return {
        "kind": "validation",
        "step": step,
        "nats": 1.9,
        "characters_scored": 7,
        "seconds": 1.0,
        "sample": "é" * step,
    }


def written(path: Path, records: list[dict[str, object]], mode: str = "a") -> None:
    with path.open(mode, encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def steps_of(records: list[HistoryRecord]) -> list[StepRecord]:
    return [record for record in records if isinstance(record, StepRecord)]


def others_of(records: list[HistoryRecord]) -> list[dict[str, object]]:
    """The records that are no steps, as they stand in the file."""
    return [
        {name: value for name, value in asdict(record).items() if value is not None}
        for record in records
        if not isinstance(record, StepRecord)
    ]


def test_all_of_a_history_then_only_what_is_new(tmp_path: Path) -> None:
    path, histories = tmp_path / "history.jsonl", Histories()
    assert histories.since(path, 0, 100) == ([], 0, 1)
    first = [step_record(1, 3.0), step_record(2, 2.0), validation_record(2)]
    written(path, first)
    found, offset, stride = histories.since(path, 0, 100)
    assert (offset, stride) == (path.stat().st_size, 1)
    assert others_of(found) == [first[2]]
    for record, expected in zip(steps_of(found), first, strict=False):
        assert asdict(record) == {**expected, "mean": record.mean}
    assert histories.since(path, offset, 100) == ([], offset, 1)
    with path.open("a") as file:
        file.write('{"kind": "sam')  # half written
    assert histories.since(path, offset, 100) == ([], offset, 1)
    with path.open("a") as file:
        file.write('ple", "step": 3, "sample": "a"}\n')
    written(path, [step_record(3, 1.0)])
    found, offset, _ = histories.since(path, offset, 100)
    assert [record.step for record in found] == [3, 3]
    assert offset == path.stat().st_size
    # Another reader, from the beginning and in between; and one who asks for what is no line.
    assert [r.step for r in steps_of(histories.since(path, 0, 100)[0])] == [1, 2, 3]
    line = len(json.dumps(first[0])) + 1
    assert [r.step for r in steps_of(histories.since(path, line, 100)[0])] == [2, 3]
    for none in (5, line - 1, line + 1, offset + 1, 2**53):
        assert histories.since(path, none, 100)[0] == histories.since(path, 0, 100)[0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40), st.booleans()), max_size=6),
    st.integers(2, 60),
)
def test_a_history_that_is_cut_and_grows_again(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[int, int, bool]], most: int
) -> None:
    """Whatever was cut off and added between two looks, or unseen, what is kept is the file."""
    path, histories = tmp_path_factory.mktemp("run") / "history.jsonl", Histories()
    rng = np.random.default_rng(len(parts))
    records: list[dict[str, object]] = []
    for number, (cut, add, look) in enumerate(parts):
        records = records[: max(0, len(records) - cut)]
        done = records[-1]["step"] if records else 0
        for step in range(done + 1, done + add + 1):
            # The clock goes another way each time, and so do the lines' lengths.
            records.append(
                step_record(step, 2 + step / 7, round(float(rng.random() * 100), number))
            )
            if step % 7 == 0:
                records.append(validation_record(step))
        written(path, records, "w")
        if look:
            histories.since(path, 0, most)
    found, offset, stride = histories.since(path, 0, most)
    expected = [record["step"] for record in records if record["kind"] == "step"]
    steps = [record.step for record in steps_of(found)]
    assert steps == sorted({*expected[::stride], *expected[-1:]})
    assert len(steps) <= most + 1
    assert [r.loss for r in steps_of(found)] == [2 + step / 7 for step in steps]
    assert others_of(found) == [record for record in records if record["kind"] == "validation"]
    assert offset == (path.stat().st_size if parts else 0)


def test_the_mean_is_of_all_steps_whatever_is_left_out(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(history, "KEPT", 4_000)
    monkeypatch.setattr(history, "RECENT", 500)
    path, histories = tmp_path / "history.jsonl", Histories()
    losses = 2 + np.random.default_rng(0).normal(size=9_000) / 10
    for start in range(0, 9_000, 1_500):
        written(path, [step_record(i + 1, float(losses[i])) for i in range(start, start + 1_500)])
        found, _, stride = histories.since(path, 0, 300)
    steps = [record.step for record in found]
    assert steps[0] == 1
    assert steps[-1] == 9_000
    assert len(steps) <= 301
    assert stride >= 9_000 / 301
    assert steps == sorted(set(steps))
    for record in steps_of(found):
        step = record.step
        window = losses[max(0, step - mean_window(step)) : step]
        assert record.loss == losses[step - 1]
        assert record.mean == pytest.approx(window.mean())
    # What a browser that is here asks for is not thinned.
    written(path, [step_record(9_001, 2.0), step_record(9_002, math.nan)])
    end = path.stat().st_size - sum(
        len(json.dumps(step_record(*pair))) + 1 for pair in ((9_001, 2.0), (9_002, math.nan))
    )
    new, _, stride = histories.since(path, end, 300)
    assert ([record.step for record in new], stride) == ([9_001, 9_002], 1)
    assert math.isnan(new[-1].mean)
    assert len(losses) > MEAN_OF


def test_a_history_that_was_dropped_from_memory_is_read_again(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(history, "HISTORIES", 2)
    histories = Histories()
    for name in "abc":
        written(tmp_path / name, [step_record(1, 2.0)])
        assert len(histories.since(tmp_path / name, 0, 10)[0]) == 1
    assert len(histories.since(tmp_path / "a", 0, 10)[0]) == 1


@pytest.mark.parametrize(
    "line",
    [
        *("nonsense", "5", "null", "[1]", "{}", "[" * 10_000, "\0\0", '{"kind": "end"}'),
        *(json.dumps({**step_record(2, 2.0), "step": step}) for step in ("2", -1, 2**60)),
    ],
)
def test_a_damaged_line_is_no_end_of_the_world(tmp_path: Path, line: str) -> None:
    path, histories = tmp_path / "history.jsonl", Histories()
    written(path, [step_record(1, 2.0)])
    with path.open("a") as file:
        file.write(f"{line}\n")
    for _ in range(2):
        with pytest.raises(ValueError, match="validation error"):
            histories.since(path, 0, 10)
    written(path, [step_record(1, 2.0)], "w")
    assert len(histories.since(path, 0, 10)[0]) == 1


def test_the_running_mean_is_of_fifty_steps():
    losses = np.random.default_rng(0).normal(size=400)
    steps = [StepRecord(i + 1, float(loss), 0.1, 1.0, i, 0.0) for i, loss in enumerate(losses)]
    found = with_means(steps, [399, 250, 10])
    assert [step.step for step in found] == [400, 251, 11]
    expected = [losses[350:].mean(), losses[201:251].mean(), losses[8:11].mean()]
    np.testing.assert_allclose([step.mean for step in found], expected)
    # A step of a thinned history brings its own.
    assert with_means([replace(steps[3], mean=1.5)], [0])[0].mean == 1.5
    assert [mean_window(step) for step in (1, 5, 6, 250, 251)] == [1, 1, 2, 50, 50]
