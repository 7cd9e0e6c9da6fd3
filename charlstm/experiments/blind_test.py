"""Which one is human? A blind test, and the tally of the picks.

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
import secrets
import threading
from collections import Counter, OrderedDict
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from charlstm.errors import UserError
from charlstm.experiments.intervals import wilson_interval
from charlstm.model.sampler import Sampler
from charlstm.runs.owners import check_token
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
_PASSAGES = 3  # passages tried before the round fails
_SLACK = 40  # the most characters to cut back to the end of a word
_EVERY = 5  # characters between two reports
_OPEN = 1_000  # the most rounds that wait for a pick; the oldest is dropped


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


@dataclass(frozen=True)
class Picks:
    """How often a source was picked as the most human, with its 95 % Wilson interval."""

    source: float | None
    picked: int
    rate: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Tally:
    """The picks of some rounds.

    Attributes:
        rounds: answered rounds, each with every source once.
        browsers: browsers that answered them. The intervals treat rounds as independent, although
            those of one browser are not.
        picks: one for each temperature in rising order, then the real text's; empty without rounds.
    """

    rounds: int
    browsers: int
    picks: list[Picks]


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
        raise UserError(
            "The validation text has no passage that is long enough and that the model can write.",
            "Choose a checkpoint that was trained on another text.",
        )
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
    raise UserError(
        f"The model ends its paragraphs within {LENGTH} characters where the text's own go on, "
        "which would give it away.",
        "Choose a checkpoint that was trained for longer.",
    )


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
    """Continuations, a list for each temperature; with ``stays`` only those without a newline.

    Each temperature has its own sample numbers, and so its own noise.
    """
    tries = _TRIES if stays else 2  # two, since one may equal another continuation
    alive = np.repeat(np.eye(len(TEMPERATURES), dtype=bool), tries, axis=1)
    blocks = []
    newline = sampler.vocab.encode("\n")[0]
    for block in sampler.stream(
        seed_text, TEMPERATURES, LENGTH, dice, alive.shape[1], _EVERY, alive=alive
    ):
        if stays:
            alive &= ~(block == newline).any(axis=0)
        blocks.append(block)
        yield
    ids = np.concatenate(blocks)
    return [
        [sampler.vocab.decode(ids[:, row, sample].tolist()) for sample in np.flatnonzero(kept)]
        for row, kept in enumerate(alive)
    ]


def _word_end(text: str) -> int:
    """The position of the last white space if it is near the end, else the length of the text."""
    return next(
        (i for i in range(len(text) - 1, len(text) - _SLACK, -1) if text[i].isspace()), len(text)
    )


Model = tuple[str, str]
"""A checkpoint's name and fingerprint; each has its own tally."""


class Ballot:
    """The rounds that wait for a pick, and the picks, in memory while the server runs.

    Safe to call from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[str, tuple[Model, Round]] = OrderedDict()
        self._picked: dict[Model, dict[str, Counter[float | None]]] = {}

    def put(self, model: Model, drawn: Round) -> str:
        """Store a round until its pick; returns the secret name by which it can be answered."""
        name = secrets.token_hex(16)
        with self._lock:
            self._open[name] = (model, drawn)
            while len(self._open) > _OPEN:
                self._open.popitem(last=False)
        return name

    def pick(self, name: object, place: object, token: object) -> tuple[Model, Round]:
        """Count a browser's pick, once a round.

        Args:
            name: the round's name from `put`.
            place: index of the picked text.
            token: the browser's token (`charlstm.runs.owners`).

        Returns:
            the model, and the round with its sources.

        Raises:
            UserError: there is no such round, it was answered already, or it has no such text.
        """
        token = check_token(token)
        with self._lock:
            if not isinstance(name, str) or name not in self._open:
                raise UserError(
                    "That round was answered already, or is too old.", "Draw a new one."
                )
            model, drawn = self._open[name]
            if type(place) is not int or not 0 <= place < len(drawn.texts):
                raise UserError("There is no such text in this round.", "Pick one of those shown.")
            del self._open[name]
            browsers = self._picked.setdefault(model, {})
            browsers.setdefault(token, Counter())[drawn.sources[place]] += 1
        return model, drawn

    def tally(self, model: Model, token: str | None = None) -> Tally:
        """The tally of a model's rounds, over all browsers or for the one with ``token``."""
        with self._lock:
            browsers = self._picked.get(model, {})
            counts = [
                counts.copy() for own, counts in browsers.items() if token is None or own == token
            ]
        picked = sum(counts, Counter())
        rounds = picked.total()
        if not rounds:
            return Tally(0, 0, [])
        rows = [
            Picks(
                source,
                picked[source],
                picked[source] / rounds,
                wilson_interval(picked[source], rounds),
            )
            for source in (*TEMPERATURES, None)
        ]
        return Tally(rounds, len(counts), rows)
