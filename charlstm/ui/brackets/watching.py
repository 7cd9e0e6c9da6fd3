"""What is drawn of a seed text whose bracket is watched, in whichever way it is asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Watching:
    """A seed text, and how far its question is.

    Attributes:
        phase: "idle", "waiting" or "stopped", or one of those that the question adds.
        seed: the seed text.
        watched: place of the bracket that is watched.
    """

    phase: str
    seed: str = ""
    watched: int = -1
