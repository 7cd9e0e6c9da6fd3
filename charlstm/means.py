"""The running mean of a training loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

MEAN_OF = 50
"""Steps in the running mean."""


def mean_window(step: int) -> int:
    """Steps in the running mean at a step: near the start only the last fifth, for the line to
    follow the fall. `loss_scales.js` has the same rule."""
    return min(MEAN_OF, math.ceil(step / 5))


def running_means(steps: Sequence[dict[str, Any]], places: Sequence[int]) -> list[float]:
    """The running mean of the loss at some of the step records: nats per character.

    A record that brings its own ``mean`` keeps it: steps before it were left out of the history.
    """
    losses = [record["loss"] for record in steps]
    return [
        steps[i]["mean"] if "mean" in steps[i] else _mean(losses, i, mean_window(steps[i]["step"]))
        for i in places
    ]


def _mean(losses: Sequence[float], last: int, count: int) -> float:
    window = losses[max(0, last + 1 - count) : last + 1]
    return math.fsum(window) / len(window)
