"""Turns at work that only one person at a time may have done: first come, first served."""

from __future__ import annotations

import threading
from collections.abc import Iterator

_LOOK = 0.3  # seconds between two reports of a place


class Turns:
    """A line in front of some work, for the whole process. Safe for several threads."""

    def __init__(self) -> None:
        self._line: list[object] = []
        self._changed = threading.Condition()

    def join(self) -> Turn:
        """Join the end of the line; the caller must `Turn.end` it."""
        turn = Turn(self._line, self._changed)
        with self._changed:
            self._line.append(turn)
        return turn


class Turn:
    """A place in the line."""

    def __init__(self, line: list[object], changed: threading.Condition) -> None:
        self._line, self._changed = line, changed

    def waiting(self) -> Iterator[int]:
        """How many others come before this one, a few times a second until none does."""
        while before := self._before():
            yield before
            with self._changed:
                if self._line.index(self) == before:
                    self._changed.wait(_LOOK)

    def _before(self) -> int:
        with self._changed:
            return self._line.index(self)

    def end(self) -> None:
        """Leave the line; the next one's turn begins."""
        with self._changed:
            self._line.remove(self)
            self._changed.notify_all()
