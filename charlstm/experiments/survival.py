"""Time to closing: how likely a bracket is closed within so many characters.

A newline ends the paragraph and competes with closing: afterwards the bracket can't close any
more, so such a sample must not be treated as one that was merely cut off, which is what one minus
Kaplan-Meier would do. The estimator for competing events is that of Aalen and Johansen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from charlstm.experiments.intervals import CONFIDENCE, wilson_interval

_RESAMPLES = 400
_KINDS = ("closed", "paragraph", "horizon")


class Followed(Protocol):
    """A sample that was followed until its fate was decided, or until it was cut off.

    Attributes:
        fate: "closed", "paragraph" or, where it was cut off, "horizon".
        length: characters after the seed text by then, 1 or more.
    """

    @property
    def fate(self) -> str: ...

    @property
    def length(self) -> int: ...


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence; place k of each list is k characters after the seed text.

    Attributes:
        closed: horizon + 1 chances that the bracket is closed within k characters.
        closed_low, closed_high: their band, at each k by itself.
        paragraph: horizon + 1 chances that the paragraph ends within k characters, before the
            bracket is closed. What is left, 1 - closed - paragraph, is still open.
        median: the distance by which half of all samples have closed the bracket; None where that
            is not reached.
    """

    closed: list[float]
    closed_low: list[float]
    closed_high: list[float]
    paragraph: list[float]
    median: int | None


def incidence(samples: Sequence[Followed], horizon: int, dice: int = 0) -> Incidence:
    """Cumulative incidence of closing, with the end of the paragraph as the competing event.

    Source: O. O. Aalen and S. Johansen, "An Empirical Transition Matrix for Non-homogeneous Markov
    Chains Based on Censored Observations", Scandinavian Journal of Statistics 5 (1978) 141-150.
    The band, of 95 % at each k by itself, is a percentile bootstrap over samples (B. Efron,
    "Censored Data and the Bootstrap", JASA 76 (1981) 312-319). Where hardly any sample has closed,
    or hardly any has not, resampling knows too little doubt; there the band is at least as wide as
    Wilson's interval for none or for all of n.

    Args:
        samples: one or more.
        horizon: characters to look ahead; no sample is longer.
        dice: the same dice give the same band.

    Raises:
        ValueError: there are no samples, or one is longer than the horizon.
    """
    if not samples or max(s.length for s in samples) > horizon:
        raise ValueError("incidence needs samples, none of them longer than the horizon")
    n = len(samples)
    counts = np.zeros((len(_KINDS), horizon + 1))
    for sample in samples:
        counts[_KINDS.index(sample.fate), sample.length] += 1
    closed, paragraph = _aalen_johansen(counts)
    # Drawing n samples with replacement is drawing the counts of a multinomial.
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
    half = np.flatnonzero(closed >= 0.5 - 1e-9)  # sums of shares may miss it by a rounding
    return Incidence(
        closed.tolist(),
        low.tolist(),
        high.tolist(),
        paragraph.tolist(),
        int(half[0]) if len(half) else None,
    )


def _aalen_johansen(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both cumulative incidences, of shape (…, horizon + 1).

    Args:
        counts: of shape (…, 3, horizon + 1): how many samples were closed, ended their paragraph
            and were cut off at each length.
    """
    gone = counts.sum(axis=-2)
    at_risk = np.cumsum(gone[..., ::-1], axis=-1)[..., ::-1]
    hazards = counts / np.maximum(at_risk, 1)[..., None, :]
    closed, paragraph = hazards[..., 0, :], hazards[..., 1, :]
    after = np.cumprod(1 - closed - paragraph, axis=-1)
    before = np.concatenate([np.ones_like(after[..., :1]), after[..., :-1]], axis=-1)
    return np.cumsum(before * closed, axis=-1), np.cumsum(before * paragraph, axis=-1)
