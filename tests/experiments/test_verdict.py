"""The verdict's conclusions and doubts, from constructed results."""

from __future__ import annotations

import pytest

from charlstm.experiments.continuations import ProbeSample
from charlstm.experiments.results import Control, TemperatureResult
from charlstm.experiments.verdict import verdict_on

HORIZON = 200
FAR = "He ( who was here , "  # the bracket is outside a 7-gram's context


def result(
    temperature: float, n: int, closed: int, comma: int, pair: int, line: int = 0
) -> TemperatureResult:
    """A result in which the first samples close, the next end their line and the rest are
    censored, and the last controls stray."""
    samples = []
    for number in range(n):
        fate = "closed" if number < closed else "horizon"
        if closed <= number < closed + line:
            fate = "line"
        length = HORIZON if fate == "horizon" else 1 + number % HORIZON
        samples.append(ProbeSample("", fate, length if fate == "closed" else None, length))
    with_comma, with_pair = (
        Control.of("", [None] * (n - strays) + [9] * strays) for strays in (comma, pair)
    )
    return TemperatureResult.of(temperature, samples, HORIZON, 0, with_comma, with_pair, None)


def verdict_of(*results: TemperatureResult, seed_text: str = FAR, unknown: str = ""):
    return verdict_on(seed_text, HORIZON, results, unknown)


def test_what_is_clear_of_both_controls_is_said_with_its_size():
    verdict = verdict_of(result(1, 200, 160, 8, 6, line=40))
    assert verdict.sentence == (
        "Yes, on this seed text: at T 1 the open bracket makes “)” likelier, by 68 to 82 "
        "percentage points over the comma, and clear of the closed pair too. It closed the bracket "
        "within 200 characters in 160 of 200 samples at T 1. With a comma in its place an "
        "unmatched “)” came in 8, after a closed pair in 6."
    )


def test_the_size_is_the_interval_of_the_paired_difference():
    one = result(1, 200, 160, 8, 6)
    low, high = (100 * bound for bound in one.difference.interval)
    assert f"by {low:.0f} to {high:.0f} percentage points" in verdict_of(one).sentence


@pytest.mark.parametrize("counts", [(50, 50, 50), (0, 0, 0), (12, 8, 8), (1, 0, 0)])
def test_nothing_is_shown_where_the_interval_holds_0(counts):
    verdict = verdict_of(result(1, 50, *counts))
    answer, _, rest = verdict.sentence.partition(" It closed")
    assert answer.startswith("These samples don’t show it: at T 1 the difference from the comma, ")
    assert answer.endswith(" percentage points, may be none.")
    assert rest.count("none") == counts.count(0)


def test_the_closed_pair_can_take_it_back():
    verdict = verdict_of(result(1, 100, 60, 2, 55))
    assert verdict.sentence.startswith(
        "These samples don’t show it: at T 1 closing stands clear of the comma, but not of the "
        "closed pair"
    )


@pytest.mark.parametrize(("seed_text", "outer"), [("( [ ( was here", 2), ("( ( so ", 1)])
def test_outer_brackets_forbid_to_credit_the_innermost(seed_text, outer):
    verdict = verdict_of(result(1, 100, 90, 1, 2), seed_text=seed_text)
    assert f"in the controls {outer} outer bracket" in verdict.sentence
    assert "does not show what the innermost bracket adds" in verdict.sentence
    assert verdict.sentence.startswith("These samples don’t show it: at T 1 closing is")
    assert "likelier" not in verdict.sentence


def test_more_strays_than_closings_are_said():
    verdict = verdict_of(result(1, 100, 10, 60, 50))
    assert verdict.sentence.startswith(
        "No, on this seed text: at T 1 an unmatched one came more often where nothing was open"
    )
    assert "don’t show" not in verdict.sentence


def test_no_is_said_only_where_it_holds_at_each_temperature():
    more, alike = result(1, 100, 10, 60, 50), result(0.5, 100, 5, 4, 4)
    verdict = verdict_of(alike, more)
    assert verdict.sentence.startswith("These samples don’t show it: at T 0.5 the difference")
    assert "At T 1 an unmatched one came more often" in verdict.sentence


def test_each_temperature_gets_its_own_part():
    verdict = verdict_of(
        result(0.2, 100, 90, 1, 2), result(0.5, 100, 50, 1, 50), result(1, 100, 5, 4, 4),
        result(1.5, 100, 5, 50, 4), result(2, 100, 80, 1, 2),
    )  # fmt: skip
    for part in (
        "in 90, 50, 5, 5 and 80 of 100 samples at T 0.2, 0.5, 1, 1.5 and 2.",
        "came in 1, 1, 4, 50 and 1, after a closed pair in 2, 50, 4, 4 and 2.",
        "Yes, on this seed text, but not at each temperature: at T 0.2 and 2 the open bracket "
        "makes “)” likelier",
        "At T 0.5 closing stands clear of the comma, but not",
        "At T 1.5 an unmatched one came more often",
        "At T 1 the difference from the comma",
    ):
        assert part in verdict.sentence
    assert any("of 10 comparisons one may well" in doubt for doubt in verdict.doubts)


def test_what_is_the_same_at_all_temperatures_is_said_once():
    verdict = verdict_of(*(result(t, 20, 4, 0, 2) for t in (0.2, 0.5, 1)))
    assert "in 4 of 20 samples each at T 0.2, 0.5 and 1." in verdict.sentence
    assert "came in none, after a closed pair in 2 each." in verdict.sentence
    assert verdict.sentence.count("each") == 3  # and the interval


def test_greedy_samples_show_nothing():
    first = verdict_of(result(0, 200, 200, 0, 0))
    assert first.sentence.startswith(
        "These samples don’t show it: at T 0 every sample is the same text, and one text shows no "
        "rate. It closed"
    )
    beside = verdict_of(result(0, 200, 200, 0, 0), result(1, 200, 160, 8, 6))
    assert beside.sentence.startswith("Yes, on this seed text: at T 1 the")
    for verdict in (first, beside):
        assert any("intervals mean nothing" in doubt for doubt in verdict.doubts)


# Part of each doubt, and arguments that raise it.
PLAIN = result(1, 400, 400, 0, 0)
DOUBTS = {
    "The model has never read “)”": {"unknown": ")"},
    "2 characters before the end of the seed text": {"seed_text": "He went ( ,"},
    "0 characters before the end of the seed text": {"seed_text": "He went ("},
    "1 more bracket open": {"seed_text": f"( {FAR}"},
    "4,999 more brackets open": {"seed_text": "(" * 5000 + "five years"},
    "20 samples of 400 were still open after 200": {"results": [result(1, 400, 380, 0, 0)]},
    "20 lines of 400 ended": {"results": [result(1, 400, 380, 0, 0, line=20)]},
    "20 samples leave much open": {"results": [result(1, 20, 10, 0, 0, line=10)]},
    "of 4 comparisons": {"results": [PLAIN, result(0.5, 400, 400, 0, 0)]},
    "was not probed": {"results": [result(0.5, 400, 400, 0, 0)]},
}  # fmt: skip


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_doubt_is_raised_where_it_applies_and_only_there(doubt):
    arguments = {"seed_text": FAR, "unknown": "", "results": [PLAIN]} | DOUBTS[doubt]
    raised = verdict_of(
        *arguments["results"], seed_text=arguments["seed_text"], unknown=arguments["unknown"]
    ).doubts
    assert sum(doubt in each for each in raised) == 1
    assert not any(doubt in each for each in verdict_of(PLAIN).doubts)
    assert len(raised) > len(verdict_of(PLAIN).doubts)


def test_a_short_way_is_no_doubt_where_nothing_was_shown():
    verdict = verdict_of(result(1, 400, 8, 6, 6), seed_text="He ( ")
    assert not any("end of the seed text" in doubt for doubt in verdict.doubts)


def test_what_always_holds_is_always_said():
    doubts = verdict_of(PLAIN).doubts
    assert len(doubts) == 2
    assert "one seed text" in doubts[0]
    assert "A control changes more" in doubts[1]


def test_other_kinds_are_named():
    verdict = verdict_of(result(1, 100, 90, 1, 2), seed_text="He [ was here and so ")
    assert "an unmatched “]” came" in verdict.sentence
    assert "makes “]” likelier" in verdict.sentence


def test_small_bounds_keep_a_decimal():
    verdict = verdict_of(result(1, 5000, 30, 5, 5))
    low, high = (100 * bound for bound in found_interval(30, 5))
    assert 0 < low < 1 > high
    assert f"by {low:.1f} to {high:.1f} percentage points" in verdict.sentence


def found_interval(closed: int, strays: int) -> tuple[float, float]:
    return result(1, 5000, closed, strays, strays).difference.interval


def test_counts_of_one_are_singular():
    verdict = verdict_on(FAR, 1, [result(1, 1, 1, 0, 0)])
    assert "within 1 character in 1 of 1 sample at T 1" in verdict.sentence
