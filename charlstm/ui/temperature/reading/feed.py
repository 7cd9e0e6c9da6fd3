"""Server functions on a text of the page: the scores of all its characters, and the distribution
from which one character was drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import anyio.to_thread
from pydantic import Field

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import user_error
from charlstm.model.limits import MAX_LENGTH
from charlstm.model.reading import read, why
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation
from charlstm.ui.components.contract import Real, Text, TextQuestion, Whole, asked_strangely
from charlstm.ui.components.events import served
from charlstm.ui.components.limits import MAX_SHOWN_DICE, SEED_TEXT_LIMIT, check_characters
from charlstm.ui.components.words import character_name
from charlstm.ui.temperature.columns.question import MOST_COLUMNS
from charlstm.ui.temperature.reading.answers import (
    Scores,
    WhyAnswer,
    reasons_shown,
    scores_shown,
)

MOST_CHARACTERS = SEED_TEXT_LIMIT + MAX_LENGTH
"""Most characters of a text to be read: as many as the longest column has."""

_AT_ONCE = 2  # questions answered at a time: more would compete for two cores


@dataclass(frozen=True)
class ReadQuestion(TextQuestion):
    """A text to be read by a checkpoint, if its weights have this fingerprint."""

    fingerprint: Text


@dataclass(frozen=True)
class Cut:
    """A truncation, sent by a browser."""

    top_k: Whole
    top_p: Real
    min_p: Real


@dataclass(frozen=True)
class Drawn:
    """The settings that a text was drawn with.

    Attributes:
        given: length of the seed text in characters.
        temperatures: of all columns.
    """

    given: Whole
    temperatures: Annotated[list[Real], Field(min_length=1, max_length=MOST_COLUMNS)]
    dice: Annotated[Whole, Field(ge=0, le=MAX_SHOWN_DICE)]
    truncation: Cut


@dataclass(frozen=True)
class WhyQuestion(ReadQuestion):
    """A question why a text has a certain character.

    Attributes:
        place: index of the character.
        drawn: the settings that it was drawn with; None for a character that a person typed.
    """

    place: Annotated[Whole, Field(ge=0)]
    drawn: Drawn | None


def text_feed(checkpoints: Checkpoints) -> list[Callable[[Any], Awaitable[dict[str, Any]]]]:
    """The server functions `read_text` and `why_character` of a component.

    They answer `_AT_ONCE` questions at a time; the others wait without occupying a thread.
    """
    turns = asyncio.Semaphore(_AT_ONCE)
    read_one = served(ReadQuestion)(partial(scores, checkpoints))
    why_one = served(WhyQuestion)(partial(reasons, checkpoints))

    async def read_text(question: Any) -> dict[str, Any]:
        async with turns:
            return await anyio.to_thread.run_sync(read_one, question)

    async def why_character(question: Any) -> dict[str, Any]:
        async with turns:
            return await anyio.to_thread.run_sync(why_one, question)

    return [read_text, why_character]


def scores(checkpoints: Checkpoints, question: ReadQuestion) -> Scores:
    """Bits and rank of each character of a text.

    Raises:
        UserError: the text is too short or too long, there is no such checkpoint, or it has
            changed.
    """
    return scores_shown(read(_reader(checkpoints, question), question.text))


def reasons(checkpoints: Checkpoints, question: WhyQuestion) -> WhyAnswer:
    """Why a text has a certain character: the distributions from which it was drawn.

    Raises:
        UserError: as for `scores`; the index is outside the text, or a drawn character is in the
            seed text; a setting is out of its range.
    """
    sampler = _reader(checkpoints, question)
    given, index, drawn = question.text, question.place, question.drawn
    if index >= len(given) or (drawn and drawn.given > index):
        raise asked_strangely()
    if index == 0:
        return WhyAnswer(character_name(given[0]), None, 0, [])
    if drawn is None:
        return reasons_shown(why(sampler, given, index, []))
    cut = drawn.truncation
    truncation = Truncation(cut.top_k, cut.top_p, cut.min_p)
    step = index - drawn.given
    return reasons_shown(
        why(sampler, given, index, drawn.temperatures, truncation, drawn.dice, step)
    )


def check_text(read_text: str) -> str:
    """Check a text to be read, and return it unchanged.

    Raises:
        UserError: the text has fewer than 2 or more than `MOST_CHARACTERS` characters, or holds
            half of a character (a lone surrogate).
    """
    if len(read_text) < 2:
        raise user_error("temperature.reading.too_short")
    return check_characters(read_text, "text", MOST_CHARACTERS)


def _reader(checkpoints: Checkpoints, question: ReadQuestion) -> Sampler:
    """The sampler of the question's checkpoint, after checks of the text and the fingerprint."""
    check_text(question.text)
    check_unchanged(checkpoints, question)
    return checkpoints.sampler(question.checkpoint)


def check_unchanged(checkpoints: Checkpoints, question: ReadQuestion) -> None:
    """Check that a question's checkpoint has the weights that wrote its text.

    Raises:
        UserError: it has others, or there is no such checkpoint.
    """
    if checkpoints.info(question.checkpoint).fingerprint != question.fingerprint:
        called = checkpoints.called(question.checkpoint)
        raise user_error("temperature.changed", checkpoint=called)
