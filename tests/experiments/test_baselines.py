"""Baselines of a probe against naive counts, and shipped figures against WikiText-2."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.errors import UserError
from charlstm.experiments.baselines import (
    ngram_baseline,
    ngram_counts,
    real_incidence,
)
from charlstm.experiments.intervals import wilson_interval
from charlstm.experiments.real_brackets import real_brackets, real_counts
from charlstm.text.brackets import scan
from charlstm.text.corpus import load_corpus
from charlstm.text.ngram import NGram
from charlstm.text.spec import WIKITEXT2, CorpusSpec
from charlstm.text.vocabulary import Vocabulary
from charlstm.ui.brackets.inputs import SEED_TEXT as DEFAULT
from tests.fixtures.small import ROOT

SHIPPED = json.loads((ROOT / "charlstm/experiments/baselines.json").read_text(encoding="utf-8"))


@pytest.fixture
def no_wikitext(monkeypatch, tmp_path):
    """No folder with WikiText-2, and an empty cache."""
    monkeypatch.delenv("CHARLSTM_WIKITEXT", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.fixture
def own(tmp_path):
    """Spec and validation text of a corpus with two kinds of brackets, some of them not closed."""
    rows = ["a ( b ) c ( d", "( e [ f ] g ) (h", ") x ( yy ( z ) w ) [ v", "", "( a b c d e )"]
    text = "a ( b ) cdefghvwxyz [ ] \n" * 90 + "\n".join(rows)
    path = tmp_path / "own.txt"
    path.write_text(text)
    return CorpusSpec.parse(str(path)), text[len(text) - len(text) // 10 :]


def naive(text: str, kind: str) -> list[tuple[int, int | None, int]]:
    """(position, distance to the partner, characters left in the row) of each opening bracket."""
    brackets, start = [], 0
    for row in text.split("\n"):
        partner = dict(scan(row).pairs)
        for i, c in enumerate(row):
            if c == kind:
                brackets.append((start + i, partner[i] - i if i in partner else None, len(row) - i))
        start += len(row) + 1
    return brackets


@given(st.text("a ()[{}]\n", max_size=60))
def test_real_brackets_are_those_of_each_row_scanned_by_itself(text):
    vocab = Vocabulary.from_text("a ()[]{}\n")
    brackets = real_brackets(vocab.encode(text), vocab)
    for kind in "([{":
        of_kind = [(b.position, b.distance, b.row) for b in brackets if b.kind == kind]
        assert of_kind == naive(text, kind)
    rows = text.split("\n")
    depth = [d for row in rows for d, c in zip(scan(row).depth, row, strict=True) if c in "([{"]
    assert [b.depth for b in brackets] == depth


@pytest.mark.parametrize("seed_text", ["x (", "x ( ", "[ ", "( ab", "( a b c d", "a ( [ ] "])
def test_the_real_curve_is_counted_from_brackets_that_came_as_far(own, seed_text):
    spec, validation = own
    watched = scan(seed_text).unclosed[-1]
    inside = len(seed_text) - watched - 1
    brackets = naive(validation, seed_text[watched])
    left = [d - inside if d else None for _, d, row in brackets if (d or row) > inside]
    real = real_incidence(20, seed_text, spec)
    assert real.n == len(left)
    assert real.never == left.count(None)
    closed = [sum(d is not None and d <= k for d in left) / len(left) for k in range(21)]
    assert real.closed == pytest.approx(closed)
    half = [k for k in range(100) if sum(d is not None and d <= k for d in left) * 2 >= len(left)]
    assert real.median == (half[0] if half else None)
    assert f'The {len(left)} "{seed_text[watched]}" of the validation text' in real.source


@pytest.mark.usefixtures("no_wikitext")
def test_no_such_bracket_no_curve(own):
    assert real_incidence(20, "{ ", own[0]) is None
    assert real_incidence(20, "( " + "a" * 500, own[0]) is None
    assert real_incidence(20, "( ", CorpusSpec.parse("/nowhere/own.txt")) is None
    assert real_incidence(20, "( ", None) is None
    with pytest.raises(UserError, match="no bracket open"):
        real_incidence(20, "( )", own[0])


def test_across_lines_a_bracket_of_another_line_counts():
    vocab = Vocabulary.from_text("a()\n")
    ids = vocab.encode("a ( a\n ) (a) (\na")
    [first, second, third] = real_brackets(ids, vocab, across_lines=True)
    assert (first.distance, second.distance, third.distance) == (5, 2, None)
    assert third.row == len(ids) - third.position
    assert [b.distance for b in real_brackets(ids, vocab)] == [None, 2, None]


@pytest.mark.usefixtures("no_wikitext")
def test_shipped_distances_are_those_of_the_real_validation_split():
    """Against independent counts: 1,136 brackets, median 13, 96 % within 60, 2 never closed."""
    at_bracket, after_space = real_incidence(200, "(", WIKITEXT2), real_incidence(200)
    assert (at_bracket.n, at_bracket.never, at_bracket.median) == (1136, 2, 13)
    assert at_bracket.closed[60] == pytest.approx(0.96, abs=0.005)
    assert (after_space.n, after_space.median) == (1136, 12)
    assert after_space.closed[:200] == at_bracket.closed[1:]
    assert "counted for this project" in after_space.source
    distances = SHIPPED["real"]["kinds"]["("]["closed"]
    spread = np.repeat([int(d) for d in distances], list(distances.values()))
    assert len(spread) == 1134
    assert np.percentile(spread, 90) == 42


@pytest.mark.parametrize("across", [False, True])
def test_the_baseline_is_what_whole_texts_show(text, across):
    seed_text, control = (
        "The ( a ) ( x",
        "The ( a ) , x",
    )  # x is unknown, so the context after it is empty
    samples, horizon = 80, 60
    baseline = ngram_baseline(seed_text, samples, horizon, 4, text, across_lines=across)
    ngram = NGram.of_corpus(load_corpus(text))
    distances = []
    for written in ngram.continued(seed_text, horizon, 4, samples, across):
        whole = seed_text + (written if across else written.split("\n")[0])
        partner = dict(scan(whole).pairs).get(seed_text.rindex("("))
        distances.append(partner and partner + 1 - len(seed_text))
    strays = 0
    for written in ngram.continued(control, horizon, 4, samples, across):
        whole = control + (written if across else written.split("\n")[0])
        strays += any(position >= len(control) for position in scan(whole).strays)
    closed = sum(d is not None for d in distances)
    assert 0 < closed < samples
    assert 0 < strays < samples
    assert (baseline.n, baseline.closed, baseline.strays) == (samples, closed, strays)
    assert (baseline.rate, baseline.control) == (closed / samples, strays / samples)
    assert baseline.interval == wilson_interval(closed, samples)
    assert baseline.control_interval == wilson_interval(strays, samples)
    assert baseline.closed_by == [
        sum(d is not None and d <= k for d in distances) / samples for k in range(horizon + 1)
    ]
    assert "7-gram" in baseline.source
    assert "the training text" in baseline.source


@pytest.mark.usefixtures("no_wikitext")
def test_shipped_baselines_answer_for_their_seed_texts_alone():
    for seed_text, counted in SHIPPED["ngram"]["seed_texts"].items():
        for horizon in (1, 54, 2000):
            baseline = ngram_baseline(seed_text, 200, horizon, 1, WIKITEXT2)
            within = [
                sum(n for d, n in counted[event].items() if int(d) <= horizon)
                for event in ("closed", "strays")
            ]
            assert (baseline.n, [baseline.closed, baseline.strays]) == (5000, within)
            assert baseline.closed_by[-1] == baseline.rate == within[0] / 5000
            assert len(baseline.closed_by) == horizon + 1
        assert "counted for this project" in baseline.source
    assert {DEFAULT, "He was born in London ( "} == SHIPPED["ngram"]["seed_texts"].keys()
    assert ngram_baseline("Another ( ", 200, 50, 1, WIKITEXT2) is None
    assert ngram_baseline(DEFAULT, 200, 50, 1, CorpusSpec.parse("/nowhere/own.txt")) is None
    assert ngram_baseline(DEFAULT, 200, 50, 1, None) is None
    with pytest.raises(UserError, match="no bracket open"):
        ngram_baseline("( )", 200, 50, 1, WIKITEXT2)


@pytest.mark.usefixtures("no_wikitext")
def test_past_six_characters_the_baseline_does_not_know_what_is_open():
    """The default seed text and its control end in the same 6 characters, so the 7-gram model
    continues both alike: it closes as often as it strays. One ")" in 850 came within a "[" that was
    still open: a stray, which closes nothing."""
    baseline = ngram_baseline(DEFAULT, 200, 200, 1, WIKITEXT2)
    assert (baseline.closed, baseline.strays) == (849, 850)


@pytest.mark.slow
def test_what_ships_is_what_the_text_at_hand_shows(wikitext, monkeypatch):
    monkeypatch.setenv("CHARLSTM_WIKITEXT", str(wikitext))
    corpus = load_corpus(WIKITEXT2)
    assert SHIPPED["real"]["characters"] == len(corpus.validation)
    assert SHIPPED["real"]["kinds"] == real_counts(corpus)
    if len(corpus.train) != 5_713_266:
        pytest.skip("the training text at hand is another than the one that was counted")
    shipped, horizon = SHIPPED["ngram"], 80  # not the whole 2,000, which take long
    ngram = NGram.of_corpus(corpus)
    for seed_text, counted in shipped["seed_texts"].items():
        again = ngram_counts(ngram, seed_text, shipped["samples"], horizon, shipped["dice"])
        for event, distances in counted.items():
            assert again[event] == {d: n for d, n in distances.items() if int(d) <= horizon}
