"""What the browser asks about a text that stands on the page: its scores, and why a character."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import anyio.to_thread
from pydantic import Field

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.reading import Reading, Why, WhyRow, read, why
from charlstm.model.sampler import MAX_LENGTH, Sampler
from charlstm.model.truncation import Truncation
from charlstm.ui.components.contract import Real, Text, TextQuestion, Whole, asked_strangely
from charlstm.ui.components.events import served
from charlstm.ui.components.limits import MAX_SHOWN_DICE, SEED_TEXT_LIMIT, check_characters
from charlstm.ui.components.words import character_name
from charlstm.ui.temperature.columns.question import MOST_COLUMNS

MOST_CHARACTERS = SEED_TEXT_LIMIT + MAX_LENGTH
"""Characters of a text that is read: the longest that a column can hold."""

_AT_ONCE = 2  # on two cores more would only wait for each other


@dataclass(frozen=True)
class ReadQuestion(TextQuestion):
    """A text that a checkpoint with this fingerprint is to read."""

    fingerprint: Text


@dataclass(frozen=True)
class Scores:
    """Bits and rank of each character of a text, none for the first.

    Attributes:
        total: of the bits.
        mean: bits a character.
    """

    bits: list[float | None]
    ranks: list[int]
    total: float
    mean: float


@dataclass(frozen=True)
class Cut:
    """A truncation, as a browser sends it."""

    top_k: Whole
    top_p: Real
    min_p: Real


@dataclass(frozen=True)
class Drawn:
    """What a text was drawn with; `given` is the length of its seed text."""

    given: Whole
    temperatures: Annotated[list[Real], Field(min_length=1, max_length=MOST_COLUMNS)]
    dice: Annotated[Whole, Field(ge=0, le=MAX_SHOWN_DICE)]
    truncation: Cut


@dataclass(frozen=True)
class WhyQuestion(ReadQuestion):
    """Why a character stands at a place of a text; `drawn` where a model wrote it."""

    place: Annotated[Whole, Field(ge=0)]
    drawn: Drawn | None


@dataclass(frozen=True)
class WhyGroup:
    """A distribution: its likeliest characters, the winner last where it is not among the ten.

    Attributes:
        entropy: bits.
        winner: the name of what was drawn, or None.
        names, chances: of the characters.
        behind: how far logarithm and noise of each together are behind the winner's, or None.
    """

    temperature: float
    entropy: float
    winner: str | None
    names: list[str]
    chances: list[float]
    behind: list[float | None]


@dataclass(frozen=True)
class WhyAnswer:
    """Why a character stands there.

    Attributes:
        name, bits, rank: of the character; None and 0 for the first of a text, before which nothing
            stands.
        groups: the model's own distribution, then one a column.
    """

    name: str
    bits: float | None
    rank: int
    groups: list[WhyGroup]


def text_feed(checkpoints: Checkpoints) -> list[Callable[[Any], Awaitable[dict[str, Any]]]]:
    """Server functions `read_text` and `why_character` for a component of the page.

    A few questions are answered at a time, the others wait without holding a thread.
    """
    turns = asyncio.Semaphore(_AT_ONCE)
    read_one = served(ReadQuestion)(partial(scores, checkpoints))
    why_one = served(WhyQuestion)(partial(reasons, checkpoints))

    async def read_text(asked: Any) -> dict[str, Any]:
        async with turns:
            return await anyio.to_thread.run_sync(read_one, asked)

    async def why_character(asked: Any) -> dict[str, Any]:
        async with turns:
            return await anyio.to_thread.run_sync(why_one, asked)

    return [read_text, why_character]


def scores(checkpoints: Checkpoints, asked: ReadQuestion) -> Scores:
    """Bits and rank of each character of a text.

    Raises:
        UserError: it can't be answered.
    """
    return scores_shown(read(_reader(checkpoints, asked), asked.text))


def scores_shown(reading: Reading) -> Scores:
    """The scores of a text that was read."""
    return Scores(
        bits=[_finite(bits, 3) for bits in reading.bits.tolist()],
        ranks=reading.ranks.tolist(),
        total=round(reading.total_bits, 3),
        mean=round(reading.bpc, 4),
    )


def reasons(checkpoints: Checkpoints, asked: WhyQuestion) -> WhyAnswer:
    """Why a character stands where it stands.

    Raises:
        UserError: it can't be answered.
    """
    sampler = _reader(checkpoints, asked)
    text, place, drawn = asked.text, asked.place, asked.drawn
    if place >= len(text) or (drawn and drawn.given > place):
        raise asked_strangely()
    if place == 0:
        return WhyAnswer(character_name(text[0]), None, 0, [])
    if drawn is None:
        return reasons_shown(why(sampler, text, place, []))
    cut = drawn.truncation
    truncation = Truncation(cut.top_k, cut.top_p, cut.min_p)
    step = place - drawn.given
    return reasons_shown(
        why(sampler, text, place, drawn.temperatures, truncation, drawn.dice, step)
    )


def reasons_shown(found: Why) -> WhyAnswer:
    """The reasons that were found."""
    own, *columns = found.rows
    likeliest = sorted(own.choices, key=lambda choice: -choice.probability)[:10]
    model = WhyGroup(
        temperature=own.temperature,
        entropy=round(own.entropy_bits, 3),
        winner=None,
        names=[character_name(choice.character) for choice in likeliest],
        chances=[round(choice.probability, 6) for choice in likeliest],
        behind=[None] * len(likeliest),
    )
    groups = [model, *map(_column_shown, columns)]
    return WhyAnswer(character_name(found.character), round(found.bits, 3), found.rank, groups)


def _column_shown(row: WhyRow) -> WhyGroup:
    best = max(choice.score for choice in row.choices)
    return WhyGroup(
        temperature=row.temperature,
        entropy=round(row.entropy_bits, 3),
        winner=None if row.winner is None else character_name(row.winner),
        names=[character_name(choice.character) for choice in row.choices],
        chances=[round(choice.probability, 6) for choice in row.choices],
        behind=[_finite(best - choice.score, 3) for choice in row.choices],
    )


def check_text(text: str) -> str:
    """A text that is to be read, unchanged.

    Raises:
        UserError: it is too short or too long, or holds half of a character.
    """
    if len(text) < 2:
        raise UserError(
            "The text has fewer than two characters, and the first one has no score.",
            "Paste a longer one.",
        )
    return check_characters(text, "text", MOST_CHARACTERS)


def _reader(checkpoints: Checkpoints, asked: ReadQuestion) -> Sampler:
    """What reads the text, which is checked."""
    check_text(asked.text)
    if checkpoints.info(asked.checkpoint).fingerprint != asked.fingerprint:
        raise UserError(
            f"The checkpoint {asked.checkpoint} has changed since this was written.",
            "Write again.",
        )
    return checkpoints.sampler(asked.checkpoint)


def _finite(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None
