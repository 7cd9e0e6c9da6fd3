"""The news of runs that a browser receives, and the errors for invalid requests."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.checkpoints.files import HISTORY
from charlstm.errors import UserError
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories, mean_window
from charlstm.runs.record import StepRecord, ValidationRecord, line_of
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import BRACKETS
from charlstm.training.config import PRESETS
from charlstm.ui.components.contract import plain, reader
from charlstm.ui.train.board.board import ExportQuestion, exported
from charlstm.ui.train.board.feed import (
    Points,
    RunQuestion,
    Validation,
    WrittenSample,
    answer,
    news_of_run,
)
from tests.fixtures.run_history import RUNNING


def step_record(step: int, loss: float) -> StepRecord:
    return StepRecord(step, loss, 0.01, 1 / step, 768 * step, step / 70, mean=loss)


def validation_record(step: int, nats: float) -> ValidationRecord:
    return ValidationRecord(step, nats, 65536, step / 70, f"The {step}", 0.8)


def unpacked(points: Points | None) -> list[tuple[int, float | None]]:
    """Step and loss of each training point of an answer, as a browser reads them."""
    return [
        (stretch.first + i * stretch.stride, loss)
        for stretch in (points.stretches if points else [])
        for i, loss in enumerate(stretch.losses)
    ]


def asking(run: object, offset: object = 0, series: object = None) -> dict[str, object]:
    return {"run": run, "offset": offset, "series": series}


@given(st.lists(st.integers(1, 400), max_size=60))
def test_every_point_arrives_at_its_step(steps: list[int]) -> None:
    """In any order of steps: a resumed run goes back."""
    records = [step_record(step, step / 7) for step in steps]
    sent = answer(RUNNING, records, 10, 20)
    expected = [(step, round(step / 7, 4)) for step in steps]
    assert unpacked(sent.points) == expected


def test_a_live_update_is_small() -> None:
    """Seventy steps, a second of the quick preset on two cores: under 25 bytes a point, under 33
    with a series beside the loss."""
    records = [step_record(step, 2 + math.sin(step)) for step in range(1000, 1070)]
    sent = json.dumps(plain(answer(RUNNING, records, 10, 20)), separators=(",", ":"))
    assert len(sent) < 70 * 25
    more = answer(RUNNING, records, 10, 20, "gradient_norm")
    assert len(json.dumps(plain(more), separators=(",", ":"))) < 70 * 33
    nothing_new = json.dumps(plain(answer(RUNNING, [], 10, 10)), separators=(",", ":"))
    assert len(nothing_new) < 100


def test_a_long_history_is_thinned_but_for_validations(tmp_path: Path) -> None:
    losses = 2 + np.random.default_rng(0).normal(size=9_000) / 10
    RunSettings(BRACKETS, "quick", PRESETS["quick"], floor=1.8).save(tmp_path)
    with (tmp_path / HISTORY).open("w") as file:
        for step, loss in enumerate(losses, start=1):
            file.write(line_of(step_record(step, float(loss))))
            if step % 500 == 0:
                file.write(line_of(validation_record(step, 1.9)))
    question = RunQuestion(tmp_path.name, 0, None)
    sent = news_of_run(RunCatalog(tmp_path.parent), Histories(), question)
    assert sent.start is not None
    assert sent.points is not None
    assert sent.validations is not None
    points = unpacked(sent.points)
    assert [step for step, _ in points] == [*range(1, 9_001, 5), 9_000]
    assert sent.points.thinned == 5
    assert [v.step for v in sent.validations] == list(range(500, 9_001, 500))
    assert sent.start.floor == 1.8
    assert sent.points.seconds == [round(step / 70, 2) for step, _ in points]
    assert sent.start.characters == 768
    # The mean is of all steps, not only of those that are sent.
    for (step, loss), mean in zip(points, sent.points.means, strict=True):
        window = losses[max(0, step - mean_window(step)) : step]
        assert mean == pytest.approx(window.mean(), abs=1e-4)
        assert loss == pytest.approx(losses[step - 1], abs=1e-4)


def test_a_loss_that_is_not_finite_still_travels() -> None:
    records = [
        step_record(1, 2.0),
        step_record(2, math.nan),
        step_record(3, math.inf),
        validation_record(3, math.nan),
    ]
    sent = answer(RUNNING, records, 0, 20)
    json.dumps(plain(sent), allow_nan=False)
    assert unpacked(sent.points) == [(1, 2.0), (2, None), (3, None)]
    assert sent.validations == [Validation(3, None, 65536, 0.04)]
    assert sent.samples == [WrittenSample(3, "The 3")]


@pytest.mark.parametrize("series", ["learning_rate", "gradient_norm"])
def test_a_series_travels_when_it_is_asked_for(series: str) -> None:
    records = [step_record(step, 2.0) for step in range(1, 3001)]
    records[-1] = replace(records[-1], **{series: math.inf})
    assert answer(RUNNING, records, 0, 20).points.series is None
    sent = answer(RUNNING, records, 0, 20, series).points
    json.dumps(plain(sent), allow_nan=False)
    for (step, _), value in zip(unpacked(sent)[:-1], sent.series[:-1], strict=True):
        assert value == pytest.approx(getattr(records[step - 1], series), rel=0.01)  # three figures
    assert sent.series[-1] is None


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "a",
        {},
        [],
        ["20260101-000000-quick-brackets-0000", 0, None],
        {"run": "20260101-000000-quick-brackets-0000"},
        asking("20260101-000000-quick-brackets-0000"),
        asking("20260101-000000-quick-brackets-0000", 0),
        asking("20260101-000000-quick-brackets-0000", 0, None),
        asking("20260101-000000-quick-brackets-0000", 0, "seconds"),
        asking("20260101-000000-quick-brackets-0000", -1, None),
        asking("20260101-000000-quick-brackets-0000", 10**30, None),
        asking("../../etc", 0, None),
        asking("a\0b", 0, None),
        asking(None, 0, None),
        asking("<img src=x onerror=alert(1)>", 0, None),
    ],
)
def test_whatever_a_browser_asks_it_gets_a_sentence(tmp_path: Path, asked: object) -> None:
    with pytest.raises(UserError, match=r"^[A-Z].*\.$"):
        news_of_run(RunCatalog(tmp_path), Histories(), reader(RunQuestion)(asked))


def saving(kind: str, runs: object, view: object) -> dict[str, object]:
    return {"kind": kind, "runs": runs, "view": view}


VIEW = {"unit": "bits", "by": "step", "log_x": False, "log_y": False}


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        saving("csv", ["20260101-000000-quick-brackets-0000"], VIEW),
        {"kind": "csv"},
        saving("csv", [], VIEW),
        saving("csv", "a", VIEW),
        saving("csv", [None], VIEW),
        saving("csv", ["20260101-000000-quick-brackets-0000"] * 100, VIEW),
        saving("pdf", ["20260101-000000-quick-brackets-0000"], VIEW),
        saving("zip", ["../../etc"], VIEW),
        saving("zip", ["a\0b"], VIEW),
        {
            "kind": "png",
            "runs": ["20260101-000000-quick-brackets-0000"],
            "view": {**VIEW, "unit": "bytes"},
        },
        {
            "kind": "png",
            "runs": ["20260101-000000-quick-brackets-0000"],
            "view": {**VIEW, "log_x": 1},
        },
        saving("png", ["20260101-000000-quick-brackets-0000"], {}),
    ],
)
def test_whatever_file_a_browser_asks_for_it_gets_a_sentence(tmp_path: Path, asked: object) -> None:
    with pytest.raises(UserError, match=r"^[A-Z].*\.$"):
        exported(RunCatalog(tmp_path), reader(ExportQuestion)(asked))
