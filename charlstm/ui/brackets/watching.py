"""The fields that all drawn results of the tab share: the seed text and its watched bracket."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Watching:
    """A seed text, and the state of its question.

    Attributes:
        phase: "idle", "waiting" or "stopped", or one of those that the question adds.
        seed: the seed text.
        watched: index of the watched bracket in the seed text.
    """

    phase: str
    seed: str = ""
    watched: int = -1
