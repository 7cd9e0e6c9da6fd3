"""Time to closing: the probability that a bracket is closed within so many characters.

The end of the line, a newline, is a competing event: after it the bracket can't be closed. So
such a sample must not be treated as censored, as one minus Kaplan-Meier would do; the estimator for
competing events is that of Aalen and Johansen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from charlstm.experiments.intervals import CONFIDENCE, wilson_interval

_RESAMPLES = 400
_KINDS = ("closed", "line", "horizon")


class Followed(Protocol):
    """A sample that was followed until an event, or censored.

    Attributes:
        fate: "closed", "line", or "horizon" if it was censored.
        length: characters after the seed text by then, 1 or more.
    """

    @property
    def fate(self) -> str: ...

    @property
    def length(self) -> int: ...


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence; index k of each list is k characters after the seed text.

    Attributes:
        closed: horizon + 1 probabilities that the bracket is closed within k characters.
        closed_low, closed_high: their pointwise confidence band.
        line: horizon + 1 probabilities that the line ends within k characters, before
            the bracket is closed. The rest, 1 - closed - line, is still open.
        median: the least k at which ``closed`` is at least one half; None if it is always less.
    """

    closed: list[float]
    closed_low: list[float]
    closed_high: list[float]
    line: list[float]
    median: int | None


def incidence(samples: Sequence[Followed], horizon: int, dice: int = 0) -> Incidence:
    """Cumulative incidence of closing, with the end of the line as the competing event.

    Source: O. O. Aalen and S. Johansen, "An Empirical Transition Matrix for Non-homogeneous Markov
    Chains Based on Censored Observations", Scandinavian Journal of Statistics 5 (1978) 141-150.
    The band, of 95 % at each k by itself, is a percentile bootstrap over samples (B. Efron,
    "Censored Data and the Bootstrap", JASA 76 (1981) 312-319). Where few samples have closed, or
    few have not, the bootstrap underestimates the uncertainty; there the band reaches at least as
    far as Wilson's interval for none or for all of n.

    Args:
        samples: one or more.
        horizon: the most characters after the seed text; no sample is longer.
        dice: random seed of the bootstrap.

    Raises:
        ValueError: there are no samples, or one is longer than the horizon.
    """
    if not samples or max(s.length for s in samples) > horizon:
        raise ValueError("incidence needs samples, none of them longer than the horizon")
    n = len(samples)
    counts = np.zeros((len(_KINDS), horizon + 1))
    for sample in samples:
        counts[_KINDS.index(sample.fate), sample.length] += 1
    closed, line = _aalen_johansen(counts)
    # Resampling n samples with replacement draws the cells' counts from a multinomial.
    cells = np.flatnonzero(counts)
    resampled = np.zeros((_RESAMPLES, counts.size))
    resampled[:, cells] = np.random.default_rng(dice).multinomial(
        n, counts.flat[cells] / n, size=_RESAMPLES
    )
    again, _ = _aalen_johansen(resampled.reshape(_RESAMPLES, *counts.shape))
    outside = (1 - CONFIDENCE) / 2
    low, high = np.quantile(again, [outside, 1 - outside], axis=0)
    low[1:] = np.minimum(low[1:], wilson_interval(n, n)[0])
    high[1:] = np.maximum(high[1:], wilson_interval(0, n)[1])
    half = np.flatnonzero(closed >= 0.5 - 1e-9)  # sums may fall short of 0.5 by rounding
    return Incidence(
        closed.tolist(),
        low.tolist(),
        high.tolist(),
        line.tolist(),
        int(half[0]) if len(half) else None,
    )


def _aalen_johansen(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both cumulative incidences, of shape (…, horizon + 1).

    Args:
        counts: of shape (…, 3, horizon + 1): the samples that closed, ended their line, and
            were censored at each length.
    """
    gone = counts.sum(axis=-2)
    at_risk = np.cumsum(gone[..., ::-1], axis=-1)[..., ::-1]
    hazards = counts / np.maximum(at_risk, 1)[..., None, :]
    closed, line = hazards[..., 0, :], hazards[..., 1, :]
    after = np.cumprod(1 - closed - line, axis=-1)
    before = np.concatenate([np.ones_like(after[..., :1]), after[..., :-1]], axis=-1)
    return np.cumsum(before * closed, axis=-1), np.cumsum(before * line, axis=-1)
