"""Words and copied strings against brute force."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.errors import UserError
from charlstm.text.corpus import Corpus, load_corpus
from charlstm.text.spec import BRACKETS, CorpusSpec
from charlstm.text.suffix_array import LONGEST, TrainingText, longest_repeat, words
from charlstm.text.vocabulary import Vocabulary

FEW = st.text("ab\n\U0001f600", max_size=40)
"""Texts of few distinct characters, so that strings repeat."""


def corpus_of(text: str) -> Corpus:
    """A corpus in memory only, without a cache entry."""
    vocab = Vocabulary.from_text(text)
    ids = vocab.encode(text)
    return Corpus(BRACKETS, "own", vocab, ids, ids, None)


def substrings(text: str) -> list[str]:
    return [text[i:j] for i in range(len(text)) for j in range(i, len(text) + 1)]


@settings(max_examples=150, deadline=None)
@given(FEW.filter(bool), FEW)
def test_the_longest_copy_is_that_of_brute_force(training, text):
    copy = TrainingText.of(corpus_of(training)).longest_copy(text)
    longest = max((s for s in substrings(text) if s in training), key=len, default="")
    assert len(copy) == len(longest)
    assert copy in text
    assert copy in training
    # The first of several.
    assert text.find(copy) == min(
        (text.find(s) for s in substrings(text) if len(s) == len(longest) and s in training),
        default=0,
    )


@settings(max_examples=150, deadline=None)
@given(FEW)
def test_the_longest_repeat_is_that_of_brute_force(text):
    repeat = longest_repeat(text)
    twice = [s for s in substrings(text) if s and text.find(s, text.find(s) + 1) >= 0]
    assert len(repeat) == max(map(len, twice), default=0)
    assert not repeat or repeat in twice


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a" * 3 * LONGEST,  # suffixes tie over more characters than they are sorted by
        "ab" * 2 * LONGEST + "b",
        "".join(random.Random(1).choices("ab", k=4000)),
        "".join(random.Random(2).choices([chr(0x4E00 + i) for i in range(3000)], k=4000)) * 2,
    ],
    ids=["one", "same", "two", "binary", "ideograms twice"],
)
def test_places_are_in_order(text):
    places = TrainingText.of(corpus_of(text)).places
    assert np.array_equal(np.sort(places), np.arange(len(text)))
    prefixes = [text[position : position + LONGEST] for position in places.tolist()]
    assert prefixes == sorted(prefixes)


def test_strings_across_the_longest_length_are_found():
    dice = random.Random(3)
    training = "".join(dice.choices("abc", k=3000))
    known = TrainingText.of(corpus_of(training))
    assert known.longest_copy(training[500 : 500 + LONGEST]) == training[500 : 500 + LONGEST]
    assert known.longest_copy(f"xx{training[-70:]}yy") == training[-70:]
    assert known.longest_copy("xyz") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("word", []),  # both ends may be cut
        ("a word here", ["word"]),
        (" A Word, a WORD.", ["a", "word", "a", "word"]),
        (" Été 1912 naïve_x don't ", ["été", "naïve", "x", "don", "t"]),
        (" 123 @-@ ", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


def test_the_share_of_known_words():
    known = TrainingText.of(corpus_of("The cat sat. A dog"))
    assert known.words == {"the", "cat", "sat", "a", "dog"}
    assert known.known_words("xx the CAT flew dog cats yy") == 3 / 5
    assert known.known_words("nothing1") is None


def test_the_order_is_kept_beside_the_text(text):
    corpus = load_corpus(text)
    first = TrainingText.of(corpus)
    folder = corpus.folder
    [kept] = folder.glob("places*")
    written = kept.stat().st_mtime_ns
    again = TrainingText.of(load_corpus(text))
    assert kept.stat().st_mtime_ns == written
    assert np.array_equal(first.places, again.places)
    assert again.longest_copy("xx( bed ) hag") == "( bed ) hag"
    assert list(folder.glob(".new*")) == []


def test_a_cache_that_cannot_be_written_gets_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = tmp_path / "own.txt"
    path.write_text("some text " * 10)
    corpus = load_corpus(CorpusSpec.parse(str(path)))
    folder = corpus.folder
    folder.rename(tmp_path / "gone")
    with pytest.raises(UserError, match="can't be written"):
        TrainingText.of(corpus)
