"""The probability that a bracket is still open after so many characters, with less noise than by
counting samples.

A plain sample provides one number: where the bracket was closed or the paragraph ended. Here
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
from dataclasses import dataclass

import numpy as np
import torch

from charlstm.experiments.continuations import rounds
from charlstm.experiments.intervals import wilson_interval
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import OPENING, PAIRS, Target

_BLOCK = 10  # characters after which streams without weight are dropped
_NOTHING = 1e-9  # a weight too small to matter with any number of samples


@dataclass(frozen=True)
class StillOpen:
    """The curve; index k of each list is k characters after the seed text.

    Attributes:
        streams: number of weighted streams.
        open: horizon + 1 probabilities that neither the bracket is closed nor the paragraph ended.
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
    (`charlstm.experiments.probe`) until that sample closes the bracket or ends the paragraph.

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
    weighted = Weighted(sampler, Target(seed_text), seed_text, temperature, streams)
    for _ in rounds(sampler, [weighted], horizon, dice, _BLOCK):
        pass
    return weighted.curve(horizon)


class Weighted:
    """`still_open` step by step, for `continuations.rounds`.

    Args:
        target: the `Target` of that seed text, which has read no character yet.
    """

    def __init__(
        self, sampler: Sampler, target: Target, seed_text: str, temperature: float, streams: int
    ) -> None:
        if temperature == 0:
            raise ValueError("at a temperature of 0 no stream differs from another")
        self._sampler, self._temperature, self._count = sampler, temperature, streams
        self._scale = torch.tensor(temperature, dtype=torch.float32)
        self._streams = sampler.start(seed_text, streams)
        # One row for each stream that is still drawn.
        self._numbers = np.arange(streams)
        self._watches = [target.again() for _ in range(streams)]
        self._innermost = np.ones(streams, dtype=bool)
        self._weights = np.ones(streams)
        self._characters = (*sampler.vocab.characters, "")  # UNK is never drawn
        self._closing = np.array([c == target.closing for c in self._characters])
        self._bracket = np.array([c in PAIRS or c in OPENING for c in self._characters])
        self._newline = np.array([c == "\n" for c in self._characters])
        self._sums, self._squares = [float(streams)], [float(streams)]

    @property
    def numbers(self) -> np.ndarray:
        """As `continuations.Drawn.numbers`."""
        return self._numbers

    @torch.inference_mode()
    def advance(self, noise: torch.Tensor, numbers: np.ndarray) -> None:
        """As `continuations.Drawn.advance`."""
        if not len(self._numbers):
            return
        columns = torch.from_numpy(np.searchsorted(numbers, self._numbers))
        for drawn in noise:
            self._step(drawn[columns])
            self._sums.append(float(self._weights.sum()))
            self._squares.append(float((self._weights**2).sum()))
        going_on = np.flatnonzero(self._weights >= _NOTHING)
        if len(going_on) < len(self._numbers):
            self._streams.keep(torch.from_numpy(going_on))
            self._watches = [self._watches[row] for row in going_on]
            self._numbers = self._numbers[going_on]
            self._innermost = self._innermost[going_on]
            self._weights = self._weights[going_on]

    def _step(self, noise: torch.Tensor) -> None:
        """Draw one character of each stream."""
        logits = self._streams.logits
        masked = torch.from_numpy(self._innermost[:, None] & self._closing | self._newline)
        chances = self._sampler.distribution(logits, self._temperature)
        self._weights *= 1 - chances.where(masked, 0.0).sum(-1).double().numpy()
        scores = torch.addcmul(logits, self._scale, noise)
        ids = scores.masked_fill_(masked, -math.inf).argmax(-1)
        written = ids.numpy()
        for row in np.flatnonzero(self._bracket[written]).tolist():
            self._watches[row].feed(self._characters[written[row]])
            self._innermost[row] = self._watches[row].innermost
        self._streams.step(ids)

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
