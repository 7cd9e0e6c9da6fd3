"""How a shipped model learnt: its run's history, small enough to ship beside the weights.

``learned.json`` holds what the page needs to show a run that was trained elsewhere: raw training
points, thinned; the running mean of all steps at each of them; all validations; what the model
wrote; and how often it closed a bracket at some steps, with the control. It is one JSON object:

- ``trained_on`` and ``machine``: the text and what read it, in words; no machine where nobody said.
- ``settings``: as in ``train.json``.
- ``ended``: ``reason``, ``step`` and ``seconds`` of the history's end.
- ``stride``: steps from one raw point to the next; near the start they stand closer.
- ``points``: ``step``, ``seconds``, ``loss``, ``mean``, ``learning_rate`` and ``gradient_norm``,
  each a list of the same length. Losses are nats per character.
- ``validations``: ``step``, ``seconds``, ``nats`` and ``characters_scored`` of each.
- ``samples``: ``step`` and ``text`` of each, see `charlstm.runs.progress_sample`.
- ``closing``: None, or a `Closing`.

It may come from anywhere, so `Learned.load` checks every value.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, TypeAdapter

from charlstm.atomic import replacing
from charlstm.errors import UserError
from charlstm.runs.record import (
    EndRecord,
    HistoryRecord,
    SampleRecord,
    StepRecord,
    ValidationRecord,
)
from charlstm.runs.settings import RunSettings
from charlstm.runs.status import RunStatus

COLUMNS = ("step", "seconds", "loss", "mean", "learning_rate", "gradient_norm")
MOST_BYTES = 4_000_000
_MOST = 2**53  # what a browser counts to

Whole = Annotated[int, Field(strict=True, ge=0, le=_MOST)]
Count = Annotated[int, Field(strict=True, ge=1, le=_MOST)]
Number = Annotated[float, Field(strict=True, lt=_MOST, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Text = Annotated[str, Field(strict=True, max_length=10_000)]


def _checked_settings(saved: dict[str, Any]) -> RunSettings:
    settings = RunSettings.of(saved)
    config = settings.config
    _SIZES.validate_python([config.streams, config.window, config.hidden_size])
    _TEXTS.validate_python([str(settings.corpus), settings.preset, settings.grown_from or ""])
    _TOTAL.validate_python(settings.total_steps)
    _FLOOR.validate_python(settings.floor)
    return settings


_SIZES, _TEXTS = TypeAdapter(list[Count]), TypeAdapter(list[Text])
_TOTAL: TypeAdapter[int | None] = TypeAdapter(Whole | None)
_FLOOR: TypeAdapter[float | None] = TypeAdapter(Number | None)


@dataclass(frozen=True)
class ClosingRow:
    """How often the model of one step closed the bracket.

    Attributes:
        step: whose model was asked.
        n, closed, interval: samples, those that closed the bracket, and the rate's 95 % interval.
        stray, stray_interval: the same of the control, for a bracket that closes nothing.
    """

    step: Whole
    n: Count
    closed: Whole
    interval: tuple[Share, Share]
    stray: Whole
    stray_interval: tuple[Share, Share]

    def __post_init__(self) -> None:
        for count, (low, high) in (
            (self.closed, self.interval),
            (self.stray, self.stray_interval),
        ):
            if count > self.n or low > high:
                raise ValueError("a rate that is none")


@dataclass(frozen=True)
class Closing:
    """One probe of the models of some steps, the same each time.

    Attributes:
        seed_text, control_text: what was continued, with an open bracket and with none.
        temperature, horizon, dice: of the samples, see `charlstm.experiments.probe`.
        rows: by step.
    """

    seed_text: Text
    control_text: Text
    temperature: Number
    horizon: Count
    dice: Whole
    rows: list[ClosingRow]

    def __post_init__(self) -> None:
        if not _ascending([row.step for row in self.rows]):
            raise ValueError("the rows are not in the order of their steps")


@dataclass(frozen=True)
class Points:
    """Raw training points, as columns of the same length; losses in nats per character."""

    step: list[Count]
    seconds: list[Number]
    loss: list[Number]
    mean: list[Number]
    learning_rate: list[Number]
    gradient_norm: list[Number]

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, name)) for name in COLUMNS}
        if not self.step or not _ascending(self.step) or len(lengths) > 1:
            raise ValueError("the points are no columns of one length, in the order of their steps")


@dataclass(frozen=True)
class Validation:
    """A score of the validation split, nats per character."""

    step: Whole
    seconds: Number
    nats: Number
    characters_scored: Count


@dataclass(frozen=True)
class Sample:
    """What the model wrote at a step, see `charlstm.runs.progress_sample`."""

    step: Whole
    text: Text


@dataclass(frozen=True)
class Ended:
    """The end of a history."""

    reason: Literal["finished", "stopped"]
    step: Count
    seconds: Annotated[Number, Field(gt=0)]


@dataclass(frozen=True)
class Learned:
    """What ``learned.json`` holds; the module says what each part is."""

    trained_on: Text
    settings: Annotated[RunSettings, PlainValidator(_checked_settings)]
    ended: Ended
    stride: Count
    points: Points
    validations: list[Validation]
    samples: list[Sample]
    closing: Closing | None
    machine: Text = ""

    def records(self) -> list[HistoryRecord]:
        """The records that are left of the history, in order; a step has its ``mean`` too."""
        config = self.settings.config
        a_step = config.streams * config.window
        rows = zip(*(getattr(self.points, name) for name in COLUMNS), strict=True)
        steps = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        records: list[HistoryRecord] = [
            StepRecord(characters=step["step"] * a_step, **step) for step in steps
        ]
        records += [ValidationRecord(**asdict(validation)) for validation in self.validations]
        records += [SampleRecord(sample.step, sample.text) for sample in self.samples]
        order = ("step", "validation", "sample")
        records.sort(key=lambda record: (record.step, order.index(record.kind)))
        return [*records, EndRecord(**asdict(self.ended))]

    def status(self, name: str) -> RunStatus:
        """Where the run stood at its end."""
        settings, ended = self.settings, self.ended
        a_step = settings.config.streams * settings.config.window
        return RunStatus(
            name=name,
            state=ended.reason,
            step=ended.step,
            total_steps=settings.total_steps,
            elapsed=ended.seconds,
            seconds_left=None,
            message="",
            corpus=settings.corpus,
            preset=settings.preset,
            floor=settings.floor,
            hidden_size=settings.config.hidden_size,
            pace=ended.step * a_step / ended.seconds,
            characters_a_step=a_step,
            shipped=True,
        )

    def save(self, path: Path) -> None:
        """Write the file in one stroke, a line for each part of it.

        Raises:
            OSError: it can't be written.
        """
        parts = [
            f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
            for name, value in (asdict(self) | {"settings": self.settings.plain()}).items()
        ]
        text = "{\n" + ",\n".join(parts) + "\n}\n"
        with replacing(path.parent, path.name) as aside:
            (aside / path.name).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Learned:
        """Read the file.

        Raises:
            UserError: it can't be read, is too long, or a value in it can't be.
        """
        try:
            if path.stat().st_size > MOST_BYTES:
                raise ValueError("too long")
            return _LEARNED.validate_json(path.read_bytes())
        except (OSError, ValueError, KeyError, TypeError, UserError) as error:
            raise UserError(
                f"How {path.parent.name!r} learnt can't be read ({path.name}).",
                "Copy the whole folder again.",
            ) from error


_LEARNED = TypeAdapter(Learned)


def _ascending(steps: list[int]) -> bool:
    return all(a < b for a, b in itertools.pairwise(steps))
