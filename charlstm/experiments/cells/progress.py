"""How far a long piece of work on a model's units has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Progress(Generic[Result]):
    """The progress of an experiment, or of a report on one.

    Attributes:
        share: of the work, 0 to 1.
        doing: what is being done, in a few words.
        result: in the last one; None before.
    """

    share: float
    doing: str
    result: Result | None = None
