"""Which of several ways to do the same work takes the least time here and now, found by timing.

A machine that was idle may be busy a minute later: two threads that wait for each other then take
longer than one. So the ways are compared again now and then.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Way = TypeVar("Way")

_TRIES = 3  # of each way in a comparison, the median of which counts
_SECONDS = 10.0  # from one comparison to the next, at least
_SHARE = 0.02  # of the time that comparing may take
_GAIN = 1.05  # times as fast that another way must be to be taken up


class Fastest(Generic[Way]):
    """Chooses among ways to do the same work. Threads may share it.

    Args:
        ways: two or more; the first is taken until they are first compared.
    """

    def __init__(self, *ways: Way) -> None:
        self._ways = ways
        self._best = 0
        self._tries: list[list[float]] = []
        self._next = 0.0  # the clock's time of the next comparison
        self._lock = threading.Lock()

    @contextmanager
    def timed(self, amount: float = 1.0) -> Iterator[Way]:
        """The way to take this time; what is done within is timed.

        Args:
            amount: how much work it is, in a unit that is the same each time.
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
        """The way whose turn it is: in a comparison, the one that was tried least."""
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
