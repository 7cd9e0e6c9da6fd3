"""Which text is read: targets, articles, and pieces of them."""

from __future__ import annotations

import numpy as np
import pytest

from charlstm.errors import UserError
from charlstm.experiments.cells.experiment import CellsQuestion, finding_cells
from charlstm.experiments.cells.source import PIECE, Source, sliced
from charlstm.experiments.cells.targets import TARGETS, articles, labels
from charlstm.model.sampler import Sampler
from charlstm.text.corpus import Corpus
from charlstm.text.spec import CorpusSpec
from charlstm.text.vocabulary import Vocabulary
from tests.fixtures.bracket_flags import LETTERS, bracket_corpus, counted_inside, flag_model

WIKI = (
    ' = Harbour = \n\n The " old " town ( built [ 1870 ] ) of Aa ) . \n\n'
    ' = = Its 2 " piers = = \n\n In 1999 ( never closed\n'
)


def inside(target: str) -> str:
    """The characters of WIKI that are in a target, others as dots."""
    marked = labels(TARGETS[target](WIKI), len(WIKI))
    return "".join(c if own else "." for c, own in zip(WIKI, marked, strict=True))


def test_what_is_inside():
    parts = {name: [part for part in inside(name).split(".") if part] for name in TARGETS}
    assert parts["("] == ["( built [ 1870 ] "]
    assert parts["["] == ["[ 1870 "]
    assert parts["quote"] == ['" old ']
    assert parts["heading"] == ["= Harbour = ", '= = Its 2 " piers = = ']
    assert parts["number"] == ["1870", "2", "1999"]
    assert parts["capital"] == ["Harbour", "The", "Aa", "Its", "In"]


def test_articles_are_those_of_wikitext_or_pieces():
    article = " = Name = \n\n = = Part = = \n\n Text . \n\n"
    text = "\n" + article * 9
    found = articles(text)
    assert [start for start, _ in found] == [1 + len(article) * i for i in range(9)]
    assert found[-1][1] == len(text)
    assert articles("x" * 40_000) == [(i * 1000, i * 1000 + 1000) for i in range(40)]
    assert articles("x" * 1200) == [(0, 500), (500, 1000), (1000, 1200)]


@pytest.mark.parametrize("characters", [None, 12_000])
def test_pieces_lie_within_articles_after_their_warm_up(characters):
    source = Source.of(bracket_corpus(), LETTERS)
    piece = sliced(source, source.spans["("], characters, 10**6)
    positions = piece.positions
    assert not piece.keep[:, : source.warm_up].any()
    for row, keep in zip(positions, piece.keep, strict=True):
        assert len({*source.article_of(row[keep]).tolist()}) <= 1
    kept = positions[piece.keep]
    assert len({*kept.tolist()}) == len(kept)
    if characters is None:
        assert {*kept.tolist()} >= set(range(750, len(source.text)))  # all but the first article
    else:
        assert piece.keep.size <= characters
        halves = np.bincount(source.article_of(kept) % 2)
        assert halves.min() > 0.3 * halves.sum()
        first = piece.keep.argmax(1) + piece.first
        middles = first + PIECE // 2
        near = [counted_inside(source.text)[m - 3 : m + 4].any() for m in middles]
        assert np.mean(near) >= 0.4


@pytest.mark.parametrize("length", [2_000, 5_000])
def test_a_short_text_is_read_whole(length):
    source = Source.of(bracket_corpus(length), LETTERS)
    piece = sliced(source, source.spans["("], None, 10**6)
    kept = piece.positions[piece.keep]
    assert piece.positions.max() < length
    assert kept.tolist() == list(range(500, length))  # from the second article on
    for progress in finding_cells(Sampler(flag_model(), LETTERS), source, CellsQuestion("(")):
        result = progress.result
    assert result.finding.whole
    assert result.finding.characters == length - 500


def test_a_slice_keeps_no_more_than_asked():
    source = Source.of(bracket_corpus(), LETTERS)
    piece = sliced(source, source.spans["("], None, 500)
    assert piece.keep.sum() == 500
    assert np.ptp(piece.positions[piece.keep]) > 0.9 * len(source.text)


def test_the_control_is_a_comma_or_a_letter():
    assert Source.of(bracket_corpus(), LETTERS).control == "a"
    text = "The cab , ( a bed ) . " * 200
    vocab = Vocabulary.from_text(text)
    ids = vocab.encode(text)
    corpus = Corpus(CorpusSpec.parse("own.txt"), "own", vocab, ids, ids, None)
    assert Source.of(corpus, vocab).control == ","
    short = Corpus(CorpusSpec.parse("own.txt"), "own", vocab, ids, ids[:900], None)
    with pytest.raises(UserError, match="too few"):
        Source.of(short, vocab)
