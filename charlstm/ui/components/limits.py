"""Limits on what a browser may send, the same in all tabs."""

from __future__ import annotations

from charlstm.errors import user_error
from charlstm.text.decoding import is_whole

MAX_SHOWN_DICE = 999_999
"""The highest dice that the page rolls or accepts: six digits, short enough to read aloud."""

SEED_TEXT_LIMIT = 20_000
"""Most characters of a seed text: a model reads as many in well under a second."""

MOST_WATCHED = 2_000
"""Most characters of a text that units are watched along: a second of one core at two layers of 640
units."""


def whole_number(number: float | None, what: str, least: int, most: int) -> int:
    """The whole number in a box.

    Args:
        what: which box: a name of the table's group ``range``.

    Raises:
        UserError: the box is empty, or its number is not whole or not in the range.
    """
    if number is None or not least <= number <= most or number != int(number):
        raise user_error(f"components.range.{what}", least=least, most=most)
    return int(number)


def shown_dice(number: float | None) -> int:
    """The dice in a box; errors as for `whole_number`."""
    return whole_number(number, "dice", 0, MAX_SHOWN_DICE)


def check_seed_text(seed: str) -> str:
    """Check a seed text, and return it unchanged.

    Raises:
        UserError: the text is empty, has more than `SEED_TEXT_LIMIT` characters, or holds half of
            a character (a lone surrogate).
    """
    if not seed:
        raise user_error("components.empty.seed_text")
    return check_characters(seed, "seed_text", SEED_TEXT_LIMIT)


def check_characters(sent: str, what: str, most: int) -> str:
    """Check a text that a browser sent, and return it unchanged.

    Args:
        what: "text" or "seed_text".
        most: the most characters that it may have.

    Raises:
        UserError: the text is too long, or holds half of a character (a lone surrogate).
    """
    if len(sent) > most:
        raise user_error(f"components.too_long.{what}", n=len(sent), most=most)
    if not is_whole(sent):
        raise user_error(f"components.half.{what}")
    return sent
