"""A rate that is looked at while it grows: an interval, and evidence, valid at every look.

An interval such as Wilson's holds the true rate in 95 of 100 cases at one number of trials that was
fixed before. Whoever looks after each trial, and stops where it suits, is misled far more often.
The intervals here form a confidence sequence: in 95 of 100 cases *all* of them hold the true rate,
after every number of trials at once, so that one may look always and stop anywhere.

Both come from Robbins' mixture. Let S of n trials succeed. Under a true rate p the likelihood of
the trials averaged over all rates, divided by their likelihood under p, is

    M(p) = B(1 + S, 1 + n - S) / (p^S (1 - p)^(n - S)),

a martingale of mean 1 that is never negative. By Ville's inequality it ever reaches 1 / alpha with
a probability of at most alpha. So the rates with M(p) < 1 / alpha are a confidence sequence; and
M(p) itself is a Bayes factor, the evidence against the rate p, which may be read at any time.

Sources: H. Robbins, "Statistical Methods Related to the Law of the Iterated Logarithm", Annals of
Mathematical Statistics 41 (1970) 1397-1409; S. R. Howard, A. Ramdas, J. McAuliffe and J. Sekhon,
"Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49 (2021)
1055-1080.
"""

from __future__ import annotations

import math

from charlstm.experiments.intervals import CONFIDENCE

_HALVINGS = 50  # of an interval within 0 and 1: to the last digits of a float
_MOST = 690.0  # in nats: e^690 is still a float


def sequence_interval(
    successes: int, n: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """The interval of a confidence sequence for a rate after ``n`` trials.

    Args:
        successes: 0 to n.
        n: trials so far, 0 or more.
        confidence: the probability that the intervals after all numbers of trials hold the rate.

    Raises:
        ValueError: the numbers are not such counts.

    Example:
        >>> low, high = sequence_interval(10, 10)
        >>> round(low, 4), high
        (0.5831, 1.0)
    """
    _check(successes, n)
    limit = -math.log1p(-confidence)

    def bound(inside: float, outside: float) -> float:
        """The end of the interval between a rate in it and one that may not be."""
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            if _log_evidence(successes, n, middle) < limit:
                inside = middle
            else:
                outside = middle
        return inside

    rate = successes / n if n else 0.5
    low = bound(rate, 0.0) if successes else 0.0
    high = bound(rate, 1.0) if successes < n else 1.0
    return low, high


def evidence(successes: int, n: int, chance: float) -> float:
    """How many times likelier the trials are under some other rate than under a given one.

    The other rate is unknown: the likelihood is averaged over all from 0 to 1. If the given rate is
    true, this number ever reaches 20 with a probability of at most 1 in 20, however often one
    looks; it reaches 20 exactly where the 95 % `sequence_interval` no longer holds that rate.

    Args:
        successes: 0 to n.
        n: trials so far, 0 or more.
        chance: the given rate, between 0 and 1.

    Returns:
        The number, at most e^690, so that it is never infinite.

    Raises:
        ValueError: the numbers are not such counts, or the rate is no chance.

    Example:
        >>> round(evidence(5, 5, 0.2), 1)
        520.8
    """
    _check(successes, n)
    if not 0 < chance < 1:
        raise ValueError(f"{chance} is not a chance")
    return math.exp(min(_log_evidence(successes, n, chance), _MOST))


def _log_evidence(successes: int, n: int, rate: float) -> float:
    """ln M(rate), for a rate between 0 and 1."""
    failures = n - successes
    mixture = math.lgamma(1 + successes) + math.lgamma(1 + failures) - math.lgamma(2 + n)
    return mixture - successes * math.log(rate) - failures * math.log1p(-rate)


def _check(successes: int, n: int) -> None:
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a count of successes")
