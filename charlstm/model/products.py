"""Matrix products of which a row does not depend on the other rows, nor on how many there are.

Libraries choose the order of a sum by the size of a product, and by a processor's kind: a row is
then another one, in its last bits, with 8 rows than with 12. So numbers of rows are tried, and
products take a few more rows, or are computed in blocks. What was seen with torch 2.13 (MKL) at 512
and 640 units: where a processor has AVX512, all multiples of 4 are alike if the matrix is stored by
rows, and those from 16 on if by columns; with AVX2 alone, most multiples of 4 up to 64 are, and
those from 80 on, but not these with those.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

import torch

Result = TypeVar("Result")

MOST_ROWS = 128
"""Most rows of a block: more rows do not multiply faster."""
_ROW_STEP = 4  # sizes of blocks are multiples of it; with fewer rows libraries sum in another order
_SMALL_BLOCK = 64  # where smaller ones are not alike with one of `MOST_ROWS`
_TIMED_ROWS = (4, 32)  # of one person's columns, and of a class's
_TRIES = 10  # timings of each form, of which the best counts: other processes may be busy
_KINDS = 1_000  # of matrices, of which is kept what was tried


class RowBlocks:
    """Divides rows into blocks with which products by some matrices give a row the same bits at any
    index of any block. Safe for several threads.

    Args:
        matrices: float32 tensors of shape (inputs, outputs), stored as they will be multiplied.
    """

    def __init__(self, matrices: Sequence[torch.Tensor]) -> None:
        self._matrices = matrices
        self._lock = threading.Lock()
        self._alike: dict[int, bool] = {}
        self._most = MOST_ROWS
        few = range(_ROW_STEP, 4 * _ROW_STEP + 1, _ROW_STEP)
        if not any(self.is_alike(rows, MOST_ROWS) for rows in few):
            self._most = _SMALL_BLOCK

    def of(self, rows: int) -> list[int]:
        """The sizes of the blocks for so many rows: together that many or a few more."""
        whole, rest = divmod(rows, self._most)
        return [self._most] * whole + ([self._padded(rest)] if rest else [])

    def _padded(self, rows: int) -> int:
        for count in range(-(-rows // _ROW_STEP) * _ROW_STEP, self._most, _ROW_STEP):
            with self._lock:
                if count not in self._alike:
                    self._alike[count] = self.is_alike(count, self._most)
                if self._alike[count]:
                    return count
        return self._most

    def is_alike(self, count: int, most: int) -> bool:
        """Whether products give a row the same bits in a block of ``count`` as in one of ``most``
        rows, at the first indices and at the last."""
        return all(_is_alike(*_kind(matrix), count, most) for matrix in self._matrices)


def fastest_form(matrix: torch.Tensor) -> torch.Tensor:
    """The matrix stored by rows or by columns: as it multiplies a few streams, and many, in the
    least time, the rows that `RowBlocks` adds included. Up to 1.8 times as fast as the other form,
    which of them depends on the processor."""
    return _stored(matrix, by_rows=_is_faster_by_rows(*matrix.shape))


def _stored(matrix: torch.Tensor, *, by_rows: bool) -> torch.Tensor:
    return matrix.contiguous() if by_rows else matrix.T.contiguous().T


def _kind(matrix: torch.Tensor) -> tuple[int, int, bool]:
    """What a product's time and its order of sums depend on: the matrix's inputs, its outputs, and
    whether it is stored by rows."""
    inputs, outputs = matrix.shape
    return inputs, outputs, matrix.is_contiguous()


@lru_cache(_KINDS)
def _is_alike(inputs: int, outputs: int, by_rows: bool, count: int, most: int) -> bool:
    """`RowBlocks.is_alike` for a matrix of a `_kind`; tried once in a process."""

    @torch.inference_mode()
    def tried() -> bool:
        matrix = _stored(torch.rand(inputs, outputs, generator=torch.Generator()), by_rows=by_rows)
        given = torch.rand(most, inputs, generator=torch.Generator())
        whole = _product(given, matrix)
        ends = slice(count), slice(most - count, None)
        return all(torch.equal(_product(given[end], matrix), whole[end]) for end in ends)

    return _on_one_thread(tried)


@lru_cache(_KINDS)
def _is_faster_by_rows(inputs: int, outputs: int) -> bool:
    """Whether a matrix of this shape multiplies faster stored by rows; tried once in a process."""
    forms = [_stored(torch.zeros(inputs, outputs), by_rows=by_rows) for by_rows in (True, False)]
    given = [
        [torch.zeros(sum(RowBlocks([form]).of(rows)), inputs) for rows in _TIMED_ROWS]
        for form in forms
    ]
    best = [[math.inf] * len(_TIMED_ROWS) for _ in forms]

    @torch.inference_mode()
    def time_all() -> None:
        for _ in range(_TRIES):  # in turns: another process may be busy for a while
            for form, all_given, least in zip(forms, given, best, strict=True):
                for number, one in enumerate(all_given):
                    started = time.perf_counter()
                    _product(one, form)
                    least[number] = min(least[number], time.perf_counter() - started)

    _on_one_thread(time_all)
    by_rows, by_columns = map(sum, best)
    return by_rows <= by_columns


def _product(given: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Computed as `Streams.step` does: added to what is there."""
    sums = torch.zeros(len(given), matrix.shape[1])
    return torch.addmm(sums, given, matrix, out=sums)


def _on_one_thread(work: Callable[[], Result]) -> Result:
    """The result of ``work``, whose products take one thread, as in `charlstm.model.workers`: two
    may sum in another order, and wait for each other when another process is busy."""
    with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        return pool.submit(work).result()
