"""Which one is human? The rounds of a blind test (`charlstm.experiments.ballot` counts the picks).

A round shows one beginning from the validation text and several continuations: the text's own, and
the model's at several temperatures. The user picks the most human one and only then sees the
sources. Everything but the wording that could reveal the source is equalized:

- All have the same beginning, the first words of a paragraph. The model has read the text before
  them.
- All end after the same number of characters, cut back to the end of a word.
- All have the same shape. If the text has enough long paragraphs, only those are used, and the
  model's continuations are drawn until one stays within its paragraph too: both are then sampled on
  the condition that the paragraph continues. In other texts (verse, code) newlines are kept.
- Passages with a character that the model can't write are left out.
- Each temperature has its own noise. With the same noise two continuations often begin with the
  same words, which would reveal them as the model's.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from charlstm.errors import user_error
from charlstm.model.sampler import Sampler
from charlstm.text.corpus import Corpus
from charlstm.text.vocabulary import Vocabulary

TEMPERATURES = (0.2, 0.5, 0.8, 1.0)
"""The notebook's three, and one between the last two, where the outcome is least certain."""

BEGINNING = 60
"""Characters that all texts of a round share, cut back to the end of a word."""
LENGTH = 280
"""Characters after the beginning, cut back to the end of a word."""

_BEFORE = 500  # characters of the text that the model reads before the beginning
_ENOUGH = 20  # the fewest passages of a kind for that kind to be used
_TRIES = 8  # samples at each temperature, of which one must stay within its paragraph
# Passages tried before the round fails. Near T = 0 all tries end the paragraph at about the same
# place: with wikipedia-2x640 four passages of five are of no use.
_PASSAGES = 20
_SLACK = 40  # the most characters to cut back to the end of a word
_EVERY = 5  # characters between two reports


@dataclass(frozen=True)
class Round:
    """A beginning and its continuations, in the order in which they are displayed.

    Attributes:
        dice: random seed of the passage, the samples and the order.
        beginning: the text that all continuations share.
        texts: the continuations, without the beginning.
        sources: the temperature of each continuation; None for the real text's.
    """

    dice: int
    beginning: str
    texts: list[str]
    sources: list[float | None]


def drawing(sampler: Sampler, corpus: Corpus, dice: int) -> Iterator[Round | None]:
    """Draw a round, step by step; closing the generator stops it.

    Args:
        sampler: of a model that was not trained on the corpus's validation text.
        corpus: its validation text provides the passages.
        dice: random seed, 0 to `noise.MAX_DICE`; the same dice give the same round.

    Yields:
        None many times a second, and finally the round.

    Raises:
        UserError: the validation text is too short, or the model ends every paragraph too soon.
    """
    order = random.Random(dice)
    starts, stays = _passages(corpus, sampler.vocab)
    if not starts:
        raise user_error("experiments.blind_test.no_passage")
    for start in order.sample(starts, min(_PASSAGES, len(starts))):
        read = corpus.validation[max(0, start - _BEFORE) : start + BEGINNING + LENGTH]
        text = corpus.vocab.decode(read.tolist())
        before, passage = text[: -BEGINNING - LENGTH], text[-BEGINNING - LENGTH :]
        beginning = passage[: _word_end(passage[:BEGINNING]) + 1]
        ways: dict[float | None, str] = {None: passage[len(beginning) :][:LENGTH]}
        samples = yield from _samples(sampler, before + beginning, dice, stays)
        for temperature, candidates in zip(TEMPERATURES, samples, strict=True):
            fresh = next((text for text in candidates if text not in ways.values()), None)
            if fresh is not None:
                ways[temperature] = fresh
        if len(ways) == 1 + len(TEMPERATURES):
            sources = order.sample([*ways], len(ways))
            texts = [ways[source][: _word_end(ways[source])] for source in sources]
            yield Round(dice, beginning, texts, sources)
            return
    raise user_error("experiments.blind_test.too_short", length=LENGTH)


def _passages(corpus: Corpus, vocab: Vocabulary) -> tuple[list[int], bool]:
    """The positions in the validation text where a passage may begin, and whether passages there
    stay within their paragraphs."""
    ids, reach = corpus.validation, BEGINNING + LENGTH
    if len(ids) <= reach:
        return [], False
    starts = np.arange(1, len(ids) - reach)

    def holds(what: np.ndarray) -> np.ndarray:
        """Whether ``what`` is true anywhere within the reach of each start."""
        before = np.append(0, np.cumsum(what))
        return before[starts + reach] > before[starts]

    newlines, spaces = (ids == corpus.vocab.encode(character)[0] for character in "\n ")
    known = ~holds(corpus.ids("validation", vocab) == vocab.unk_id)
    line = known & newlines[starts - 1] & ~newlines[starts]
    paragraph = line & ~holds(newlines)
    word = known & spaces[starts - 1]
    kinds = [(paragraph, True), (line, False), (word, False), (known, False)]
    chosen, stays = next((k for k in kinds if np.count_nonzero(k[0]) >= _ENOUGH), kinds[-1])
    return starts[chosen].tolist(), stays


def _samples(
    sampler: Sampler, seed_text: str, dice: int, stays: bool
) -> Generator[None, None, list[list[str]]]:
    """Continuations, a list for each temperature; with ``stays`` only those without a newline, and
    none at all if a temperature has none.

    Each temperature has its own sample numbers, and so its own noise.
    """
    tries = _TRIES if stays else 2  # two, since one may equal another continuation
    own = np.repeat(np.eye(len(TEMPERATURES), dtype=bool), tries, axis=1)
    found: list[list[str]] = []
    newline = sampler.vocab.encode("\n")[0]
    # The coldest by itself: it fails most often, and the others need not be drawn then.
    for rows in (slice(1), slice(1, None)) if stays else (slice(None),):
        alive = np.zeros_like(own)
        alive[rows] = own[rows]
        blocks = []
        for block in sampler.stream(
            seed_text, TEMPERATURES, LENGTH, dice, alive.shape[1], _EVERY, alive=alive
        ):
            if stays:
                alive &= ~(block == newline).any(axis=0)
                if not alive[rows].any(axis=1).all():
                    return [[] for _ in TEMPERATURES]
            blocks.append(block)
            yield
        ids = np.concatenate(blocks)
        found += [
            [sampler.vocab.decode(ids[:, row, sample].tolist()) for sample in np.flatnonzero(kept)]
            for row, kept in [*enumerate(alive)][rows]
        ]
    return found


def _word_end(text: str) -> int:
    """The position of the last white space if it is near the end, else the length of the text."""
    return next(
        (i for i in range(len(text) - 1, len(text) - _SLACK, -1) if text[i].isspace()), len(text)
    )
