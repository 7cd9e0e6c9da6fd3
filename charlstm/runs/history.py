"""A run's history as its file holds it, kept in memory while it is watched, and its running mean.

A run of hours has some 100,000 steps; a browser draws a few thousand points of them. So a history
that is watched is read on from where it was left, each line once whoever asks; its steps are kept
as columns of numbers with their running mean, and of a very long one every second early step is
forgotten, again and again.
"""

from __future__ import annotations

import bisect
import json
import math
import os
import threading
from array import array
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

Record = dict[str, Any]

MEAN_OF = 50
"""Steps in the running mean."""

KEPT = 100_000
"""Steps of a history that are kept; beyond them, early ones are thinned."""
_COLUMNS = ("step", "loss", "mean", "learning_rate", "gradient_norm", "seconds")
_RECENT = 5_000  # steps that are not thinned
_HISTORIES = 8  # that are kept
_TAIL = 1 << 16  # bytes of a history that are enough to hold its newest record


class Histories:
    """Histories by their paths, the last few asked for. Safe to call from several threads."""

    def __init__(self) -> None:
        self._kept: dict[Path, _History] = {}
        self._lock = threading.Lock()

    def since(self, path: Path, offset: int, most: int) -> tuple[list[Record], int, int]:
        """What was appended to a history after a place in it.

        Args:
            path: of the ``history.jsonl``.
            offset: bytes; 0 for all, then what the last call gave back. One that is not at the
                start of a line, as after a run was resumed and cut its history, counts as 0.
            most: steps to give back; of more, every n-th and the last.

        Returns:
            the records, where a step has its ``mean`` beside its loss and no ``characters``; the
            offset to ask with next; and n, the number of steps from one to the next.

        Raises:
            OSError: the file can't be read.
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
        self._columns = {name: array("q" if name == "step" else "d") for name in _COLUMNS}
        self._ends = array("q")  # where the line of each step ends
        self._others: list[tuple[int, Record]] = []  # (end of line, record)
        self._losses: deque[float] = deque(maxlen=MEAN_OF)

    def since(self, offset: int, most: int) -> tuple[list[Record], int, int]:
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
        steps: list[Record] = [
            {"kind": "step", **{name: column[i] for name, column in self._columns.items()}}
            for i in places
        ]
        others = [record for end, record in self._others if end > offset]
        return steps + others, self._offset, stride * (self._stride if offset == 0 else 1)

    def _read_on(self, file: BinaryIO) -> None:
        file.seek(self._offset)
        for line in file:
            if not line.endswith(b"\n"):  # half written
                return
            record = json.loads(line)
            self._offset += len(line)
            if record["kind"] == "step":
                self._step(record)
            else:
                self._others.append((self._offset, record))
            if len(self._ends) > KEPT:
                self._thin()

    def _step(self, record: Record) -> None:
        step = record["step"]
        if self._ends and step <= self._columns["step"][-1]:
            self._cut(step)
        self._losses.append(record["loss"])
        window = mean_window(step)
        recent = [*self._losses][-window:]
        record["mean"] = math.fsum(recent) / len(recent)
        for name, column in self._columns.items():
            column.append(record[name])
        self._ends.append(self._offset)

    def _cut(self, step: int) -> None:
        """A run that was resumed goes on from its last save: what came after that is gone."""
        at = bisect.bisect_left(self._columns["step"], step)
        for column in (*self._columns.values(), self._ends):
            del column[at:]
        self._others = [(end, other) for end, other in self._others if other["step"] < step]
        self._losses = deque(self._columns["loss"][-MEAN_OF:], MEAN_OF)

    def _thin(self) -> None:
        self._stride *= 2
        early = len(self._ends) - _RECENT
        kept = [i for i in range(early) if (self._columns["step"][i] - 1) % self._stride == 0]
        for column in (*self._columns.values(), self._ends):
            column[:early] = array(column.typecode, [column[i] for i in kept])


def read_history(path: Path, offset: int) -> tuple[list[dict[str, Any]], int]:
    """Whole records of a history after a place in it, and where to go on; see `Runs.history`."""
    if not path.exists():
        return [], 0
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        offset = offset if 0 <= offset <= size else 0
        file.seek(offset)
        new = file.read()
    whole = new[: new.rfind(b"\n") + 1]  # the last line may be half written
    return [json.loads(line) for line in whole.splitlines()], offset + len(whole)


def last_record(path: Path) -> dict[str, Any] | None:
    """The newest whole record of a history, or None."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        lines = file.read().split(b"\n")[:-1]
    return json.loads(lines[-1]) if lines else None


def mean_window(step: int) -> int:
    """Steps in the running mean at a step: near the start only the last fifth, for the line to
    follow the fall. `ui/train/plot/scales.js` has the same rule."""
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
