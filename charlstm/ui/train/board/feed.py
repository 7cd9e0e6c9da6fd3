"""The data of a run that a browser receives, each number once. `run.js` reads it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from charlstm.checkpoints.files import HISTORY
from charlstm.runs.catalog import RunCatalog, unreadable_history
from charlstm.runs.history import Histories
from charlstm.runs.record import HistoryRecord, SampleRecord, StepRecord, ValidationRecord
from charlstm.runs.shipped_history import Closing
from charlstm.runs.status import TRAINS, RunStatus
from charlstm.ui.components.contract import Text, Whole

MOST = 2_000
"""Most training points in one answer; a longer part of a history is thinned."""


@dataclass(frozen=True)
class RunQuestion:
    """A browser's request for the records of a run after those that it has.

    Attributes:
        run: its name.
        offset: bytes of the history that the browser has received.
        series: values to send beside the loss.
    """

    run: Text
    offset: Annotated[Whole, Field(ge=0, lt=2**53)]
    series: Literal["learning_rate", "gradient_norm"] | None


@dataclass(frozen=True)
class RunState:
    """The state and progress of a run.

    Attributes:
        total: planned number of steps, where known.
        elapsed: seconds of training.
        left: seconds, at least 1, where there is an estimate; of a waiting run until it starts.
    """

    state: str
    step: int
    total: int | None
    elapsed: float
    left: int | None
    message: str


@dataclass(frozen=True)
class Stretch:
    """Equally spaced training points: loss in nats per character, None if it is not finite."""

    first: int
    stride: int
    losses: list[float | None]


@dataclass(frozen=True)
class Points:
    """Training points: their losses in stretches, and lists with a value for each point.

    Attributes:
        means: running means of the loss, nats per character.
        seconds: of training.
        series: values of the requested series.
        thinned: if points are left out, about the number of steps from one to the next.
    """

    stretches: list[Stretch]
    means: list[float | None]
    seconds: list[float]
    series: list[float | None] | None = None
    thinned: int | None = None


@dataclass(frozen=True)
class Validation:
    """A score of the validation text; `scored` is its number of scored characters."""

    step: int
    nats: float | None
    scored: int
    seconds: float


@dataclass(frozen=True)
class WrittenSample:
    """The sample of a step's model."""

    step: int
    text: str


@dataclass(frozen=True)
class AskedClosing:
    """The closing rate of a step's model among n samples, with 95 % intervals; `stray` is the
    control."""

    step: int
    n: int
    closed: int
    low: float
    high: float
    stray: int
    stray_low: float
    stray_high: float


@dataclass(frozen=True)
class Closings:
    """A probe question, and its closing rate for the models of some steps."""

    seed: str
    temperature: float
    horizon: int
    dice: int
    rows: list[AskedClosing]


@dataclass(frozen=True)
class Shipped:
    """The further contents of a shipped history."""

    closings: Closings | None


@dataclass(frozen=True)
class RunStart:
    """Constants of a run, which a browser receives once, at offset 0.

    Attributes:
        floor: lowest loss that any model can reach, nats per character, where known.
        characters: that a step reads.
    """

    floor: float | None
    characters: int
    shipped: Shipped | None = None


@dataclass(frozen=True)
class RunNews:
    """The status of a run, and its records after an offset.

    Attributes:
        offset: of the next request.
        note: a caveat about the run's numbers.
        scored: share of the whole validation text that has been scored, while that goes on.
        saved: whether a run that does not train has a checkpoint to write with.
    """

    offset: int
    status: RunState
    note: str | None = None
    scored: float | None = None
    start: RunStart | None = None
    points: Points | None = None
    validations: list[Validation] | None = None
    samples: list[WrittenSample] | None = None
    saved: bool | None = None


def news_of_run(runs: RunCatalog, histories: Histories, asked: RunQuestion) -> RunNews:
    """Answer a browser's request.

    Raises:
        UserError: there is no such run, or its history can't be read.
    """
    # The status before the history: if it says that the run has ended, the history is complete.
    status = runs.status(asked.run)
    news = _news(runs, histories, asked, status)
    idle = status.state not in ("waiting", *TRAINS)
    return replace(news, saved=True) if idle and runs.has_checkpoint(asked.run) else news


def _news(runs: RunCatalog, histories: Histories, asked: RunQuestion, status: RunStatus) -> RunNews:
    name, offset = asked.run, asked.offset
    if learned := runs.learned(name):
        records, end = runs.history(name, offset)
        closings = closings_shown(learned.closing) if learned.closing else None
        shipped = Shipped(closings)
        return answer(status, records, offset, end, asked.series, learned.stride, shipped)
    if status.state == "damaged":
        return answer(status, [], offset, offset)
    folder = runs.folder(name)
    try:
        records, end, stride = histories.since(folder / HISTORY, offset, MOST)
    except (OSError, ValueError) as error:
        raise unreadable_history(folder) from error
    return answer(status, records, offset, end, asked.series, stride)


def answer(
    status: RunStatus,
    records: Sequence[HistoryRecord],
    offset: int,
    next_offset: int,
    series: str | None = None,
    stride: int = 1,
    shipped: Shipped | None = None,
) -> RunNews:
    """The answer to a browser that has received a history up to `offset`.

    Args:
        records: as `Histories.since` returns them, ``stride`` steps from one to the next.
        series: values to send beside the loss.
    """
    steps = [record for record in records if isinstance(record, StepRecord)]
    start = RunStart(status.floor, status.characters_a_step, shipped) if offset == 0 else None
    validations = [
        Validation(v.step, _number(v.nats), v.characters_scored, round(v.seconds, 2))
        for v in records
        if isinstance(v, ValidationRecord)
    ]
    samples = [
        WrittenSample(r.step, r.sample)
        for r in records
        if isinstance(r, SampleRecord | ValidationRecord) and r.sample is not None
    ]
    return RunNews(
        offset=next_offset,
        status=RunState(
            status.state,
            status.step,
            status.total_steps,
            round(status.elapsed, 1),
            None if status.seconds_left is None else max(1, round(status.seconds_left)),
            status.message,
        ),
        note=status.note or None,
        scored=None if status.scored is None else round(status.scored, 3),
        start=start,
        points=_points(steps, series, stride) if steps else None,
        validations=validations or None,
        samples=samples or None,
    )


def closings_shown(closing: Closing) -> Closings:
    """The probe results that `closing.js` draws."""
    return Closings(
        seed=closing.seed_text,
        temperature=closing.temperature,
        horizon=closing.horizon,
        dice=closing.dice,
        rows=[
            AskedClosing(row.step, row.n, row.closed, *row.interval, row.stray, *row.stray_interval)
            for row in closing.rows
        ],
    )


def _points(steps: Sequence[StepRecord], series: str | None, stride: int) -> Points:
    values = [float(f"{getattr(record, series):.3g}") for record in steps] if series else None
    return Points(
        stretches=_stretches(steps),
        means=[None if record.mean is None else _number(record.mean) for record in steps],
        seconds=[round(record.seconds, 2) for record in steps],
        series=[_number(value, 9) for value in values] if values else None,
        thinned=stride if stride > 1 else None,
    )


def _stretches(steps: Sequence[StepRecord]) -> list[Stretch]:
    """Losses of the steps, cut into stretches of equally spaced ones."""
    stretches: list[Stretch] = []
    last = stride = 0
    for record in steps:
        step = record.step
        if stretches and len(stretches[-1].losses) == 1 and step > last:
            stride = step - last
            stretches[-1] = replace(stretches[-1], stride=stride)
        if not stretches or step != last + stride:
            stretches.append(Stretch(step, 1, []))
            stride = 1
        stretches[-1].losses.append(_number(record.loss))
        last = step
    return stretches


def _number(value: float, digits: int = 4) -> float | None:
    """A number rounded; None if it is not finite, which JSON can't express."""
    return round(value, digits) if math.isfinite(value) else None
