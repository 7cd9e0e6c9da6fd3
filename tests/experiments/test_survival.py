"""Cumulative incidence against a table by hand, another library, and simulations."""

from fractions import Fraction

import numpy as np
import pytest

from charlstm.experiments.continuations import ProbeSample
from charlstm.experiments.survival import incidence

CLOSED, LINE, CUT_OFF = "closed", "line", "horizon"


def followed(*samples: tuple[str, int, int]) -> list[ProbeSample]:
    """Samples from (fate, length, number of samples)."""
    return [
        ProbeSample("", fate, length if fate == CLOSED else None, length)
        for fate, length, times in samples
        for _ in range(times)
    ]


def test_a_table_worked_by_hand():
    samples = followed(
        (CLOSED, 2, 1), (CUT_OFF, 2, 1), (LINE, 3, 1), (CLOSED, 4, 2), (CUT_OFF, 5, 1)
    )
    # Characters  at risk  closed  ended   open before   closed by then
    #          2        6       1      0             1   1/6
    #          3        4       0      1           5/6   1/6 (ended: 5/6 x 1/4 = 5/24)
    #          4        3       2      0           5/8   1/6 + 5/8 x 2/3 = 7/12
    sixth, twelfths = Fraction(1, 6), Fraction(7, 12)
    result = incidence(samples, 6)
    assert result.closed == pytest.approx([0, 0, sixth, sixth, twelfths, twelfths, twelfths])
    assert result.line == pytest.approx([0, 0, 0, *[Fraction(5, 24)] * 4])
    assert result.median == 4


def test_as_another_library_has_it():
    """Ties, and samples censored at all lengths. Expected: statsmodels 0.15, CumIncidenceRight."""
    closed = {1: 5, 3: 1, 4: 2, 5: 5, 6: 1, 8: 2, 9: 1, 10: 1, 11: 1, 12: 7}
    ended = {2: 1, 3: 2, 4: 1, 8: 1, 9: 3, 10: 2}
    cut_off = {1: 3, 2: 1, 3: 1, 4: 2, 5: 2, 6: 1, 7: 1, 9: 2, 10: 6, 11: 2, 12: 3}
    samples = followed(
        *((fate, length, times) for fate, counts in
          ((CLOSED, closed), (LINE, ended), (CUT_OFF, cut_off))
          for length, times in counts.items())
    )  # fmt: skip
    result = incidence(samples, 12)
    assert result.closed == pytest.approx(
        [0, 0.0833333333, 0.0833333333, 0.1013141026, 0.1380574136, 0.2343965828, 0.2547978186,
         0.2547978186, 0.2982327078, 0.3199501524, 0.3436419101, 0.3782683253, 0.6691302125]
    )  # fmt: skip
    assert result.line == pytest.approx(
        [0, 0, 0.0176282051, 0.0535897436, 0.0719613991, 0.0719613991, 0.0719613991,
         0.0719613991, 0.0936788437, 0.1588311775, 0.2062146929, 0.2062146929, 0.2062146929]
    )  # fmt: skip
    assert result.median == 12


def test_when_only_the_horizon_cuts_off_it_is_the_share():
    dice = np.random.default_rng(3)
    lengths = dice.integers(1, 40, 200)
    fates = dice.choice([CLOSED, LINE], 200)
    samples = followed(
        *((CUT_OFF, 25, 1) if length > 25 else (fate, length, 1)
          for fate, length in zip(fates, lengths.tolist(), strict=True))
    )  # fmt: skip
    result = incidence(samples, 25)
    for k in range(26):
        by_then = [s.fate for s in samples if s.length <= k]
        assert result.closed[k] == pytest.approx(by_then.count(CLOSED) / 200)
        assert result.line[k] == pytest.approx(by_then.count(LINE) / 200)
        assert result.closed_low[k] <= result.closed[k] <= result.closed_high[k]


def test_an_ended_line_is_not_one_that_was_cut_off():
    """One minus Kaplan-Meier would be wrong here: 1 in the end."""
    result = incidence(followed((LINE, 1, 50), (CLOSED, 2, 50)), 2)
    assert result.closed[2] == pytest.approx(0.5)
    assert result.median == 2
    assert incidence(followed((CUT_OFF, 1, 50), (CLOSED, 2, 50)), 2).closed[2] == pytest.approx(1)


@pytest.mark.parametrize("cut_off_early", [False, True])
def test_the_band_covers_as_often_as_it_says(cut_off_early):
    dice = np.random.default_rng(11)
    n, horizon, runs, closing, ending = 80, 20, 150, 0.08, 0.02
    held = np.zeros(horizon)
    true = closing / (closing + ending) * (1 - (1 - closing - ending) ** np.arange(1, horizon + 1))
    for run in range(runs):
        lengths = dice.geometric(closing + ending, n)
        fates = dice.choice([CLOSED, LINE], n, p=[0.8, 0.2])
        cuts = dice.integers(1, 3 * horizon, n) if cut_off_early else np.full(n, horizon)
        cuts = np.minimum(cuts, horizon)
        samples = followed(
            *((fate, int(length), 1) if length <= cut else (CUT_OFF, int(cut), 1)
              for fate, length, cut in zip(fates, lengths, cuts, strict=True))
        )  # fmt: skip
        result = incidence(samples, horizon, dice=run)
        held += (np.array(result.closed_low[1:]) <= true) & (
            true <= np.array(result.closed_high[1:])
        )
    assert held.mean() / runs == pytest.approx(0.95, abs=0.025)
    assert held.min() / runs > 0.87


def test_none_and_all_leave_a_sane_band():
    never = incidence(followed((CUT_OFF, 9, 50)), 9)
    assert set(never.closed) == set(never.closed_low) == set(never.line) == {0.0}
    assert all(0.05 < high < 0.08 for high in never.closed_high[1:])
    assert never.median is None
    always = incidence(followed((CLOSED, 1, 50)), 9)
    assert always.closed == [0.0] + [1.0] * 9
    assert set(always.closed_high[1:]) == {1.0}
    assert all(0.92 < low < 0.95 for low in always.closed_low[1:])
    assert always.median == 1
    for result in (never, always):  # after 0 characters the bracket is certainly open
        assert (result.closed_low[0], result.closed_high[0]) == (0, 0)


def test_the_same_dice_give_the_same_band():
    samples = followed(*((CLOSED, k, k) for k in range(1, 20)), (LINE, 9, 50))
    assert incidence(samples, 20, dice=1) == incidence(samples, 20, dice=1)
    assert incidence(samples, 20, dice=1) == incidence(samples[::-1], 20, dice=1)
    assert incidence(samples, 20, dice=1) != incidence(samples, 20, dice=2)


@pytest.mark.parametrize("samples", [[], followed((CLOSED, 5, 1))])
def test_what_it_refuses(samples):
    with pytest.raises(ValueError, match="longer than the horizon"):
        incidence(samples, 4)
