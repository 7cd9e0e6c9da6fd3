"""Records of a run's history: one a line of ``history.jsonl``, as a JSON object.

This module alone writes and reads such a line. A line that holds anything but a record is an error
of the file, whoever wrote it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

Count = Annotated[int, Field(ge=0, le=2**53)]
Seconds = Annotated[float, Field(ge=0, lt=2**53)]


@dataclass(frozen=True)
class StepRecord:
    """One optimizer update.

    Attributes:
        step: counted from 1.
        loss: of the batch before the update, nats per character.
        learning_rate: of the update.
        gradient_norm: before clipping.
        characters: read since the run began.
        seconds: of training since the run began.
        mean: running mean of the loss; a run does not write it, a reader adds it.
    """

    step: Count
    loss: float
    learning_rate: float
    gradient_norm: float
    characters: Count
    seconds: Seconds
    mean: float | None = None
    kind: Literal["step"] = "step"


@dataclass(frozen=True)
class SampleRecord:
    """What the model of a step writes (`charlstm.runs.progress_sample`).

    Attributes:
        step: updates before it.
        sample: the text.
        temperature: that it was drawn at; None in a shipped history.
        seconds: of training since the run began; None in a shipped history.
    """

    step: Count
    sample: str
    temperature: float | None = None
    seconds: Seconds | None = None
    kind: Literal["sample"] = "sample"


@dataclass(frozen=True)
class ValidationRecord:
    """A score of the validation text.

    Attributes:
        step: updates before it.
        nats: cross-entropy, nats per character.
        characters_scored: of the validation text.
        seconds: of training since the run began.
        sample, temperature: as in a `SampleRecord`; None in a shipped history.
    """

    step: Count
    nats: float
    characters_scored: Count
    seconds: Seconds
    sample: str | None = None
    temperature: float | None = None
    kind: Literal["validation"] = "validation"


@dataclass(frozen=True)
class ScoringRecord:
    """How far the last score, that of the whole validation text, has come.

    Attributes:
        step: updates before it.
        characters_scored: so far.
        of: characters that will be scored.
        seconds: of training since the run began.
    """

    step: Count
    characters_scored: Count
    of: Annotated[int, Field(ge=1, le=2**53)]
    seconds: Seconds
    kind: Literal["scoring"] = "scoring"


@dataclass(frozen=True)
class EndRecord:
    """The end of a run, or of this part of it: a stopped one can go on.

    Attributes:
        step: updates before it.
        reason: the budget was spent, somebody stopped it, or the loss rose without bound.
        seconds: of training since the run began.
        message: the reason as a sentence.
    """

    step: Count
    reason: Literal["finished", "stopped", "diverged"]
    seconds: Seconds
    message: str = ""
    kind: Literal["end"] = "end"


HistoryRecord = StepRecord | SampleRecord | ValidationRecord | ScoringRecord | EndRecord

_RECORD: TypeAdapter[HistoryRecord] = TypeAdapter(
    Annotated[HistoryRecord, Field(discriminator="kind")]
)


def record_of(line: bytes | str) -> HistoryRecord:
    """The record in a line of a history.

    Raises:
        ValueError: the line holds none.
    """
    return _RECORD.validate_json(line, strict=True)


def line_of(record: HistoryRecord) -> str:
    """A record as a line of a history, with its line break; a value of None is left out."""
    values = {name: value for name, value in asdict(record).items() if value is not None}
    return json.dumps({"kind": record.kind, **values}) + "\n"
