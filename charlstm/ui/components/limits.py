"""Limits on what a browser may send, the same in all tabs."""

from __future__ import annotations

from charlstm.errors import UserError
from charlstm.text.decoding import is_whole
from charlstm.texts import text

MAX_SHOWN_DICE = 999_999
"""The highest dice that the page rolls or accepts: six digits, short enough to read aloud."""

SEED_TEXT_LIMIT = 20_000
"""Most characters of a seed text: a model reads as many in well under a second."""

MOST_WATCHED = 2_000
"""Most characters of a text that units are watched along: a second of one core at two layers of 640
units."""


def whole_number(number: float | None, what: str, least: int, most: int, or_else: str = "") -> int:
    """The whole number in a box.

    Args:
        what: subject and verb of the error's sentence, as "The dice are".
        or_else: the end of its remedy, as ", or press Roll".

    Raises:
        UserError: the box is empty, or its number is not whole or not in the range.
    """
    if number is None or not least <= number <= most or number != int(number):
        raise UserError(
            text("components.not_whole", what=what),
            text("components.type_between", least=least, most=most, or_else=or_else),
        )
    return int(number)


def shown_dice(number: float | None, or_else: str = "") -> int:
    """The dice in a box; arguments and errors as for `whole_number`."""
    return whole_number(number, text("components.dice_are"), 0, MAX_SHOWN_DICE, or_else)


def check_seed_text(seed: str) -> str:
    """Check a seed text, and return it unchanged.

    Raises:
        UserError: the text is empty, has more than `SEED_TEXT_LIMIT` characters, or holds half of
            a character (a lone surrogate).
    """
    if not seed:
        raise UserError(text("components.empty_seed"), text("components.type_one"))
    return check_characters(seed, "seed text", SEED_TEXT_LIMIT)


def check_characters(sent: str, what: str, most: int) -> str:
    """Check a text that a browser sent, and return it unchanged.

    Args:
        what: the name of the text in error messages, "text" or "seed text".
        most: the most characters that it may have.

    Raises:
        UserError: the text is too long, or holds half of a character (a lone surrogate).
    """
    name = what.replace(" ", "_")
    if len(sent) > most:
        raise UserError(
            text(f"components.too_long.{name}", n=len(sent)), text("components.keep_to", most=most)
        )
    if not is_whole(sent):
        raise UserError(text(f"components.half.{name}"), text("components.type_whole"))
    return sent
