"""A run's history as its file holds it, kept in memory while it is watched, and its running mean.

A run of hours has some 100,000 steps; a browser draws a few thousand points of them. So a history
that is watched is read on from where it was left, each line once whoever asks; its steps are kept
as columns of numbers with their running mean, and of a very long one every second early step is
forgotten, again and again.
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

from charlstm.runs.record import HistoryRecord, StepRecord, record_of

MEAN_OF = 50
"""Steps in the running mean."""

KEPT = 100_000
"""Steps of a history that are kept; beyond them, early ones are thinned."""
_COLUMNS = {
    "step": "q", "loss": "d", "learning_rate": "d", "gradient_norm": "d", "characters": "q",
    "seconds": "d", "mean": "d",
}  # fmt: skip
_RECENT = 5_000  # steps that are not thinned
_HISTORIES = 8  # that are kept
_TAIL = 1 << 16  # bytes of a history that are enough to hold its newest record


class Histories:
    """Histories by their paths, the last few asked for. Safe to call from several threads."""

    def __init__(self) -> None:
        self._kept: dict[Path, _History] = {}
        self._lock = threading.Lock()

    def since(self, path: Path, offset: int, most: int) -> tuple[list[HistoryRecord], int, int]:
        """What was appended to a history after a place in it.

        Args:
            path: of the ``history.jsonl``.
            offset: bytes; 0 for all, then what the last call gave back. One that is not at the
                start of a line, as after a run was resumed and cut its history, counts as 0.
            most: steps to give back; of more, every n-th and the last.

        Returns:
            the records, the steps first, each with its ``mean``; the offset to ask with next; and
            n, the number of steps from one to the next.

        Raises:
            OSError: the file can't be read.
            ValueError: a line of it is no record.
        """
        with self._lock:
            history = self._kept.pop(path, None) or _History(path)
            self._kept[path] = history  # at the end: the dict is in order of last use
            while len(self._kept) > _HISTORIES:
                self._kept.pop(next(iter(self._kept)))
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
        if not self._path.exists():
            return [], 0, 1
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if size < self._offset:
                self._forget()
            try:
                self._read_on(file)
            except ValueError:  # it was cut and has grown again: this is no start of a line
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
            if not line.endswith(b"\n"):  # half written
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
        """A run that was resumed goes on from its last save: what came after that is gone."""
        at = bisect.bisect_left(self._columns["step"], step)
        for column in (*self._columns.values(), self._ends):
            del column[at:]
        self._others = [(end, other) for end, other in self._others if other.step < step]
        self._losses = deque(self._columns["loss"][-MEAN_OF:], MEAN_OF)

    def _thin(self) -> None:
        self._stride *= 2
        early = len(self._ends) - _RECENT
        kept = [i for i in range(early) if (self._columns["step"][i] - 1) % self._stride == 0]
        for column in (*self._columns.values(), self._ends):
            column[:early] = array(column.typecode, [column[i] for i in kept])


def read_history(path: Path, offset: int) -> tuple[list[HistoryRecord], int]:
    """Whole records of a history from an offset on, and the offset of the next; see
    `charlstm.runs.catalog.RunCatalog.history`.

    Raises:
        OSError: the file can't be read.
        ValueError: a line of it is no record.
    """
    if not path.exists():
        return [], 0
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        offset = offset if 0 <= offset <= size else 0
        file.seek(offset)
        new = file.read()
    whole = new[: new.rfind(b"\n") + 1]  # the last line may be half written
    return [record_of(line) for line in whole.splitlines()], offset + len(whole)


def last_record(path: Path) -> HistoryRecord | None:
    """The newest whole record of a history, or None.

    Raises:
        OSError: the file can't be read.
        ValueError: its last line is no record.
    """
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        lines = file.read().split(b"\n")[:-1]
    return record_of(lines[-1]) if lines else None


def mean_window(step: int) -> int:
    """Steps in the running mean at a step: near the start only the last fifth, for the line to
    follow the fall. `ui/train/plot/scales.js` has the same rule."""
    return min(MEAN_OF, math.ceil(step / 5))


def with_means(steps: Sequence[StepRecord], indices: Sequence[int]) -> list[StepRecord]:
    """Some of the step records of a whole history, each with the running mean of the loss there.

    A record that has a ``mean`` keeps it: the history it comes from is thinned.

    Args:
        steps: all of them, in order.
        indices: of those to return.
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
