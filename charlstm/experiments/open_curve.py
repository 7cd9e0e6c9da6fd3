"""The probability that a bracket is still open after so many characters, with less noise than by
counting samples.

A plain sample provides one number: where the bracket was closed or the line ended. Here
streams never do either: the newline is masked everywhere, the closing bracket wherever it would
close the target, and the other characters are renormalized. At each character the stream's weight
is multiplied by 1 - p, where p is the probability of the masked characters at the sampling
temperature. The mean weight is then an unbiased estimate of the probability that the bracket is
still open, neither closed nor ended by a newline. This is importance sampling: a weight is the
probability of a text under the model divided by that under the masked model.

While a bracket that the continuation opened is still open, a closing bracket closes that one: it is
not masked then, and changes no weight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from charlstm.experiments.continuations import rounds
from charlstm.experiments.intervals import wilson_interval
from charlstm.model.choosers import Draws
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import OPENING, PAIRS, Target

_BLOCK = 10  # characters after which streams without weight are dropped
_NOTHING = 1e-9  # a weight too small to matter with any number of samples


@dataclass(frozen=True)
class StillOpen:
    """The curve; index k of each list is k characters after the seed text.

    Attributes:
        streams: number of weighted streams.
        open: horizon + 1 probabilities that neither the bracket is closed nor the line ended.
        low, high: their pointwise 95 % intervals.
        effective: effective sample sizes, (sum of w) ** 2 / sum of w ** 2; 0 if all weights are 0.
            Below some 30 the interval is a little too narrow (on the bracket language it held the
            true value 9 times in 10).
    """

    streams: int
    open: list[float]
    low: list[float]
    high: list[float]
    effective: list[float]


def still_open(
    sampler: Sampler, seed_text: str, temperature: float, streams: int, horizon: int, dice: int
) -> StillOpen:
    """The probability that the bracket is still open after 0, 1, 2, ..., horizon characters.

    Stream number n is the same as sample number n at this temperature
    (`charlstm.experiments.probe`) until that sample closes the bracket or ends the line.

    Args:
        sampler: of the model.
        seed_text: text that leaves at least one bracket open; the innermost is the target.
        temperature: above 0.
        streams: number of streams, 1 or more.
        horizon: characters after the seed text.
        dice: random seed, 0 to `noise.MAX_DICE`.

    Raises:
        UserError: the seed text is empty or leaves no bracket open.
        ValueError: the temperature is 0: every stream would be the same text.
    """
    target = Target(seed_text)
    weighted = Weighted(sampler, target, seed_text, temperature, streams, dice, _BLOCK)
    for _ in rounds(sampler, [weighted], horizon, _BLOCK):
        pass
    return weighted.curve(horizon)


class Weighted:
    """`still_open` step by step, for `continuations.rounds`.

    Args:
        target: the `Target` of that seed text, which has read no character yet.
        every: characters a round, for `Sampler.draws`.
        across_lines: as in `ProbeQuestion`: a newline is then a character like any other.

    Attributes:
        groups: as `continuations.Drawn.groups`.
    """

    def __init__(
        self,
        sampler: Sampler,
        target: Target,
        seed_text: str,
        temperature: float,
        streams: int,
        dice: int,
        every: int,
        across_lines: bool = False,
    ) -> None:
        if temperature == 0:
            raise ValueError("at a temperature of 0 no stream differs from another")
        ending = "" if across_lines else "\n"
        chooser = partial(_Unclosed, sampler.vocab.characters, target, temperature, ending)
        self.groups = sampler.draws(
            chooser, [seed_text], [temperature], range(streams), dice, ahead=every
        )
        self._count = streams
        self._sums, self._squares = [float(streams)], [float(streams)]

    def settle(self, steps: int) -> None:
        """As `continuations.Drawn.settle`."""
        sums, squares = np.zeros(steps), np.zeros(steps)
        for group in self.groups:
            if len(group):
                for step, weights in enumerate(group.chooser.taken()):
                    sums[step] += weights.sum()
                    squares[step] += (weights**2).sum()
                group.keep(np.flatnonzero(group.chooser.weights >= _NOTHING))
        self._sums += sums.tolist()
        self._squares += squares.tolist()

    def curve(self, horizon: int) -> StillOpen:
        """The curve over ``horizon`` characters, 0 once no stream has weight left."""
        rest = [0.0] * (horizon + 1 - len(self._sums))
        sums, squares = np.array(self._sums + rest), np.array(self._squares + rest)
        effective = np.divide(sums**2, squares, out=np.zeros_like(sums), where=squares > 0)
        bounds = [self._interval(*s) for s in zip(sums[1:], squares[1:], strict=True)]
        low, high = zip((1.0, 1.0), *bounds, strict=True)
        return StillOpen(
            self._count,
            (sums / self._count).tolist(),
            [*map(float, low)],
            [*map(float, high)],
            effective.tolist(),
        )

    def _interval(self, total: float, squares: float) -> tuple[float, float]:
        """95 % interval of a mean weight: Wilson's, with the number of plain samples that would
        have the same variance (the design effect of survey statistics).

        Args:
            total, squares: sums of the weights, and of their squares.
        """
        n = self._count
        mean = min(total / n, 1.0)
        spread = max(squares / n - mean**2, 0.0)  # variance of the weights
        plain = mean * (1 - mean)
        if n == 1 or mean in (0.0, 1.0):
            return wilson_interval(mean * n, n)
        if spread <= 1e-12 * plain:  # all weights are equal: the mean is exact
            return mean, mean
        worth = max((n - 1) * plain / spread, 1.0)
        return wilson_interval(mean * worth, worth)


class _Unclosed(Draws):
    """Draws streams that neither close the target nor end the line, and keeps their weights.

    Args:
        characters: of the vocabulary.
        target: each stream gets a copy.
        temperature: of the one branch.
        ending: the characters that end a sample.
        draws: of `Draws`.

    Attributes:
        weights: float64 array of shape (streams,).
    """

    def __init__(
        self,
        characters: Sequence[str],
        target: Target,
        temperature: float,
        ending: str,
        *draws: Any,
    ) -> None:
        super().__init__(*draws)
        self._temperature = temperature
        self._characters = (*characters, "")  # UNK is never drawn
        self._closing = np.flatnonzero([c == target.closing for c in self._characters])
        self._bracket = np.array([c in PAIRS or c in OPENING for c in self._characters])
        self._ending = np.flatnonzero([c in {*ending} for c in self._characters])
        self._watches = [target.again() for _ in self.numbers]
        self._innermost = np.ones(len(self.numbers), dtype=bool)
        self.weights = np.ones(len(self.numbers))
        self._taken: list[np.ndarray] = []

    def choose(self, logits: torch.Tensor) -> np.ndarray:
        """As `Chooser.choose`."""
        # Shifted so that the highest logit is 0: no temperature is then too small to divide by.
        shifted = (logits - logits.amax(-1, keepdim=True)).double() / self._temperature
        total = shifted.logsumexp(-1, keepdim=True)
        ends, closes = (
            (shifted[:, ids] - total).exp().sum(-1).numpy() for ids in (self._ending, self._closing)
        )
        self.weights = self.weights * np.maximum(1 - ends - closes * self._innermost, 0.0)
        self._taken.append(self.weights)
        scores = logits.numpy() + self.noise()
        scores[:, self._ending] = -math.inf
        scores[np.ix_(self._innermost, self._closing)] = -math.inf
        ids = np.asarray(scores.argmax(-1))
        for row in np.flatnonzero(self._bracket[ids]).tolist():
            self._watches[row].feed(self._characters[ids[row]])
            self._innermost[row] = self._watches[row].innermost
        return ids

    def taken(self) -> list[np.ndarray]:
        """The weights after each step since the last call."""
        taken, self._taken = self._taken, []
        return taken

    def keep(self, rows: np.ndarray) -> None:
        """As `Chooser.keep`."""
        super().keep(rows)
        self._watches = [self._watches[row] for row in rows.tolist()]
        self._innermost, self.weights = self._innermost[rows], self.weights[rows]
