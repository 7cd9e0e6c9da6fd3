"""The history of a shipped model's run, thinned to ship beside the weights.

``learned.json`` holds what the page displays of a run that trained elsewhere: some of the raw
training points, the running mean over all steps at each of them, all validations, the samples, and
the closing rate of a bracket at some steps with its control. It is one JSON object:

- ``trained_on`` and ``machine``: descriptions of the text and of the computer; ``machine`` may be
  empty.
- ``settings``: as in ``train.json``.
- ``ended``: ``reason``, ``step`` and ``seconds`` of the history's end.
- ``stride``: steps from one raw point to the next; near the start the points are denser.
- ``points``: ``step``, ``seconds``, ``loss``, ``mean``, ``learning_rate`` and ``gradient_norm``,
  each a list of the same length. Losses are nats per character.
- ``validations``: ``step``, ``seconds``, ``nats`` and ``characters_scored`` of each.
- ``samples``: ``step`` and ``text`` of each, see `charlstm.runs.progress_sample`.
- ``closing``: None, or a `Closing`.

The file may come from an untrusted checkpoint, so `Learned.load` checks every value.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, TypeAdapter

from charlstm.atomic import replacing
from charlstm.checkpoints.files import checked_json
from charlstm.errors import user_error
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


@dataclass(frozen=True)
class ClosingRow:
    """The closing rate of the model of one step.

    Attributes:
        step: of the model.
        n, closed, interval: number of samples, number that closed the bracket, and the 95 %
            interval of the rate.
        stray, stray_interval: of the control: number of samples with a closing bracket that no
            open one precedes, and the 95 % interval of the rate.
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
    """One probe question to the models of several steps.

    Attributes:
        seed_text, control_text: with an open bracket, and with a comma in its stead.
        temperature, horizon, dice: of the samples (`charlstm.experiments.probe`).
        rows: in order of their steps.
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
    """The sample of a step's model (`charlstm.runs.progress_sample`)."""

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
    """The contents of ``learned.json``; the module's docstring describes each part."""

    trained_on: Text
    settings: Annotated[RunSettings, PlainValidator(RunSettings.of)]
    ended: Ended
    stride: Count
    points: Points
    validations: list[Validation]
    samples: list[Sample]
    closing: Closing | None
    machine: Text = ""

    def records(self) -> list[HistoryRecord]:
        """The remaining records of the history, in order; each step has its ``mean``."""
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
        """The status of the run at its end."""
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
        """Replace the file atomically; each part of it is a line.

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
            UserError: the file can't be read, is longer than `MOST_BYTES`, or holds an invalid
                value.
        """
        unreadable = user_error("runs.learned", checkpoint=repr(path.parent.name), file=path.name)
        return checked_json(path, _LEARNED, MOST_BYTES, unreadable)


_LEARNED = TypeAdapter(Learned)


def _ascending(steps: list[int]) -> bool:
    return all(a < b for a, b in itertools.pairwise(steps))
