"""What the page allows, whichever tab asks."""

from __future__ import annotations

from charlstm.errors import UserError

MAX_SHOWN_DICE = 999_999
"""The highest dice that the page rolls or takes: a number to read out to a neighbour."""

SEED_TEXT_LIMIT = 20_000
"""Characters of a seed text: what a model reads in well under a second."""


def check_seed_text(text: str) -> str:
    """The seed text, unchanged.

    Raises:
        UserError: it is empty, too long, or holds half of a character (a lone surrogate).
    """
    if not text:
        raise UserError("The seed text is empty.", "Type at least one character.")
    return check_characters(text, "seed text", SEED_TEXT_LIMIT)


def check_characters(text: str, what: str, most: int) -> str:
    """A text that a browser sent, unchanged.

    Args:
        what: it is, in a sentence.
        most: characters that it may have.

    Raises:
        UserError: it is too long, or holds half of a character (a lone surrogate).
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
    """Whether a text holds no half of a character (a lone surrogate), which UTF-8 can't hold."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
