"""The text that units are looked for in, and how much of it is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from charlstm.errors import user_error
from charlstm.experiments.cells.targets import TARGETS, Spans, articles
from charlstm.text.corpus import Corpus
from charlstm.text.spec import CorpusKind
from charlstm.text.vocabulary import Vocabulary
from charlstm.texts import text

_FEWEST = 4  # articles


@dataclass(frozen=True)
class Source:
    """A validation text as a model reads it, in articles of which every second one is held out.

    Attributes:
        corpus: description of the corpus that it is the validation split of.
        text: its characters; those that the model does not know are `vocabulary.UNK_SHOWN`.
        ids: int32 of shape (characters,), of the model's vocabulary.
        warm_up: characters read before one that counts: a start from nothing reads as "inside".
        control: the character that replaces an opening bracket in a control text.
    """

    corpus: str
    text: str
    ids: np.ndarray
    warm_up: int
    control: str

    @classmethod
    def of(cls, corpus: Corpus, vocab: Vocabulary) -> Source:
        """The validation split of a corpus.

        Raises:
            UserError: the text is too short.
        """
        ids = np.asarray(corpus.ids("validation", vocab))
        is_language = corpus.spec.kind is CorpusKind.BRACKETS
        words = vocab.decode(ids.tolist())
        source = cls(
            corpus.description, words, ids, 2_000 if is_language else 400, control_character(vocab)
        )
        if len(source.articles) < _FEWEST:
            characters = text("experiments.characters", n=len(words))
            raise user_error("cells.too_short", characters=characters)
        return source

    @property
    def name(self) -> str:
        """The text, in a phrase."""
        return text("cells.text", corpus=self.corpus)

    @cached_property
    def articles(self) -> list[tuple[int, int]]:
        """(start, end) of each article; those with an even index are chosen on, the others
        shown."""
        return articles(self.text)

    @cached_property
    def spans(self) -> dict[str, Spans]:
        """The spans of each target (`TARGETS`)."""
        return {name: spans(self.text) for name, spans in TARGETS.items()}

    def article_of(self, positions: np.ndarray) -> np.ndarray:
        """The index of the article of each position."""
        starts = np.array([start for start, _ in self.articles])
        return np.searchsorted(starts, positions, side="right") - 1


def control_character(vocab: Vocabulary) -> str:
    """What replaces an opening bracket in a control text: a comma, or, for a model that has never
    read one, as of the bracket language, the first small letter that it knows."""
    if "," in vocab.characters:
        return ","
    return next((c for c in vocab.characters if c.islower()), vocab.characters[0])


@dataclass(frozen=True)
class Slice:
    """Pieces of a text, each within one article, with the text before it to warm up on.

    Attributes:
        first: int of shape (pieces,): position of each row's first character, warm-up included.
        length: characters of a row.
        keep: bool of shape (pieces, length): the characters that are recorded.
    """

    first: np.ndarray
    length: int
    keep: np.ndarray

    @property
    def positions(self) -> np.ndarray:
        """Position in the text of each character of each row, (pieces, length)."""
        return self.first[:, None] + np.arange(self.length)


PIECE = 600
"""Characters of a piece that are recorded, after its warm-up, where a slice is read."""
_LONG_PIECE = 4_000  # where the whole text is read: fewer warm-ups
_MOST_PIECES = 192  # of a slice


def sliced(source: Source, spans: Spans, characters: int | None, most_kept: int) -> Slice:
    """Choose the pieces of a text to read.

    Args:
        source: the text.
        spans: of the target: every second piece has one of them in its middle, the others lie
            anywhere. Half of the pieces are of even articles, half of odd ones.
        characters: to read, warm-up included, at most; None for the whole text, each character once
            but for the warm-ups.
        most_kept: characters to record at most; if more are read, evenly spread ones.
    """
    warm_up, text = source.warm_up, len(source.text)
    if characters is None:
        longest = max(end - start for start, end in source.articles)
        size = min(_LONG_PIECE, longest)
        starts = [place for start, end in source.articles for place in range(start, end, size)]
    else:
        size = PIECE
        starts = _spread(source, spans, min(_MOST_PIECES, characters // (warm_up + size)))
    length = min(text, warm_up + size)
    start = np.array([place for place in starts if place >= warm_up])
    first = np.minimum(start - warm_up, text - length)
    positions = first[:, None] + np.arange(length)
    keep = np.zeros(positions.shape, bool)
    own = source.article_of(start)
    keep[:, warm_up:] = source.article_of(positions[:, warm_up:]) == own[:, None]
    keep &= (positions >= start[:, None]) & (positions < text)
    kept = np.flatnonzero(keep)
    if len(kept) > most_kept:
        keep[:] = False
        keep.reshape(-1)[kept[np.linspace(0, len(kept) - 1, most_kept).astype(int)]] = True
    return Slice(first, length, keep)


def _spread(source: Source, spans: Spans, count: int) -> list[int]:
    """Where so many pieces start, evenly spread over either half of the articles."""
    found: list[int] = []
    places = np.array([(first + end) // 2 for first, end in spans], np.int64)
    half = source.article_of(places) % 2 if len(places) else places
    for parity in (0, 1):
        ranges = source.articles[parity::2]
        own = places[half == parity]
        on_spans = min(len(own), count // 4)
        middle = own[np.linspace(0, len(own) - 1, on_spans).astype(int)] if on_spans else []
        found += [int(place) - PIECE // 2 for place in middle]
        rest = count // 2 - on_spans
        along = np.linspace(0, 1, rest, endpoint=False) * sum(end - start for start, end in ranges)
        edges = np.cumsum([0, *(end - start for start, end in ranges)])
        for place in along:
            index = int(np.searchsorted(edges, place, side="right")) - 1
            found.append(int(ranges[index][0] + place - edges[index]))
    apart: list[int] = []
    for place in sorted(found):
        if not apart or place >= apart[-1] + PIECE:
            apart.append(place)
    return apart
