"""The 7-gram model against plain dictionaries of counts."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from charlstm.errors import UserError
from charlstm.text.corpus import load_corpus
from charlstm.text.ngram import NGram
from charlstm.text.vocabulary import Vocabulary


def own_text(alphabet: str, length: int) -> str:
    """A random text in which some characters are likelier than others, so that contexts repeat."""
    return "".join(random.Random(1).choices(alphabet, range(1, len(alphabet) + 1), k=length))


SMALL = own_text("\nabc,)( ", 4000) + "zq"
# More characters than 6 of them would leave room for in 64 bits.
LARGE = own_text("".join(map(chr, range(0x4E00, 0x4E00 + 2000))), 6_000)


def counts(text: str) -> dict[str, Counter[str]]:
    """Counts of the characters after each context of up to 6 characters."""
    after: dict[str, Counter[str]] = defaultdict(Counter)
    for i, character in enumerate(text):
        for length in range(min(i, 6) + 1):
            after[text[i - length : i]][character] += 1
    return after


def expected(after: dict[str, Counter[str]], text: str) -> Counter[str]:
    """Counts of the characters after the longest context of a text that ``after`` has."""
    return next(after[text[i:]] for i in range(max(0, len(text) - 6), len(text) + 1)
                if text[i:] in after)  # fmt: skip


@pytest.fixture(scope="module")
def small() -> NGram:
    vocab = Vocabulary.from_text(SMALL)
    return NGram.of(vocab.encode(SMALL), vocab)


@pytest.mark.parametrize("text", [SMALL, LARGE], ids=["small", "large vocabulary"])
def test_every_context_is_followed_by_what_followed_it(text):
    vocab = Vocabulary.from_text(text)
    ngram, after = NGram.of(vocab.encode(text), vocab), counts(text)
    strings = [text[i : i + 6] for i in range(0, len(text) - 6, 23)]
    strings += [text[:2], text[-6:], "zq", "aaaaaa", text[5] * 3]
    for length in range(7):
        contexts = sorted({s[len(s) - length :] for s in strings if len(s) >= length})
        recent = np.full((len(contexts), 6), 7, np.int64)  # ids beyond the length are ignored
        for row, context in enumerate(contexts):
            recent[row, :length] = vocab.encode(context)[::-1]
        for context, first, end in zip(contexts, *ngram.occurrences(recent, length), strict=True):
            assert Counter(vocab.decode(ngram.following[first:end])) == after.get(
                context, Counter()
            )


def test_each_character_follows_the_longest_context_seen(small):
    after = counts(SMALL)
    for seed_text in ("(", "a,b(ca", "zq", "never ( "):
        for written in small.continued(seed_text, 40, 3, 20):
            text = seed_text
            for character in written:
                assert character in expected(after, text)
                text += character


@pytest.mark.parametrize("seed_text", ["(", "b, ", "abz\N{SNOWMAN}c(", "\N{SNOWMAN}"])
def test_characters_come_as_often_as_in_the_text(small, seed_text):
    n = 20_000
    drawn = Counter(small.continued(seed_text, 1, 5, n))
    chances = expected(counts(SMALL), seed_text)
    total = sum(chances.values())
    assert drawn.keys() <= chances.keys()
    # Pearson's chi-square must stay within 5 standard deviations of its mean.
    square = sum((drawn[c] - n * k / total) ** 2 / (n * k / total) for c, k in chances.items())
    freedom = len(chances) - 1
    assert square < freedom + 5 * (2 * freedom) ** 0.5 + 1e-9


def test_same_dice_same_texts_and_fewer_are_the_first_of_more(small):
    many = small.continued("a (", 30, 7, 50)
    assert many == small.continued("a (", 30, 7, 50)
    assert many[:9] == small.continued("a (", 30, 7, 9)
    assert many != small.continued("a (", 30, 8, 50)
    shorter = small.continued("a (", 4, 7, 50)
    assert shorter == [text[:4] for text in many]


def test_a_paragraph_ends_with_its_newline(small):
    texts = small.continued("a", 60, 1, 200)
    ended = [text for text in texts if "\n" in text]
    assert len(ended) > 100
    assert all(text.index("\n") == len(text) - 1 for text in ended)
    assert all(len(text) == 60 for text in texts if "\n" not in text)


def test_a_character_that_is_unknown_in_the_text_is_never_written():
    vocab = Vocabulary.from_text("ab")
    ngram = NGram.of(vocab.encode("ab?ab?a?b"), vocab)
    texts = ngram.continued("b", 50, 2, 30)
    assert {c for text in texts for c in text} == {"a", "b"}
    # Contexts that end in it still count: after "a" the text has "b" or the unknown character.
    assert set(ngram.continued("?a", 1, 2, 30)) == {"b"}


def test_shorter_grams_look_at_less():
    vocab = Vocabulary.from_text("abcx")
    ids = vocab.encode("abcabcaxc")
    assert set(NGram.of(ids, vocab).continued("bca", 1, 1, 50)) == {"b", "x"}
    assert set(NGram.of(ids, vocab, n=3).continued("xca", 1, 1, 50)) == {"b", "x"}
    assert set(NGram.of(ids, vocab, n=1).continued("b", 1, 1, 200)) == set("abcx")
    for n in (0, 8):
        with pytest.raises(ValueError, match=f"n is {n}"):
            NGram.of(ids, vocab, n)
    with pytest.raises(ValueError, match="without a known character"):
        NGram.of(ids[:0], vocab)


def test_it_is_counted_once_beside_the_encoded_text(text, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    corpus = load_corpus(text)
    first = NGram.of_corpus(corpus)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npy")}
    again = NGram.of_corpus(load_corpus(text))
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npy")} == files
    assert isinstance(again.contexts, np.memmap)
    fresh = NGram.of(np.asarray(corpus.train), corpus.vocab)
    for ngram in (first, again):
        assert ngram.continued("The cab ( ", 50, 1, 9) == fresh.continued("The cab ( ", 50, 1, 9)
    assert not list(tmp_path.rglob(".saving-*"))


def test_who_asks_at_the_same_time_waits_for_the_one_count(text, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    corpus = load_corpus(text)
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(NGram.of_corpus, [corpus] * 8))
    assert len({str(ngram.continued("The ", 30, 1, 5)) for ngram in models}) == 1
    assert not list(tmp_path.rglob(".saving-*"))


def test_where_it_cannot_be_stored_a_sentence_says_so(text, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    corpus = load_corpus(text)
    [entry] = (tmp_path / "charlstm").iterdir()
    (entry / "ngram-1").write_text("in the way")
    with pytest.raises(UserError, match="can't be written"):
        NGram.of_corpus(corpus)
    assert not list(tmp_path.rglob(".saving-*"))
