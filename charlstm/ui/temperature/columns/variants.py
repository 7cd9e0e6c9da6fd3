"""Variants of a column's text with the same dice: at another temperature, at many, or written on
from another character.

The noise of a character depends on its step, not on the characters before it. So a text that is
written on from step n keeps its step numbers, and its dice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import anyio.to_thread
from pydantic import Field

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError, user_error
from charlstm.model.limits import MAX_LENGTH
from charlstm.model.truncation import Truncation
from charlstm.ui.components.contract import Real, Whole
from charlstm.ui.components.events import served
from charlstm.ui.components.limits import MAX_SHOWN_DICE, check_characters
from charlstm.ui.components.places import Places
from charlstm.ui.components.visitor import address, asker
from charlstm.ui.temperature.reading.feed import (
    MOST_CHARACTERS,
    Cut,
    ReadQuestion,
    check_unchanged,
)

MOST_FRAMES = 21
"""Most temperatures of a question: a film from 0 to 2 in steps of 0.1."""

_MOST_WRITTEN = 10_000  # characters of all texts of an answer together
_WAITING = 160  # most requests of an address that wait: as many as in the queue of events


@dataclass(frozen=True)
class VariantQuestion(ReadQuestion):
    """A text to be written on.

    Attributes:
        text: what stands before the first character to be written.
        step: number of that character, counted from 0 after the seed text.
        length: characters to write.
        temperatures: one text each.
    """

    step: Annotated[Whole, Field(ge=0, le=MAX_LENGTH)]
    length: Annotated[Whole, Field(ge=1, le=MAX_LENGTH)]
    temperatures: Annotated[list[Real], Field(min_length=1, max_length=MOST_FRAMES)]
    dice: Annotated[Whole, Field(ge=0, le=MAX_SHOWN_DICE)]
    truncation: Cut


@dataclass(frozen=True)
class Variants:
    """What was written at each temperature, without the text before it."""

    texts: list[str]


def variant_feed(
    checkpoints: Checkpoints,
) -> list[Callable[[Any], Awaitable[dict[str, Any]]]]:
    """The server function `write_variants` of the columns.

    Questions that wait for a place occupy no thread. Several texts at once, a film, have places of
    their own, so that they keep no moved temperature waiting.
    """
    singles, films = Places(16, 12, _WAITING), Places(4, 3, _WAITING)
    answer = served(VariantQuestion)(partial(variants, checkpoints))

    async def write_variants(question: Any) -> dict[str, Any]:
        sent = question.get("temperatures") if isinstance(question, dict) else None
        places = films if isinstance(sent, list) and len(sent) > 1 else singles
        try:
            async with places.of(address()):
                return await anyio.to_thread.run_sync(answer, question)
        except UserError as error:
            return {"error": str(error)}

    return [write_variants]


def variants(checkpoints: Checkpoints, question: VariantQuestion) -> Variants:
    """Write a text on, once at each temperature.

    Raises:
        UserError: the text is empty or too long, a number is out of its range, all texts together
            would be too long, or there is no such checkpoint or it has changed.
    """
    if not question.text:
        raise user_error("components.empty.seed_text")
    check_characters(question.text, "text", MOST_CHARACTERS)
    if question.length * len(question.temperatures) > _MOST_WRITTEN:
        raise user_error("temperature.too_many", most=_MOST_WRITTEN)
    check_unchanged(checkpoints, question)
    is_film = len(question.temperatures) > 1
    sampler = checkpoints.sampler(question.checkpoint).asked_by(asker(urgent=not is_film))
    cut = question.truncation
    written = sampler.sample(
        question.text,
        question.temperatures,
        question.length,
        question.dice,
        truncation=Truncation(cut.top_k, cut.top_p, cut.min_p),
        first_step=question.step,
    )
    return Variants([samples[0][len(question.text) :] for samples in written])
