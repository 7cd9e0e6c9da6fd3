"""95 % intervals: for a rate, the difference of two rates on the same samples, and a mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

import numpy as np

CONFIDENCE = 0.95
"""The share of all intervals here that should hold the truth."""
FEWEST = 6
"""Texts that an interval needs."""
_RESAMPLES = 4_000
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Estimate:
    """A mean over texts and its 95 % interval."""

    mean: float
    interval: tuple[float, float]


def wilson_interval(successes: float, n: float) -> tuple[float, float]:
    """Wilson's score interval for a rate.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    JASA 22 (1927) 209-212; recommended over the textbook interval by Brown, Cai and DasGupta,
    "Interval Estimation for a Binomial Proportion", Statistical Science 16 (2001) 101-133. It
    stays sane where the rate is 0 or 1.

    Args:
        successes: 0 to n.
        n: trials, at least 1; neither has to be whole (`charlstm.experiments.open_curve` counts in
            trials that would know as much).

    Raises:
        ValueError: successes or n make no rate.

    Example:
        >>> low, high = wilson_interval(10, 10)
        >>> round(low, 4), high
        (0.7225, 1.0)
    """
    if not 0 <= successes <= n or n < 1:
        raise ValueError(f"{successes} of {n} is not a rate")
    z, rate = _Z, successes / n
    centre = rate + z * z / (2 * n)
    reach = z * (rate * (1 - rate) / n + z * z / (4 * n * n)) ** 0.5
    scale = 1 + z * z / n
    # Exactly 0 and 1 at the ends, where rounding would leave 1e-17 of doubt.
    low = 0.0 if successes == 0 else (centre - reach) / scale
    high = 1.0 if successes == n else (centre + reach) / scale
    return low, high


def newcombe_paired_interval(
    both: int, first: int, second: int, neither: int
) -> tuple[float, float]:
    """Newcombe's interval for the difference of two rates of the same samples.

    The difference is (both + first) / n - (both + second) / n. Wilson's intervals of the two rates
    are squared and added, less what their correlation takes away; the correlation is estimated
    with a continuity correction where it is positive.

    Source: R. G. Newcombe, "Improved confidence intervals for the difference between binomial
    proportions based on paired data", Statistics in Medicine 17 (1998) 2635-2650, method 10.

    Args:
        both: samples with both events.
        first: samples with the first event only.
        second: samples with the second event only.
        neither: samples with none of them.

    Raises:
        ValueError: a count is negative, or all of them are 0.

    Example:
        >>> low, high = newcombe_paired_interval(59, 6, 16, 80)
        >>> round(low, 4), round(high, 4)
        (-0.1186, -0.0046)
    """
    n = both + first + second + neither
    if min(both, first, second, neither) < 0 or n < 1:
        raise ValueError(f"{both}, {first}, {second} and {neither} are not the counts of a table")
    rate1, rate2 = (both + first) / n, (both + second) / n
    low1, high1 = wilson_interval(both + first, n)
    low2, high2 = wilson_interval(both + second, n)
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    phi = 0.0
    if margins:
        excess = both * neither - first * second
        phi = (max(excess - n / 2, 0) if excess > 0 else excess) / math.sqrt(margins)

    def reach(own: float, other: float) -> float:
        return math.sqrt(max(own * own - 2 * phi * own * other + other * other, 0.0))

    difference = (first - second) / n
    return (
        difference - reach(rate1 - low1, high2 - rate2),
        difference + reach(high1 - rate1, rate2 - low2),
    )


def tail_chance(successes: int, n: int, chance: float) -> float:
    """How likely as many successes, or more, are where each trial succeeds by ``chance``: exact.

    Wilson's interval is too narrow to judge by where trials are few: that of 1 in 1 begins at
    0.2065, above a chance of one in five that has just come true.

    Example:
        >>> tail_chance(1, 1, 0.2)
        0.2
    """
    return sum(
        math.comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(successes, n + 1)
    )


def t_interval(values: Sequence[float]) -> tuple[float, float]:
    """Student's t interval for a mean.

    Args:
        values: 6 or more.

    Raises:
        ValueError: they are fewer.
    """
    n = len(values)
    if n < FEWEST:
        raise ValueError(f"{n} values are too few for an interval")
    mean, reach = fmean(values), _student(n - 1) * stdev(values) / math.sqrt(n)
    return mean - reach, mean + reach


def over_seeds(values: Sequence[float]) -> tuple[float, tuple[float, float]]:
    """The mean of some values, and a bootstrap interval that resamples them.

    The percentile interval, widened for few values: its tails are those of a normal distribution
    beyond Student's t times sqrt(n / (n - 1)), without which it is too narrow. Source: T.
    Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69 (2015)
    371-386, the expanded percentile interval. The resamples are the same at each call.

    Args:
        values: one a seed text, at least two.

    Returns:
        mean and (low, high).
    """
    n = len(values)
    picked = np.random.default_rng(n).integers(0, n, (_RESAMPLES, n))
    means = np.asarray(values, float)[picked].mean(axis=1)
    tail = NormalDist().cdf(-_student(n - 1) * (n / (n - 1)) ** 0.5)
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(np.mean(values)), (float(low), float(high))


def _student(freedom: int) -> float:
    """What Student's t of so many degrees of freedom exceeds, up or down, in one case of twenty.

    From the quantile of the normal distribution, by the expansion 26.7.5 of Abramowitz and Stegun,
    "Handbook of Mathematical Functions" (1964); from 5 degrees of freedom on it is right to 3
    digits.
    """
    z = _Z
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * freedom**4)
    )
