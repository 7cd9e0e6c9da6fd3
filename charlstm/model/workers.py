"""Threads that each compute alone.

With several threads inside each matrix product, they meet at every product, hundreds of times a
training step. Where another process takes one of their cores, each meeting waits for the scheduler,
and a step takes 45 times as long (two AVX2 cores, beside one busy process). Here the rows of a
batch are cut into shares instead, one thread computes a share by itself, and they meet at its end.
What a share computes does not depend on which thread does it, so the number of threads may change
from one time to the next, and no number with it.
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
"""Rows of a share at least: fewer multiply slowly."""

Share = TypeVar("Share")
Result = TypeVar("Result")


def share_count(rows: int) -> int:
    """Shares that a batch of so many rows is cut into: one a core, as far as the rows go."""
    return max(1, min(cores(), rows // FEWEST_ROWS))


def shares(rows: int, count: int) -> list[slice]:
    """The rows of each share, the first ones larger by a row where they can't be equal."""
    sizes = [rows // count + (number < rows % count) for number in range(count)]
    return [slice(*ends) for ends in itertools.pairwise(itertools.accumulate(sizes, initial=0))]


class Workers:
    """A thread a core, each of which computes alone. Threads may share it."""

    def __init__(self) -> None:
        threads = cores()
        self._pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
        self._threads = Fastest(threads, 1) if threads > 1 else None

    def map(
        self, work: Callable[[Share], Result], shares: Sequence[Share], amount: float = 1.0
    ) -> list[Result]:
        """What ``work`` returns for each share, in their order, computed on one thread or on all,
        whichever was seen to take less time.

        Args:
            amount: how much work all shares are, in a unit that is the same each time.
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
