"""How long a run waits in line: an estimate from the budgets of the runs before it."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from pathlib import Path

from charlstm.errors import UserError
from charlstm.runs.settings import RunSettings
from charlstm.runs.status import read_status


def starts_in(training: Sequence[Path], before: Sequence[Path], at_once: int) -> float | None:
    """Seconds until a waiting run starts; None if a run before it has no estimate.

    The scores of whole validation texts, which come after the budgets, are not counted.

    Args:
        training, before: folders of the runs that train, and of those that wait before it, in line.
        at_once: number of runs that may train at a time.
    """
    ends = [_left(folder) for folder in training]
    waits = [_left(folder) for folder in before]
    if len(ends) < at_once:  # another app's run is in the way
        return None
    free = [end for end in ends if end is not None]
    heapq.heapify(free)
    for wait in waits:
        if wait is None or len(free) < len(ends):
            return None
        heapq.heapreplace(free, free[0] + wait)
    return free[0] if len(free) == len(ends) else None


def _left(folder: Path) -> float | None:
    """Seconds of training that a run still needs; None if there is no estimate."""
    try:
        status, budget = read_status(folder, None, None), RunSettings.load(folder).config.seconds
    except UserError:  # it was withdrawn a moment ago
        return None
    if status.seconds_left is not None or status.state == "scoring" or budget is None:
        return status.seconds_left
    return max(0.0, budget - status.elapsed)
