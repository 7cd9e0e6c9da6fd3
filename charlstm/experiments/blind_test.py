"""Which one is human? A blind round, and the tally of what people picked.

A round is one beginning from the validation text and several ways on: how the text goes on, and
how the model does at some temperatures. The person picks the most human one and only then learns
which was which. What could give the answer away besides how it reads is kept equal:

- All begin alike: the same paragraph's first words. The model has read what stands before them in
  the text, as its author had.
- All end alike: after the same number of characters, cut back to a word's end.
- All have the same shape. Where the text has paragraphs that are long enough, only such are shown,
  and the model's are drawn until one stays within its paragraph too: both are then samples of
  texts on the condition that the paragraph goes on. Elsewhere (verse, code) newlines stay in all.
- No character is shown that the model can't write: passages with one are left out.
- Each temperature has dice of its own. On the same dice two columns often begin with the same
  words, and would tell on each other.
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
"""The notebook's three, and what lies between the last two: there the question is open."""

BEGINNING = 60
"""Characters that all texts of a round share, cut back to a word's end."""
LENGTH = 280
"""Characters after the beginning, cut back to a word's end."""

_BEFORE = 500  # characters of the text that the model reads before the beginning
_ENOUGH = 20  # passages that a kind of place must offer to be chosen from
_TRIES = 8  # samples at each temperature, of which one must stay within its paragraph
_PASSAGES = 3  # passages that are tried before the round is given up
_SLACK = 40  # characters within which a word's end is looked for
_EVERY = 5  # characters between two reports
_OPEN = 1_000  # rounds that wait for a pick; beyond, the oldest is forgotten


@dataclass(frozen=True)
class Round:
    """A beginning and its ways on, in the order in which they are shown.

    Attributes:
        dice: the passage, the samples and the order follow from it.
        sources: the temperature of each text; None is the real one.
    """

    dice: int
    beginning: str
    texts: list[str]
    sources: list[float | None]


@dataclass(frozen=True)
class Picks:
    """How often a source was picked for the most human, with its 95 % interval after Wilson."""

    source: float | None
    picked: int
    rate: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Tally:
    """What was picked.

    Attributes:
        rounds: that were answered; each showed every source once.
        browsers: that answered them. A browser's rounds are no independent people: the intervals
            count rounds.
        picks: a temperature each in rising order, then the real text; empty where rounds is 0.
    """

    rounds: int
    browsers: int
    picks: list[Picks]


def drawing(sampler: Sampler, corpus: Corpus, dice: int) -> Iterator[Round | None]:
    """Draw a round, step by step, for whoever wants to stop it by closing the generator.

    Args:
        sampler: of a model that did not learn from the corpus's validation text.
        dice: 0 to `noise.MAX_DICE`; the same dice give the same round.

    Yields:
        None many times a second, and the round at last.

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
        before, shown = text[: -BEGINNING - LENGTH], text[-BEGINNING - LENGTH :]
        beginning = shown[: _word_end(shown[:BEGINNING]) + 1]
        ways: dict[float | None, str] = {None: shown[len(beginning) :][:LENGTH]}
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
    """Where in the validation text a passage may begin, and whether it stays in its paragraph."""
    ids, reach = corpus.validation, BEGINNING + LENGTH
    if len(ids) <= reach:
        return [], False
    starts = np.arange(1, len(ids) - reach)

    def holds(what: np.ndarray) -> np.ndarray:
        """Whether something stands within the reach of each start."""
        before = np.append(0, np.cumsum(what))
        return before[starts + reach] > before[starts]

    newlines, spaces = (ids == corpus.vocab.encode(character)[0] for character in "\n ")
    known = ~holds(corpus.ids("validation", vocab) == vocab.unk_id)
    line = known & newlines[starts - 1] & ~newlines[starts]
    paragraph = line & ~holds(newlines)
    word = known & spaces[starts - 1]
    kinds = [(paragraph, True), (line, False), (word, False), (known, False)]
    places, stays = next((k for k in kinds if np.count_nonzero(k[0]) >= _ENOUGH), kinds[-1])
    return starts[places].tolist(), stays


def _samples(
    sampler: Sampler, seed_text: str, dice: int, stays: bool
) -> Generator[None, None, list[list[str]]]:
    """Continuations, a list for each temperature; with ``stays`` only those without a newline.

    Sample numbers are different at each temperature, and so is their noise.
    """
    tries = _TRIES if stays else 2  # two: one may be written already
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
    """The place of the last white space, where there is one near the end; else the end."""
    return next(
        (place for place in range(len(text) - 1, len(text) - _SLACK, -1) if text[place].isspace()),
        len(text),
    )


Model = tuple[str, str]
"""A checkpoint's name and fingerprint: picks among the texts of others are other picks."""


class Ballot:
    """Rounds that wait for a pick, and what was picked, while this server runs.

    Safe to call from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[str, tuple[Model, Round]] = OrderedDict()
        self._picked: dict[Model, dict[str, Counter[float | None]]] = {}

    def put(self, model: Model, drawn: Round) -> str:
        """Let a round wait for its pick; only who knows the name that it gets can answer it."""
        name = secrets.token_hex(16)
        with self._lock:
            self._open[name] = (model, drawn)
            while len(self._open) > _OPEN:
                self._open.popitem(last=False)
        return name

    def pick(self, name: object, place: object, token: object) -> tuple[Model, Round]:
        """Count a browser's pick, once a round.

        Args:
            name: from `put`.
            place: of the text that was picked, from 0.
            token: the browser's own (`charlstm.runs.owners`).

        Returns:
            the model, and the round with its answer.

        Raises:
            UserError: there is no such round, or it was answered already, or no such text in it.
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
        """What was picked among a model's rounds: in all browsers, or in one."""
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
