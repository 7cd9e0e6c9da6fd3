"""The bracket language against independent oracles: a stack, counts, and a long sampled text."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.errors import UserError
from charlstm.text.bracket_language import BracketLanguage

LANGUAGE = BracketLanguage()
LENGTH = 1_000_000


@pytest.fixture(scope="module")
def long_text() -> str:
    return LANGUAGE.sample(LENGTH, seed=3)


def stacked(text: str) -> tuple[list[int], list[int]]:
    """The number of open brackets after each character, and the distance between the two brackets
    of each pair, by a stack."""
    stack: list[int] = []
    depths, distances = [], []
    for i, character in enumerate(text):
        if character == "(":
            stack.append(i)
        elif character == ")":
            distances.append(i - stack.pop())  # IndexError if nothing is open
        depths.append(len(stack))
    return depths, distances


def depths(text: str) -> list[int]:
    """The number of open brackets after each character."""
    return stacked(text)[0]


def test_sampled_text_obeys_the_rules(long_text: str) -> None:
    assert len(long_text) == LENGTH
    assert set(long_text) == set(LANGUAGE.alphabet)
    assert list(LANGUAGE.alphabet) == sorted(LANGUAGE.alphabet)
    assert set(depths(long_text)) == {0, 1, 2, 3, 4}
    assert "  " not in long_text
    assert long_text[0] != " "
    for i, character in enumerate(long_text[1:-1], start=1):
        if character in "()":
            assert long_text[i - 1] == " "
            assert long_text[i + 1] == " "


def test_partners_are_as_far_apart_as_documented(long_text: str) -> None:
    _, distances = stacked(long_text)
    assert np.percentile(distances, [25, 50, 75]) == pytest.approx([5, 14, 34], abs=1)


def test_counted_entropy_meets_the_exact_rate(long_text: str) -> None:
    """Surprisals from next-character frequencies of the text itself, not from the class.

    The state is rebuilt here from the stack. With N = 1,000,000 characters, about 150 free
    frequencies bias the count by roughly 150 / 2N = 0.0001 nats downwards; the standard error
    comes from 1,000 blocks of 1,000 characters, far longer than the memory of the process.
    """
    after = depths(long_text)
    states = [(0, " ")] + [
        (depth, character if character in " ()" else "letter")
        for depth, character in zip(after[:-1], long_text[:-1], strict=True)
    ]
    counts: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for state, character in zip(states, long_text, strict=True):
        counts[state][character] += 1
    surprise = {
        (state, character): math.log(counter.total() / n)
        for state, counter in counts.items()
        for character, n in counter.items()
    }
    observed = np.array([surprise[pair] for pair in zip(states, long_text, strict=True)])
    blocks = observed.reshape(1000, -1).mean(axis=1)
    standard_error = blocks.std(ddof=1) / math.sqrt(len(blocks))
    assert standard_error < 0.002
    assert abs(observed.mean() - LANGUAGE.entropy_rate()) < 4 * standard_error


def test_entropy_by_hand_at_depth_one() -> None:
    """Flow balance by hand for max_depth=1, where each depth has a closed form.

    Let s be the rate of spaces at a depth. A word of mean length 1/e follows a space with
    probability 1 - b, where b is that of a bracket; openings equal closings: s0 * open = s1 *
    close.
    """
    language = BracketLanguage(max_depth=1)
    outside, inside = language.next_probabilities(""), language.next_probabilities("( ")
    word = language.next_probabilities("a")
    end, opened, closed = word[" "], outside["("], inside[")"]

    def entropy(chances: dict[str, float]) -> float:
        return -sum(p * math.log(p) for p in chances.values())

    spaces = {0: closed, 1: opened}
    letters = {0: closed * (1 - opened) / end, 1: opened * (1 - closed) / end}
    brackets = 2 * closed * opened
    total = sum(spaces.values()) + sum(letters.values()) + brackets
    nats = (
        spaces[0] * entropy(outside)
        + spaces[1] * entropy(inside)
        + sum(letters.values()) * entropy(word)
    )
    assert language.entropy_rate() == pytest.approx(nats / total, rel=1e-12)


def test_probabilities_agree_with_frequencies(long_text: str) -> None:
    """Each state's next-character frequencies lie within 5 standard errors of the probabilities."""
    after = depths(long_text)
    counts: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    example: dict[tuple[int, str], str] = {}
    for i in range(1, LENGTH):
        last = long_text[i - 1]
        state = (after[i - 1], last if last in " ()" else "letter")
        counts[state][long_text[i]] += 1
        if state not in example:
            example[state] = long_text[:i]
    # Depths 0 to 4 after a letter and a space; "(" leads to depths 1 to 4, ")" to 0 to 3.
    assert len(counts) == 18
    for state, counter in counts.items():
        chances = LANGUAGE.next_probabilities(example[state])
        assert sum(chances.values()) == pytest.approx(1.0, abs=1e-12)
        assert min(chances.values()) > 0
        assert set(counter) <= set(chances)
        n = counter.total()
        for character, chance in chances.items():
            standard_error = math.sqrt(chance * (1 - chance) / n)
            assert abs(counter[character] / n - chance) <= 5 * standard_error


def test_brackets_open_only_below_the_limit_and_close_only_inside() -> None:
    assert "(" not in LANGUAGE.next_probabilities("( ( ( ( ")
    assert "(" in LANGUAGE.next_probabilities("( ( ( ")
    assert ")" in LANGUAGE.next_probabilities("( ab ")
    assert ")" not in LANGUAGE.next_probabilities("( ab ) ")
    assert LANGUAGE.next_probabilities("(") == {" ": 1.0}


@pytest.mark.parametrize(
    ("text", "position"),
    [
        (" ", 1),
        ("a  ", 3),
        ("a(", 2),
        ("a ) ", 3),
        ("( ( ( ( (", 9),
        ("(a", 2),
        ("xyz", 1),
        ("\0", 1),
    ],
)
def test_a_text_of_another_language_gets_a_sentence(text: str, position: int) -> None:
    with pytest.raises(UserError, match=f"Character {position} of the text"):
        LANGUAGE.next_probabilities(text)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**63 - 1), st.integers(0, 150), st.integers(1, 6))
def test_every_beginning_of_a_sample_is_possible(seed: int, length: int, max_depth: int) -> None:
    language = BracketLanguage(max_depth=max_depth)
    text = language.sample(length, seed)
    assert len(text) == length
    assert max(depths(text), default=0) <= max_depth
    for i, character in enumerate(text):
        assert character in language.next_probabilities(text[:i])


def test_same_seed_same_text() -> None:
    assert LANGUAGE.sample(70_000, 11) == LANGUAGE.sample(70_000, 11)
    assert LANGUAGE.sample(70_000, 11)[:500] == LANGUAGE.sample(500, 11)
    assert LANGUAGE.sample(500, 11) != LANGUAGE.sample(500, 12)


def test_no_depth_is_no_bracket_language() -> None:
    with pytest.raises(ValueError, match="max_depth"):
        BracketLanguage(max_depth=0)
