"""Intervals against published examples, and against how often they hold the truth."""

import doctest
import math
from itertools import product

import numpy as np
import pytest

from charlstm.experiments import intervals
from charlstm.experiments.intervals import (
    newcombe_paired_interval,
    over_seeds,
    t_interval,
    tail_chance,
    wilson_interval,
)
from charlstm.experiments.temperature_effect import STREAMS


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(successes, n, low, high):
    assert wilson_interval(successes, n) == pytest.approx((low, high), abs=5e-5)
    mirrored = wilson_interval(n - successes, n)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=5e-5)


@pytest.mark.parametrize("n", [20, 200])
def test_wilson_covers_as_often_as_it_says(n):
    dice = np.random.default_rng(17)
    found = np.array([wilson_interval(k, n) for k in range(n + 1)])
    true_rates = dice.uniform(0, 1, 200_000)
    low, high = found[dice.binomial(n, true_rates)].T
    assert np.mean((low <= true_rates) & (true_rates <= high)) == pytest.approx(0.95, abs=0.015)


def test_wilson_narrows_with_more_trials_and_stays_within_0_and_1():
    for k in range(11):
        low, high = wilson_interval(4 * k, 40)
        wider = wilson_interval(k, 10)
        assert 0 <= wider[0] <= low <= k / 10 <= high <= wider[1] <= 1


def test_wilson_of_trials_that_are_not_whole_lies_between():
    below, between, above = (wilson_interval(0.3 * n, n) for n in (20, 20.5, 21))
    assert below[0] < between[0] < above[0]
    assert above[1] < between[1] < below[1]


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_wilson_refuses_what_is_no_rate(successes, n):
    with pytest.raises(ValueError, match="not a rate"):
        wilson_interval(successes, n)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        # Both in M. W. Fagerland, S. Lydersen and P. Laake, "Statistical Analysis of Contingency
        # Tables" (2017), chapter 8: airway hyper-responsiveness (Bentur et al. 2009), and complete
        # response (Cavo et al. 2012).
        ((1, 1, 7, 12), -0.507, -0.026),
        ((59, 6, 16, 80), -0.119, -0.005),
    ],
)
def test_newcombe_as_published(table, low, high):
    assert newcombe_paired_interval(*table) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize("n", [20, 40])
def test_newcombe_covers_as_often_as_it_says(n):
    """Rates of all sizes, tied to each other in all ways: the chances of the four cells of the
    table are drawn at random."""
    dice = np.random.default_rng(29)
    low, high = np.zeros((2, n + 1, n + 1, n + 1))
    for table in product(range(n + 1), repeat=3):
        if sum(table) <= n:
            found = newcombe_paired_interval(*table, n - sum(table))
            low[table], high[table] = found
    chances = dice.dirichlet([1, 1, 1, 1], 100_000)
    drawn = tuple(dice.multinomial(n, chances)[:, :3].T)
    true = chances[:, 1] - chances[:, 2]
    held = (low[drawn] <= true) & (true <= high[drawn])
    assert held.mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("table", [(3, 5, 1, 9), (0, 7, 0, 3), (9, 0, 0, 1), (0, 5, 5, 0)])
def test_newcombe_is_the_same_from_the_other_side(table):
    both, first, second, neither = table
    low, high = newcombe_paired_interval(*table)
    mirrored = pytest.approx((-high, -low))
    assert newcombe_paired_interval(both, second, first, neither) == mirrored
    assert newcombe_paired_interval(neither, second, first, both) == mirrored
    assert -1 <= low <= (first - second) / sum(table) <= high <= 1


def test_newcombe_stays_sane_at_the_ends():
    low, high = newcombe_paired_interval(0, 50, 0, 0)  # always, against never
    assert 0.85 < low < 0.95
    assert high == 1
    low, high = newcombe_paired_interval(50, 0, 0, 0)  # always, and always
    assert low == -high
    assert 0.05 < high < 0.1


def test_pairs_that_agree_narrow_the_difference():
    agreeing = newcombe_paired_interval(45, 10, 5, 40)
    crossing = newcombe_paired_interval(25, 30, 25, 20)
    assert agreeing[1] - agreeing[0] < 0.75 * (crossing[1] - crossing[0])


@pytest.mark.parametrize("table", [(0, 0, 0, 0), (-1, 2, 3, 4)])
def test_newcombe_refuses_what_is_no_table(table):
    with pytest.raises(ValueError, match="counts of a table"):
        newcombe_paired_interval(*table)


def test_docstrings_tell_the_truth():
    assert doctest.testmod(intervals).failed == 0


@pytest.mark.parametrize(("n", "chance"), [(1, 0.2), (5, 0.5), (7, 0.3)])
def test_the_tail_counts_every_outcome(n, chance):
    outcomes = list(product([0, 1], repeat=n))
    for successes in range(n + 1):
        counted = sum(
            chance ** sum(o) * (1 - chance) ** (n - sum(o)) for o in outcomes if sum(o) >= successes
        )
        assert tail_chance(successes, n, chance) == pytest.approx(counted)


def test_the_interval_knows_the_seed_texts_not_the_samples():
    assert over_seeds([0.25] * 40) == (0.25, (0.25, 0.25))
    low, high = over_seeds([0.0, 1.0] * 20)[1]
    # The mean of 40 such values has a standard deviation of 0.079, however many samples each had.
    assert low == pytest.approx(0.5 - 2.02 * 0.081, abs=0.02)
    assert high == pytest.approx(0.5 + 2.02 * 0.081, abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [10, 40])
def test_the_interval_covers_as_often_as_it_says(seeds):
    """Seed texts whose true rates differ, each asked 25 times; the truth is the mean of all."""
    dice = np.random.default_rng(3)
    held = 0
    for _ in range(800):
        low, high = over_seeds(dice.binomial(25, dice.beta(2, 3, seeds)) / 25)[1]
        held += low <= 2 / 5 <= high
    assert held / 800 == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize(
    ("values", "quantile"),  # from a printed table of Student's t, two-sided 95 %
    [(6, 2.5706), (10, 2.2622), (16, 2.1314), (64, 1.9983), (10_000, 1.9602)],
)
def test_the_interval_is_students(values, quantile):
    drawn = np.random.default_rng(0).normal(size=values)
    low, high = t_interval(drawn.tolist())
    reach = (high - low) / 2
    assert reach == pytest.approx(quantile * drawn.std(ddof=1) / math.sqrt(values), rel=1e-3)
    assert (low + high) / 2 == pytest.approx(drawn.mean())


def test_the_interval_covers_what_it_should():
    """Also for shares near 1 and for lengths, which are far from normal."""
    dice = np.random.default_rng(1)
    for draw, truth, least in (
        (lambda: dice.normal(size=STREAMS), 0.0, 0.94),
        (lambda: dice.binomial(60, 0.95, STREAMS) / 60, 0.95, 0.92),
        (lambda: dice.gumbel(10, 2, STREAMS), 10 + 2 * np.euler_gamma, 0.92),
    ):
        held = [low <= truth <= high for low, high in (t_interval(draw()) for _ in range(2000))]
        assert least <= np.mean(held) <= 0.97


def test_too_few_values_have_no_interval():
    with pytest.raises(ValueError, match="too few"):
        t_interval([1.0] * 5)
