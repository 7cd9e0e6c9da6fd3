"""Limits on what a browser may send, the same in all tabs."""

from __future__ import annotations

from charlstm.errors import UserError

MAX_SHOWN_DICE = 999_999
"""The highest dice that the page rolls or accepts: six digits, short enough to read aloud."""

SEED_TEXT_LIMIT = 20_000
"""Most characters of a seed text: a model reads as many in well under a second."""


def check_seed_text(text: str) -> str:
    """Check a seed text, and return it unchanged.

    Raises:
        UserError: the text is empty, has more than `SEED_TEXT_LIMIT` characters, or holds half of
            a character (a lone surrogate).
    """
    if not text:
        raise UserError("The seed text is empty.", "Type at least one character.")
    return check_characters(text, "seed text", SEED_TEXT_LIMIT)


def check_characters(text: str, what: str, most: int) -> str:
    """Check a text that a browser sent, and return it unchanged.

    Args:
        what: the name of the text in error messages, as "seed text".
        most: the most characters that it may have.

    Raises:
        UserError: the text is too long, or holds half of a character (a lone surrogate).
    """
    if len(text) > most:
        raise UserError(
            f"The {what} has {len(text):,} characters.", f"Keep it to {most:,} or fewer."
        )
    if not is_whole(text):
        raise UserError(
            f"The {what} holds half of a character (a lone surrogate).",
            "Delete it and type the whole character.",
        )
    return text


def is_whole(text: str) -> bool:
    """Whether a text has no lone surrogate (half of a character), which UTF-8 can't encode."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
