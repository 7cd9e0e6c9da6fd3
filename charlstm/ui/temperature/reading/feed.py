"""What the browser asks about a text that stands on the page: its scores, and why a character."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any

import anyio.to_thread

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.reading import Reading, Why, WhyRow, read, why
from charlstm.model.sampler import MAX_LENGTH, Sampler
from charlstm.ui.components.events import asked_strangely, served
from charlstm.ui.components.limits import MAX_SHOWN_DICE, SEED_TEXT_LIMIT, check_characters
from charlstm.ui.components.words import character_name
from charlstm.ui.temperature.columns.question import temperatures_of, truncation_of

MOST_CHARACTERS = SEED_TEXT_LIMIT + MAX_LENGTH
"""Characters of a text that is read: the longest that a column can hold."""

_AT_ONCE = 2  # on two cores more would only wait for each other


def text_feed(checkpoints: Checkpoints) -> list[Callable[[Any], Awaitable[dict[str, Any]]]]:
    """Server functions `read_text` and `why_character` for a component of the page.

    A few questions are answered at a time, the others wait without holding a thread.
    """
    turns = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(answer: Callable[[Any], dict[str, Any]], asked: Any) -> dict[str, Any]:
        async with turns:
            return await anyio.to_thread.run_sync(answer, asked)

    async def read_text(asked: Any) -> dict[str, Any]:
        return await in_turn(served(lambda given: scores(checkpoints, given)), asked)

    async def why_character(asked: Any) -> dict[str, Any]:
        return await in_turn(served(lambda given: reasons(checkpoints, given)), asked)

    return [read_text, why_character]


def scores(checkpoints: Checkpoints, asked: Any) -> dict[str, Any]:
    """Bits and rank of each character of a text.

    Args:
        asked: from a browser, which may send anything; answered is
            ``{"checkpoint", "fingerprint", "text"}``.

    Returns:
        See `scores_shown`.

    Raises:
        UserError: it can't be answered.
    """
    sampler, text = _text_asked(checkpoints, asked)
    return scores_shown(read(sampler, text))


def scores_shown(reading: Reading) -> dict[str, Any]:
    """``bits`` and ``ranks``, one a character, the first without bits; their ``total`` and their
    ``mean`` a character."""
    return {
        "bits": [_finite(bits, 3) for bits in reading.bits.tolist()],
        "ranks": reading.ranks.tolist(),
        "total": round(reading.total_bits, 3),
        "mean": round(reading.bpc, 4),
    }


def reasons(checkpoints: Checkpoints, asked: Any) -> dict[str, Any]:
    """Why a character stands where it stands.

    Args:
        asked: from a browser, which may send anything; answered is what `scores` is asked and
            ``"place"`` of the character; where a model wrote it also ``"drawn"``:
            ``{"given", "temperatures", "dice", "truncation"}``, given being the seed text's length.

    Returns:
        See `reasons_shown`.

    Raises:
        UserError: it can't be answered.
    """
    sampler, text = _text_asked(checkpoints, asked)
    place = asked.get("place")
    if type(place) is not int or not 0 <= place < len(text):
        raise asked_strangely()
    if place == 0:
        return {"name": character_name(text[0]), "bits": None, "rank": 0, "rows": []}
    drawn = asked.get("drawn")
    if drawn is None:
        return reasons_shown(why(sampler, text, place, []))
    match drawn:
        case {
            "given": int(given),
            "temperatures": list(temperatures),
            "dice": int(dice),
            "truncation": {"top_k": top_k, "top_p": top_p, "min_p": min_p},
        } if given <= place and 0 <= dice <= MAX_SHOWN_DICE:
            at, cut = temperatures_of(temperatures), truncation_of(top_k, top_p, min_p)
            return reasons_shown(why(sampler, text, place, at, cut, dice, place - given))
        case _:
            raise asked_strangely()


def reasons_shown(found: Why) -> dict[str, Any]:
    """What `why.js` draws.

    Returns:
        ``name``, ``bits`` and ``rank`` of the character (None and 0 for the first of a text, before
        which nothing stands); ``rows``: the model's own distribution, then one a column:
        ``temperature``, ``entropy`` in bits, ``winner`` (None where nothing was drawn) and
        ``choices``, likeliest first, the winner last where it is not among the ten:
        ``[name, chance, behind]``, behind being how far a choice's logarithm and noise together are
        behind the winner's.
    """
    own, *columns = found.rows
    likeliest = [
        [character_name(choice.character), round(choice.probability, 6), None]
        for choice in sorted(own.choices, key=lambda choice: -choice.probability)[:10]
    ]
    return {
        "name": character_name(found.character),
        "bits": round(found.bits, 3),
        "rank": found.rank,
        "rows": [
            {
                "temperature": own.temperature,
                "entropy": round(own.entropy_bits, 3),
                "winner": None,
                "choices": likeliest,
            },
            *map(_column_shown, columns),
        ],
    }


def _column_shown(row: WhyRow) -> dict[str, Any]:
    best = max(choice.score for choice in row.choices)
    return {
        "temperature": row.temperature,
        "entropy": round(row.entropy_bits, 3),
        "winner": None if row.winner is None else character_name(row.winner),
        "choices": [
            [
                character_name(choice.character),
                round(choice.probability, 6),
                _finite(best - choice.score, 3),
            ]
            for choice in row.choices
        ],
    }


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


def _text_asked(checkpoints: Checkpoints, asked: Any) -> tuple[Sampler, str]:
    match asked:
        case {"checkpoint": str(name), "fingerprint": str(fingerprint), "text": str(text)}:
            check_text(text)
        case _:
            raise asked_strangely()
    if checkpoints.info(name).fingerprint != fingerprint:
        raise UserError(
            f"The checkpoint {name} has changed since this was written.", "Write again."
        )
    return checkpoints.sampler(name), text


def _finite(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None
