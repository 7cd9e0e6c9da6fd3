"""Reading the history of a run: whole, or incrementally while browsers watch it.

A run of hours has some 100,000 steps, of which a browser draws a few thousand. So a watched history
is kept in memory: each line is read once, however many browsers watch, and the steps are stored as
columns of numbers with their running mean. When a column grows past `KEPT`, every second early step
is dropped.
"""

from __future__ import annotations

import bisect
import math
import os
import threading
from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from cachetools import LRUCache

from charlstm.runs.record import HistoryRecord, StepRecord, record_of

MEAN_OF = 50
"""Steps in the running mean."""

KEPT = 100_000
"""Most steps of a history that are stored."""
_COLUMNS = {
    "step": "q", "loss": "d", "learning_rate": "d", "gradient_norm": "d", "characters": "q",
    "seconds": "d", "mean": "d",
}  # fmt: skip
RECENT = 5_000  # newest steps, which are never dropped
HISTORIES = 8  # most histories in memory
_TAIL = 1 << 16  # bytes; no record is longer


class Histories:
    """The most recently watched histories. Safe for several threads."""

    def __init__(self) -> None:
        self._kept: LRUCache[Path, _History] = LRUCache(HISTORIES)
        self._lock = threading.Lock()

    def since(self, path: Path, offset: int, most: int) -> tuple[list[HistoryRecord], int, int]:
        """The records of a history from an offset on.

        Args:
            path: of the ``history.jsonl``.
            offset: bytes; 0 for all records, then the offset that the previous call returned. One
                that is not the start of a line, since a resumed run cut its history, counts as 0.
            most: number of steps to return; of more steps, every n-th and the last.

        Returns:
            the records, steps first, each with its ``mean``; the offset of the next record; and n,
            the distance in steps between two returned ones.

        Raises:
            OSError: the file can't be read.
            ValueError: a line of it is no record.
        """
        with self._lock:
            history = self._kept.get(path) or _History(path)
            self._kept[path] = history
        with history.lock:
            return history.since(offset, most)


class _History:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._offset, self._stride = 0, 1
        self._columns = {name: array(code) for name, code in _COLUMNS.items()}
        self._ends = array("q")  # where the line of each step ends
        self._others: list[tuple[int, HistoryRecord]] = []  # (end of line, record)
        self._losses: deque[float] = deque(maxlen=MEAN_OF)

    def since(self, offset: int, most: int) -> tuple[list[HistoryRecord], int, int]:
        try:
            opened = self._path.open("rb")
        except FileNotFoundError:
            return [], 0, 1
        with opened as file:
            size = file.seek(0, os.SEEK_END)
            if size < self._offset:
                self._forget()
            try:
                self._read_on(file)
            except ValueError:  # the run cut its history and wrote on: not the start of a line
                self._forget()
                self._read_on(file)
            offset = offset if 0 < offset <= self._offset else 0
            file.seek(max(0, offset - 1))
            if file.read(1) != b"\n":
                offset = 0
        first = bisect.bisect_right(self._ends, offset)
        count = len(self._ends) - first
        stride = max(1, math.ceil(count / most))
        places = [*range(first, len(self._ends), stride)]
        if count and places[-1] != len(self._ends) - 1:
            places.append(len(self._ends) - 1)
        steps: list[HistoryRecord] = [
            StepRecord(**{name: column[i] for name, column in self._columns.items()})
            for i in places
        ]
        others = [record for end, record in self._others if end > offset]
        return steps + others, self._offset, stride * (self._stride if offset == 0 else 1)

    def _read_on(self, file: BinaryIO) -> None:
        file.seek(self._offset)
        for line in file:
            if not line.endswith(b"\n"):  # the run is writing it
                return
            record = record_of(line)
            self._offset += len(line)
            if isinstance(record, StepRecord):
                self._step(record)
            else:
                self._others.append((self._offset, record))
            if len(self._ends) > KEPT:
                self._thin()

    def _step(self, record: StepRecord) -> None:
        if self._ends and record.step <= self._columns["step"][-1]:
            self._cut(record.step)
        self._losses.append(record.loss)
        recent = [*self._losses][-mean_window(record.step) :]
        with_mean = replace(record, mean=math.fsum(recent) / len(recent))
        for name, column in self._columns.items():
            column.append(getattr(with_mean, name))
        self._ends.append(self._offset)

    def _cut(self, step: int) -> None:
        """Drop a step and all after it: the run was resumed from a save before it."""
        at = bisect.bisect_left(self._columns["step"], step)
        for column in (*self._columns.values(), self._ends):
            del column[at:]
        self._others = [(end, other) for end, other in self._others if other.step < step]
        self._losses = deque(self._columns["loss"][-MEAN_OF:], MEAN_OF)

    def _thin(self) -> None:
        self._stride *= 2
        early = len(self._ends) - RECENT
        kept = [i for i in range(early) if (self._columns["step"][i] - 1) % self._stride == 0]
        for column in (*self._columns.values(), self._ends):
            column[:early] = array(column.typecode, [column[i] for i in kept])


def read_history(path: Path, offset: int) -> tuple[list[HistoryRecord], int]:
    """The complete records of a history from an offset on, and the offset of the next one, as for
    `charlstm.runs.catalog.RunCatalog.history`.

    Raises:
        OSError: the file can't be read.
        ValueError: a line of it is no record.
    """
    try:
        opened = path.open("rb")
    except FileNotFoundError:
        return [], 0
    with opened as file:
        size = file.seek(0, os.SEEK_END)
        offset = offset if 0 <= offset <= size else 0
        file.seek(offset)
        new = file.read()
    whole = new[: new.rfind(b"\n") + 1]  # the run may be writing the last line
    return [record_of(line) for line in whole.splitlines()], offset + len(whole)


def last_record(path: Path) -> HistoryRecord | None:
    """The newest complete record of a history; None if there is none.

    Raises:
        OSError: the file can't be read.
        ValueError: its last line is no record.
    """
    try:
        opened = path.open("rb")
    except FileNotFoundError:
        return None
    with opened as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        lines = file.read().split(b"\n")[:-1]
    return record_of(lines[-1]) if lines else None


def mean_window(step: int) -> int:
    """Number of steps in the running mean at a step: a fifth of those before it, so that the line
    follows the fast fall at the start, and at most `MEAN_OF`. `ui/train/plot/scales.js` has the
    same rule."""
    return min(MEAN_OF, math.ceil(step / 5))


def with_means(steps: Sequence[StepRecord], indices: Sequence[int]) -> list[StepRecord]:
    """Step records of a history, each with the running mean of the loss.

    A record that has a ``mean`` already, since it comes from a thinned history, keeps it.

    Args:
        steps: all of the history, in order.
        indices: of the records to return.
    """
    losses = [record.loss for record in steps]
    chosen = []
    for i in indices:
        window = losses[max(0, i + 1 - mean_window(steps[i].step)) : i + 1]
        mean = steps[i].mean
        chosen.append(
            replace(steps[i], mean=math.fsum(window) / len(window) if mean is None else mean)
        )
    return chosen
