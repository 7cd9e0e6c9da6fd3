"""What a browser gets of a run: numbers, each one once. `run.js` reads it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from charlstm.checkpoints.files import HISTORY
from charlstm.errors import UserError
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories
from charlstm.runs.record import HistoryRecord, SampleRecord, StepRecord, ValidationRecord
from charlstm.runs.shipped_history import Closing
from charlstm.runs.status import RunStatus
from charlstm.ui.components.contract import Text, Whole

MOST = 2_000
"""Training points in one answer; a longer stretch of history is thinned to about as many."""


@dataclass(frozen=True)
class RunQuestion:
    """What is new of a run since a place in its history.

    Attributes:
        run: its name.
        offset: bytes of the history that the browser has read.
        series: what is to travel beside the loss.
    """

    run: Text
    offset: Annotated[Whole, Field(ge=0, lt=2**53)]
    series: Literal["learning_rate", "gradient_norm"] | None


@dataclass(frozen=True)
class RunState:
    """Where a run stands.

    Attributes:
        total: steps, where their number is known.
        elapsed: seconds.
        left: seconds, or None.
    """

    state: str
    step: int
    total: int | None
    elapsed: float
    left: int | None
    message: str


@dataclass(frozen=True)
class Stretch:
    """Training points at equal distances: nats per character, None for one that is not finite."""

    first: int
    stride: int
    losses: list[float | None]


@dataclass(frozen=True)
class Points:
    """Training points: their stretches, and columns with a number for each point.

    Attributes:
        means: the running mean.
        seconds: of training.
        series: what was asked for beside the loss.
        thinned: where points were left out, about how many steps lie from one to the next.
    """

    stretches: list[Stretch]
    means: list[float | None]
    seconds: list[float]
    series: list[float | None] | None = None
    thinned: int | None = None


@dataclass(frozen=True)
class Validation:
    """A score on validation text; `scored` is how many characters were."""

    step: int
    nats: float | None
    scored: int
    seconds: float


@dataclass(frozen=True)
class WrittenSample:
    """What the run wrote at a step."""

    step: int
    text: str


@dataclass(frozen=True)
class AskedClosing:
    """How often the model of a step closed a bracket, of n samples, with 95 % intervals; `stray` is
    the control."""

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
    """How the models of some steps were asked whether they close a bracket, and what they did."""

    seed: str
    temperature: float
    horizon: int
    dice: int
    rows: list[AskedClosing]


@dataclass(frozen=True)
class Shipped:
    """What else is known of a run that came with its checkpoint."""

    trained_on: str
    closings: Closings | None


@dataclass(frozen=True)
class RunStart:
    """What a browser is told once, at offset 0.

    Attributes:
        floor: nats per character that no model can beat, or None.
        characters: that a step reads.
    """

    floor: float | None
    characters: int
    shipped: Shipped | None = None


@dataclass(frozen=True)
class RunNews:
    """What is new of a run: numbers, each one once.

    Attributes:
        offset: where to go on.
        note: what else there is to know of its numbers.
        scored: while the whole validation text is scored, the share that is.
    """

    offset: int
    status: RunState
    note: str | None = None
    scored: float | None = None
    start: RunStart | None = None
    points: Points | None = None
    validations: list[Validation] | None = None
    samples: list[WrittenSample] | None = None


def news_of_run(runs: RunCatalog, histories: Histories, asked: RunQuestion) -> RunNews:
    """What is new of a run.

    Raises:
        UserError: there is no such run, or its history can't be read.
    """
    name, offset = asked.run, asked.offset
    # The state first: where it says that the run has ended, the history is whole.
    status = runs.status(name)
    if learned := runs.learned(name):
        records, end = runs.history(name, offset)
        closings = closings_shown(learned.closing) if learned.closing else None
        shipped = Shipped(learned.trained_on, closings)
        return answer(status, records, offset, end, asked.series, learned.stride, shipped)
    try:
        records, end, stride = histories.since(runs.folder(name) / HISTORY, offset, MOST)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"The history of {name!r} can't be read.", f"Look into its {HISTORY}."
        ) from error
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
    """What a browser that has read to `offset` gets.

    Args:
        records: as `Histories.since` gives them; ``stride`` steps lie from one to the next.
        series: what is to travel beside the loss.
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
            None if status.seconds_left is None else round(status.seconds_left),
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
    """What `closing.js` draws."""
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
    """The stretches of equally spaced steps."""
    found: list[Stretch] = []
    last = stride = 0
    for record in steps:
        step = record.step
        if found and len(found[-1].losses) == 1 and step > last:
            stride = step - last
            found[-1] = replace(found[-1], stride=stride)
        if not found or step != last + stride:
            found.append(Stretch(step, 1, []))
            stride = 1
        found[-1].losses.append(_number(record.loss))
        last = step
    return found


def _number(value: float, digits: int = 4) -> float | None:
    """Rounded; JSON has no word for what is not finite."""
    return round(value, digits) if math.isfinite(value) else None
