"""The next character of each stream: drawn by Gumbel noise, or read from a text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch

from charlstm.model.noise import gumbel_noise
from charlstm.model.truncation import NO_TRUNCATION, Truncation, probabilities

STEPS_AHEAD = 25
"""Steps whose noise is computed at a time."""


class Chooser(Protocol):
    """Chooses the next character of each stream of a group, once a step."""

    def choose(self, logits: torch.Tensor) -> np.ndarray:
        """Choose the next characters.

        Args:
            logits: float32 tensor of shape (streams, vocab), UNK at -inf; not to be changed, and
                overwritten after the step.

        Returns:
            int64 array of shape (streams,).
        """

    def keep(self, rows: np.ndarray) -> None:
        """Drop all streams but these: int64 array of row numbers."""


class Draws:
    """Draws samples by the Gumbel-max trick (`charlstm.model.noise`).

    Streams are ordered [branch][sample]. A branch is a temperature, and maybe a seed text of its
    own; sample number n has the same noise in every branch.

    Args:
        dice: 0 to `noise.MAX_DICE`.
        numbers: the sample numbers of a branch.
        temperatures: of each branch.
        vocab_size: ids that a step chooses among.
        truncation: which characters may be drawn.
        ahead: steps whose noise is computed at a time.
        first_step: the number of the first step.

    Attributes:
        branches, numbers: int64 arrays of shape (streams,): the index of each stream's branch, and
            its sample number.
        scale: float32 tensor of shape (streams, 1): the temperatures.
    """

    def __init__(
        self,
        dice: int,
        numbers: Sequence[int],
        temperatures: Sequence[float],
        vocab_size: int,
        truncation: Truncation = NO_TRUNCATION,
        ahead: int = STEPS_AHEAD,
        first_step: int = 0,
    ) -> None:
        self._dice, self._vocab_size, self._truncation = dice, vocab_size, truncation
        self._ahead = min(ahead, STEPS_AHEAD)
        self.branches = np.arange(len(temperatures)).repeat(len(numbers))
        self.numbers = np.tile(np.array(numbers, np.int64), len(temperatures))
        scale = torch.tensor(temperatures, dtype=torch.float32)
        self.scale = scale.repeat_interleave(len(numbers))[:, None]
        self._noise: list[np.ndarray] = []  # of the next steps, the last one first
        self._step = first_step

    def choose(self, logits: torch.Tensor) -> np.ndarray:
        """As `Chooser.choose`."""
        if self._truncation != NO_TRUNCATION:
            allowed = self._truncation.applied(probabilities(logits, self.scale)) > 0
            logits = logits.where(allowed, -math.inf)
        # argmax(logits + T g) is argmax(logits / T + g), and at T = 0 it is greedy.
        # From here in the lesson,
        ids = (logits.numpy() + self.noise()).argmax(-1)
        # to here.
        return np.asarray(ids)

    def noise(self) -> np.ndarray:
        """T g of the next step, float32 of shape (streams, vocab). Each call is a step."""
        if not self._noise:
            numbers, columns = np.unique(self.numbers, return_inverse=True)
            noise = gumbel_noise(
                self._dice, numbers.tolist(), self._step, self._ahead, self._vocab_size
            )
            noise = noise.index_select(1, torch.from_numpy(columns)).mul_(self.scale)
            self._noise = [*noise.numpy()][::-1]
            self._step += self._ahead
        return self._noise.pop()

    def keep(self, rows: np.ndarray) -> None:
        """As `Chooser.keep`."""
        self.branches, self.numbers = self.branches[rows], self.numbers[rows]
        self.scale = self.scale[torch.from_numpy(rows)]
        self._noise = [noise[rows] for noise in self._noise]


class GivenText:
    """Texts that streams read instead of drawing.

    Args:
        ids: int64 array of shape (steps, streams).
    """

    def __init__(self, ids: np.ndarray) -> None:
        self._ids, self._step = ids, 0

    def choose(self, logits: torch.Tensor) -> np.ndarray:
        """As `Chooser.choose`: the next characters of the texts."""
        del logits
        self._step += 1
        ids: np.ndarray = self._ids[self._step - 1]
        return ids

    def keep(self, rows: np.ndarray) -> None:
        """As `Chooser.keep`."""
        self._ids = self._ids[:, rows]
