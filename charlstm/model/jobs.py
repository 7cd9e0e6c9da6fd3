"""What the sampling engine advances: groups of streams, and the jobs that people wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import torch

from charlstm.model.choosers import Chooser
from charlstm.model.hold import Hold
from charlstm.model.streams import States, StepWeights, joined

GROUP_ROWS = 32
"""Rows of a large request's groups: small enough to divide a batch evenly among threads."""


@dataclass(frozen=True)
class Asker:
    """Who asks for streams: people share the engine evenly.

    Attributes:
        person: any name that tells people apart.
        urgent: a person watches the text being written: such groups come first.
    """

    person: str = ""
    urgent: bool = False


NOBODY = Asker()
"""The program itself, which asks for nobody."""

C = TypeVar("C", bound=Chooser, covariant=True)


class Group(Generic[C]):
    """Streams of one model that start together and advance together.

    Args:
        weights: of the model.
        parts: the streams' states; they must not be changed afterwards.
        chooser: chooses their characters.
        hold: a hold on the streams at each of their steps; None for none.

    Attributes:
        written: int32 array of shape (steps, streams): the characters of the last job, those that
            are done so far.
    """

    def __init__(
        self,
        weights: StepWeights,
        parts: Sequence[States],
        chooser: C,
        hold: Hold | None = None,
    ) -> None:
        self.weights, self.chooser, self.hold = weights, chooser, hold
        self.states = joined(parts)
        self.written = np.empty((0, len(self.states)), np.int32)
        self.done = 0  # steps of the job

    def __len__(self) -> int:
        return len(self.states)

    def keep(self, rows: np.ndarray) -> None:
        """Drop all streams but these: int64 array of row numbers, ascending and distinct. Not while
        a job runs."""
        if len(rows) == len(self):
            return
        index = torch.from_numpy(rows)
        self.states = self.states.rows(index)
        self.hold = self.hold and self.hold.rows(index)
        self.chooser.keep(rows)

    def begin(self, steps: int) -> None:
        """Forget the last job, before one of so many steps."""
        self.written = np.empty((steps, len(self)), np.int32)
        self.done = 0


AnyGroup = Group[Chooser]


class Job:
    """Some steps of some groups, as the caller sees them: `Engine.begin` makes it."""

    def __init__(
        self,
        groups: Sequence[AnyGroup],
        steps: int,
        asker: Asker,
        interrupt: Callable[[], None],
    ) -> None:
        self.groups, self.steps, self.asker = groups, steps, asker
        self._interrupt = interrupt
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._cancelled = False

    @property
    def done(self) -> int:
        """Steps that all groups have taken."""
        return min((group.done for group in self.groups), default=self.steps)

    @property
    def is_dropped(self) -> bool:
        """Whether it was cancelled or failed: its groups take no further step."""
        return self._cancelled or self._error is not None

    def wait(self, steps: int) -> int:
        """Wait until all groups have taken so many steps; returns `done`.

        Raises:
            BaseException: what a step raised.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.is_dropped or self.done >= steps)
            if self._error is not None:
                raise self._error
            return self.done

    def cancel(self) -> None:
        """Drop the streams at the next step."""
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()
        self._interrupt()

    def report(self, error: BaseException | None = None) -> None:
        """Wake those who wait: steps were taken, or one failed."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()
