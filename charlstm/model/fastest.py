"""Choose the fastest of several ways to do the same work, by timing them.

The choice changes with the load of the machine: beside other processes, two threads that wait for
each other may take longer than one. So the ways are timed again every now and then.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Way = TypeVar("Way")

_TRIES = 3  # timings of each way in a comparison, of which the median counts
_SECONDS = 10.0  # the least time between two comparisons
_SHARE = 0.02  # the most time that comparisons may lose, as a share of the time between them
_GAIN = 1.05  # how many times as fast another way must be to replace the current one


class Fastest(Generic[Way]):
    """Chooses among ways to do the same work. Safe to call from several threads.

    Args:
        ways: two or more; the first is the choice until the first comparison ends.
    """

    def __init__(self, *ways: Way) -> None:
        self._ways = ways
        self._best = 0
        self._tries: list[list[float]] = []
        self._next = 0.0  # `time.monotonic` of the next comparison
        self._lock = threading.Lock()

    @contextmanager
    def timed(self, amount: float = 1.0) -> Iterator[Way]:
        """Yield the way to use this time, and time the block.

        Args:
            amount: the amount of work in the block, in the same unit each time.
        """
        with self._lock:
            number = self._turn()
        started = time.perf_counter()
        yield self._ways[number]
        seconds = time.perf_counter() - started
        with self._lock:
            if self._tries:
                self._tries[number].append(seconds / amount)
                self._compare(amount)

    def _turn(self) -> int:
        """The number of the way to use: during a comparison, one with the fewest timings."""
        if not self._tries:
            if time.monotonic() < self._next:
                return self._best
            self._tries = [[] for _ in self._ways]
        counts = [len(tries) for tries in self._tries]
        return counts.index(min(counts))

    def _compare(self, amount: float) -> None:
        if any(len(tries) < _TRIES for tries in self._tries):
            return
        medians = [statistics.median(tries) for tries in self._tries]
        fastest = medians.index(min(medians))
        if medians[fastest] * _GAIN < medians[self._best]:
            self._best = fastest
        slower = sum(map(sum, self._tries)) - _TRIES * len(self._ways) * medians[self._best]
        self._next = time.monotonic() + max(_SECONDS, slower * amount / _SHARE)
        self._tries = []
