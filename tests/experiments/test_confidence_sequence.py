"""Confidence sequences against brute force, and against people who look after every trial."""

import doctest
import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from charlstm.experiments import confidence_sequence
from charlstm.experiments.confidence_sequence import evidence, sequence_interval
from charlstm.experiments.intervals import wilson_interval

LOOKS = 200
"""Trials, after each of which somebody looks."""


def exact_evidence(successes: int, n: int, rate: Fraction) -> Fraction:
    """M(rate) by whole factorials: B(1 + S, 1 + n - S) is S! (n - S)! / (n + 1)!."""
    beta = Fraction(math.factorial(successes) * math.factorial(n - successes))
    return beta / math.factorial(n + 1) / (rate**successes * (1 - rate) ** (n - successes))


def test_docstrings_tell_the_truth():
    assert doctest.testmod(confidence_sequence).failed == 0


@pytest.mark.parametrize(
    ("successes", "n"), [(0, 1), (1, 1), (0, 20), (20, 20), (7, 20), (1, 50), (33, 60), (150, 400)]
)
def test_the_interval_holds_the_rates_of_a_grid_with_too_little_evidence_against(successes, n):
    low, high = sequence_interval(successes, n)
    grid = [Fraction(place, 500) for place in range(1, 500)]
    held = [rate for rate in grid if exact_evidence(successes, n, rate) < 20]
    assert held == [rate for rate in grid if low < rate < high]
    assert low <= successes / n <= high


@pytest.mark.parametrize(("successes", "n"), [(7, 20), (1, 50), (400, 3000), (2999, 3000)])
def test_its_ends_are_where_the_evidence_reaches_1_over_alpha(successes, n):
    for end in sequence_interval(successes, n, 0.9):
        assert evidence(successes, n, end) == pytest.approx(10, rel=1e-6)


def test_without_trials_all_rates_are_possible():
    assert sequence_interval(0, 0) == (0, 1)
    assert evidence(0, 0, 0.2) == 1


def test_it_ends_at_0_or_1_only_where_nothing_or_everything_succeeded():
    for n in (1, 5, 80):
        assert sequence_interval(0, n)[0] == 0
        assert sequence_interval(n, n)[1] == 1
        for successes in range(1, n):
            low, high = sequence_interval(successes, n)
            assert 0 < low < high < 1


def test_it_moves_with_the_successes_and_is_the_same_from_the_other_side():
    found = [sequence_interval(successes, 40) for successes in range(41)]
    assert found == sorted(found)
    assert [high for _, high in found] == sorted(high for _, high in found)
    for (low, high), (other_low, other_high) in zip(found, found[::-1], strict=True):
        assert (low, high) == pytest.approx((1 - other_high, 1 - other_low))


def test_it_narrows_with_trials_and_with_less_confidence():
    widths = [np.ptp(sequence_interval(3 * k, 10 * k)) for k in (1, 4, 20, 100, 1000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.04
    assert np.ptp(sequence_interval(30, 100, 0.8)) < np.ptp(sequence_interval(30, 100, 0.99))


def successes_of(rate: float, people: int) -> np.ndarray:
    """Successes after each of `LOOKS` trials, of each person: (people, LOOKS)."""
    dice = np.random.default_rng(11)
    return (dice.random((people, LOOKS)) < rate).cumsum(axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5])
def test_who_looks_after_every_trial_is_not_misled_as_by_wilsons_interval(rate):
    """The share of people whose intervals all hold the true rate: Wilson's holds it in 95 of 100
    at each look, and at all of them in far fewer."""

    @cache
    def hold(successes: int, n: int) -> tuple[bool, bool]:
        (low, high), (wilson_low, wilson_high) = (
            sequence_interval(successes, n),
            wilson_interval(successes, n),
        )
        return low <= rate <= high, wilson_low <= rate <= wilson_high

    people = successes_of(rate, 400)
    held = np.array([[hold(int(s), n) for n, s in enumerate(one, 1)] for one in people])
    always, wilson_always = held.all(axis=1).mean(axis=0)
    assert always >= 0.95
    assert wilson_always < 0.75
    assert held[:, -1, 1].mean() == pytest.approx(0.95, abs=0.04)  # Wilson's, at the last look


def test_evidence_is_bayes_factor_and_never_infinite():
    for successes, n in [(0, 3), (3, 3), (9, 30), (40, 60)]:
        exact = exact_evidence(successes, n, Fraction(1, 5))
        assert evidence(successes, n, 0.2) == pytest.approx(float(exact))
    assert 1e290 < evidence(3000, 3000, 0.2) < math.inf


def test_luck_seldom_reaches_much_evidence_whenever_one_stops():
    """Somebody guesses one of five, looks after each round, and stops as soon as the evidence is
    20, or after the last look: its mean is 1, and it reaches 20 in at most one case of twenty. All
    courses that this can take are added up."""
    going_on, reached, mean = {0: 1.0}, 0.0, 0.0
    for n in range(1, LOOKS + 1):
        following: dict[int, float] = {}
        for successes, chance in going_on.items():
            for more, share in ((0, 0.8), (1, 0.2)):
                after = following.get(successes + more, 0.0)
                following[successes + more] = after + chance * share
        stopped = {s: chance for s, chance in following.items() if evidence(s, n, 0.2) >= 20}
        reached += sum(stopped.values())
        mean += sum(chance * evidence(s, n, 0.2) for s, chance in stopped.items())
        going_on = {s: chance for s, chance in following.items() if s not in stopped}
    mean += sum(chance * evidence(s, LOOKS, 0.2) for s, chance in going_on.items())
    assert mean == pytest.approx(1)
    assert 0.01 < reached <= 1 / 20


def test_who_knows_the_text_gathers_evidence():
    after = successes_of(0.5, 200)[:, 99].tolist()
    assert np.median([evidence(successes, 100, 0.2) for successes in after]) > 1e6


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (1, 0)])
def test_what_is_no_count_is_refused(successes, n):
    for function in (sequence_interval, lambda s, n: evidence(s, n, 0.2)):
        with pytest.raises(ValueError, match="not a count"):
            function(successes, n)


@pytest.mark.parametrize("chance", [0, 1, -0.1, 1.5, math.nan])
def test_what_is_no_chance_is_refused(chance):
    with pytest.raises(ValueError, match="not a chance"):
        evidence(1, 2, chance)
