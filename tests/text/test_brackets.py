"""Bracket matching against other algorithms: looking back, erasing pairs, rescanning."""

import doctest
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.errors import UserError
from charlstm.language import speaking
from charlstm.text import brackets
from charlstm.text.brackets import (
    PAIRS,
    Scan,
    Stray,
    Target,
    other_brackets,
    other_brackets_sentence,
    scan,
    spaced,
)

bracket_text = st.text(alphabet="()[]{}a \n", max_size=60)
any_text = st.one_of(bracket_text, st.text(max_size=40))


def pair_by_erasing(text: str) -> Scan:
    """The scan without a stack: for each closing bracket, search leftwards for its partner.

    The innermost open bracket before a position is the last opening bracket that is not yet
    paired.
    """
    partner: dict[int, int] = {}
    strays = []
    for position, character in enumerate(text):
        if character not in PAIRS.values():
            continue
        free = [p for p in range(position) if text[p] in PAIRS and p not in partner]
        if free and PAIRS[text[free[-1]]] == character:
            partner[free[-1]] = position
        else:
            strays.append(position)
    unclosed = [p for p, c in enumerate(text) if c in PAIRS and p not in partner]
    spans = [*partner.items(), *((p, len(text)) for p in unclosed)]
    depth = [sum(start <= p <= end for start, end in spans) for p in range(len(text))]
    return Scan(depth, sorted(partner.items()), unclosed, strays)


@settings(max_examples=100, deadline=None)
@given(any_text)
def test_scan_agrees_with_looking_back(text):
    assert scan(text) == pair_by_erasing(text)


def pair_by_a_stack(text: str) -> Scan:
    """The scan with its kinds spelled out; depths are computed from the pairs."""
    open_ones: list[tuple[str, int]] = []
    pairs, strays = [], []
    for position, character in enumerate(text):
        match character:
            case "(" | "[" | "{":
                open_ones.append((character, position))
            case ")" | "]" | "}":
                kind = {")": "(", "]": "[", "}": "{"}[character]
                if open_ones[-1:] and open_ones[-1][0] == kind:
                    pairs.append((open_ones.pop()[1], position))
                else:
                    strays.append(position)
    unclosed = [position for _, position in open_ones]
    changes = [0] * (len(text) + 2)
    for start, end in [*pairs, *((start, len(text)) for start in unclosed)]:
        changes[start] += 1
        changes[end + 1] -= 1
    depth, now = [], 0
    for change in changes[: len(text)]:
        now += change
        depth.append(now)
    return Scan(depth, sorted(pairs), unclosed, strays)


def test_scan_agrees_with_another_stack_on_10_000_random_texts():
    rng = random.Random(4)
    for _ in range(10_000):
        text = "".join(rng.choices("()[]{}a \n", k=rng.randrange(80)))
        assert scan(text) == pair_by_a_stack(text)


@settings(max_examples=300, deadline=None)
@given(any_text)
def test_every_bracket_is_counted_once(text):
    result = scan(text)
    positions = [p for pair in result.pairs for p in pair] + result.unclosed + result.strays
    assert sorted(positions) == [p for p, c in enumerate(text) if c in "()[]{}"]
    assert len(result.depth) == len(text)


@settings(max_examples=150, deadline=None)
@given(bracket_text)
def test_what_pairs_up_can_be_erased(text):
    """Without its strays and unclosed brackets, a text shrinks to nothing pair by pair."""
    result = scan(text)
    kept = "".join(text[p] for p in sorted(p for pair in result.pairs for p in pair))
    while kept:
        shorter = kept.replace("()", "").replace("[]", "").replace("{}", "")
        assert len(shorter) < len(kept)
        kept = shorter


@pytest.mark.parametrize(
    ("text", "pairs", "unclosed", "strays"),
    [
        ("", [], [], []),
        ("plain", [], [], []),
        ("(a)", [(0, 2)], [], []),
        ("([{", [], [0, 1, 2], []),
        (")(", [], [1], [0]),
        ("[(])", [(1, 3)], [0], [2]),
        ("( a ( b ) ", [(4, 8)], [0], []),
        ("(]", [], [0], [1]),
        ("\U0001f600(\U0001f600)", [(1, 3)], [], []),
    ],
)
def test_known_texts(text, pairs, unclosed, strays):
    result = scan(text)
    assert (result.pairs, result.unclosed, result.strays) == (pairs, unclosed, strays)


def test_depth_of_pairs_and_strays():
    assert scan("a(b[c]d)e").depth == [0, 1, 1, 2, 2, 2, 1, 1, 0]
    assert scan("(]").depth == [1, 1]


def test_five_thousand_deep():
    text = "(" * 5000 + ")" * 5000
    result = scan(text)
    assert max(result.depth) == 5000
    assert result.pairs == [(p, 9999 - p) for p in range(5000)]
    target = Target("(" * 5000)
    assert target.position == 4999
    assert target.feed(")")


@settings(max_examples=200, deadline=None)
@given(bracket_text, bracket_text)
def test_target_agrees_with_rescanning(seed_text, continuation):
    unclosed = scan(seed_text).unclosed
    if not unclosed:
        with pytest.raises(UserError):
            Target(seed_text)
        return
    target = Target(seed_text)
    assert target.position == unclosed[-1]
    closings = [i for i, character in enumerate(continuation) if target.feed(character)]
    partner = dict(scan(seed_text + continuation).pairs).get(target.position)
    assert closings == ([] if partner is None else [partner - len(seed_text)])
    assert target.closed == (partner is not None)


@settings(max_examples=150, deadline=None)
@given(bracket_text.filter(lambda text: scan(text).unclosed), bracket_text)
def test_target_knows_when_it_is_the_innermost(seed_text, continuation):
    target = Target(seed_text)
    for end, character in enumerate(continuation, 1):
        target.feed(character)
        unclosed = scan(seed_text + continuation[:end]).unclosed
        assert target.innermost == (not target.closed and unclosed[-1] == target.position)
        if target.innermost:
            whole = seed_text + continuation[:end] + target.closing
            assert target.position not in scan(whole).unclosed


@pytest.mark.parametrize("seed_text", ["", "no bracket", "(closed)", "[]{}", ")"])
def test_target_needs_an_open_bracket(seed_text):
    with pytest.raises(UserError, match="no bracket open"):
        Target(seed_text)


def test_brackets_of_other_kinds_are_told():
    """Those that Unicode mirrors, and no quotation marks."""
    text = "a（b）「c」 [（ «d» „e“ < ‹"
    assert other_brackets(text) == ["（", "）", "「", "」"]
    assert other_brackets_sentence("a ( [ {") is None
    assert other_brackets_sentence(text).startswith(
        "Not counted as brackets: （ ） 「 」. Only ( )"
    )
    with pytest.raises(UserError, match="Not counted as brackets: （") as refused:
        Target("He （ ) ( )")
    with speaking("zh"):
        assert refused.value.problem.startswith(
            "起始文本没有未闭合的括号：每个都已闭合。不算作括号：（。"
        )


def test_target_is_the_innermost():
    target = Target("( [ { ")
    assert target.position == 4
    assert [target.feed(c) for c in "])(})}"] == [False, False, False, False, False, True]


def test_docstrings_tell_the_truth():
    assert doctest.testmod(brackets).failed == 0


@settings(max_examples=200, deadline=None)
@given(bracket_text, bracket_text, st.sampled_from(")]}"))
def test_stray_agrees_with_rescanning(seed_text, continuation, closing):
    stray = Stray(seed_text, closing)
    strays = [i for i, character in enumerate(continuation) if stray.feed(character)]
    whole = seed_text + continuation
    expected = [p - len(seed_text) for p in scan(whole).strays if p >= len(seed_text)]
    assert strays == [i for i in expected if continuation[i] == closing]


@settings(max_examples=100, deadline=None)
@given(bracket_text, bracket_text)
def test_a_watch_can_be_started_again(seed_text, continuation):
    def fates(watch: Target | Stray) -> list[bool]:
        return [watch.feed(character) for character in continuation]

    watches: list[Target | Stray] = [Stray(seed_text, ")"), Target(seed_text + "(")]
    for watch in watches:
        untouched = watch.again()
        first = fates(watch)
        assert fates(watch.again()) == first
        assert fates(untouched) == first


@settings(max_examples=300, deadline=None)
@given(any_text)
def test_spaced_adds_spaces_and_nothing_else(text):
    respelled = spaced(text)
    assert spaced(respelled) == respelled
    assert "".join(respelled.split()) == "".join(text.split())
    for p, character in enumerate(respelled):
        if character in "()[]{}":
            assert (respelled[p - 1 : p] or " ").isspace()
            assert (respelled[p + 1 : p + 2] or " ").isspace()


@pytest.mark.parametrize("text", ["( The", "He ( ", "(", ")", "", "( ( a ) )", "a\n( b"])
def test_spaced_leaves_alone_what_is_spaced(text):
    assert spaced(text) == text
