"""A thread pool whose threads compute independently.

Threads that share each matrix product synchronize at every product, hundreds of times a training
step. When another process takes one of their cores, each synchronization waits for the scheduler,
and a step takes 45 times as long (two AVX2 cores, beside one busy process). Here the rows of a
batch are split into shares instead: one thread computes a whole share, and threads synchronize only
at its end. A share's result does not depend on the thread that computes it, so the number of
threads may change from call to call without changing any result.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

from charlstm.environment import cores
from charlstm.model.fastest import Fastest

FEWEST_ROWS = 12
"""The fewest rows of a share: matrix products with fewer are slow."""

Share = TypeVar("Share")
Result = TypeVar("Result")


def share_count(rows: int) -> int:
    """The number of shares of a batch: one a core, or fewer so that each has `FEWEST_ROWS`."""
    return max(1, min(cores(), rows // FEWEST_ROWS))


def shares(rows: int, count: int) -> list[slice]:
    """The rows of each share; the first shares get one more row if the rows don't divide evenly."""
    sizes = [rows // count + (number < rows % count) for number in range(count)]
    return [slice(*ends) for ends in itertools.pairwise(itertools.accumulate(sizes, initial=0))]


class Workers:
    """A pool with one thread a core, each with torch's own threads off. Safe to call from several
    threads."""

    def __init__(self) -> None:
        threads = cores()
        self._pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
        self._threads = Fastest(threads, 1) if threads > 1 else None

    def map(
        self, work: Callable[[Share], Result], shares: Sequence[Share], amount: float = 1.0
    ) -> list[Result]:
        """``work(share)`` for each share, in their order, computed on one thread or on all,
        whichever `Fastest` finds faster.

        Args:
            amount: the amount of work in all shares, in the same unit each time.
        """
        if len(shares) == 1 or self._threads is None:
            return self._one_after_another(work, shares)
        with self._threads.timed(amount) as threads:
            if threads == 1:
                return self._one_after_another(work, shares)
            return list(self._pool.map(work, shares))

    def _one_after_another(
        self, work: Callable[[Share], Result], shares: Sequence[Share]
    ) -> list[Result]:
        return self._pool.submit(lambda: [work(share) for share in shares]).result()
