"""The reader against the model: guessing the next characters of a text, for `guess.js`.

``passages.json`` holds sentences that were written for this project in WikiText's spelling, so that
no checkpoint was trained on them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.model.reading import read
from charlstm.ui.components.contract import Text, Whole

GUESSES = 12
"""Characters of a passage that are guessed: the last ones."""


@dataclass(frozen=True)
class Passage:
    """A passage: its text, and how many of its characters are given."""

    text: str
    given: int


@dataclass(frozen=True)
class PassageQuestion:
    """A request for a passage; any number counts, they begin again after the last one."""

    checkpoint: Text
    number: Annotated[Whole, Field(ge=0)]


@dataclass(frozen=True)
class PassageAnswer:
    """A passage, and what the model makes of it.

    Attributes:
        text, given: as of `Passage`.
        bits: the model's surprise at each character that is to be guessed.
        shares: how often each character stands in all passages, as a share: what a reader who is
            wrong gave to the real one is in proportion to it.
    """

    text: str
    given: int
    bits: list[float]
    shares: dict[str, float]


@cache
def passages() -> list[Passage]:
    """All passages."""
    path = Path(__file__).with_name("passages.json")
    return TypeAdapter(list[Passage]).validate_json(path.read_text(encoding="utf-8"))


def passage_shown(checkpoints: Checkpoints, asked: PassageQuestion) -> PassageAnswer:
    """A passage, read by a checkpoint.

    Raises:
        UserError: there is no such checkpoint.
    """
    passage = passages()[asked.number % len(passages())]
    reading = read(checkpoints.sampler(asked.checkpoint), passage.text)
    return PassageAnswer(
        passage.text,
        passage.given,
        [round(bits, 6) for bits in reading.bits[passage.given :].tolist()],
        shares(),
    )


@cache
def shares() -> dict[str, float]:
    """The share of each character in all passages, commonest first."""
    counts = Counter("".join(passage.text for passage in passages()))
    return {c: round(n / counts.total(), 5) for c, n in counts.most_common()}
