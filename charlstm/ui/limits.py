"""What the page allows, whichever tab asks."""

from __future__ import annotations

from charlstm.errors import UserError

SAMPLING = {"concurrency_id": "sampling", "concurrency_limit": 2}
"""For every event that draws from a model: two at a time, the others wait their turn."""

QUEUE_SIZE = 60
"""Events that may wait, over all of the page: two for each of 30 browsers."""

SEED_TEXT_LIMIT = 20_000
"""Characters of a seed text: what a model reads in well under a second."""


def check_seed_text(text: str) -> str:
    """The seed text, unchanged.

    Raises:
        UserError: it is empty, too long, or holds half of a character (a lone surrogate).
    """
    if not text:
        raise UserError("The seed text is empty.", "Type at least one character.")
    if len(text) > SEED_TEXT_LIMIT:
        raise UserError(
            f"The seed text has {len(text):,} characters.",
            f"Keep it to {SEED_TEXT_LIMIT:,} or fewer.",
        )
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise UserError(
            "The seed text holds half of a character (a lone surrogate).",
            "Delete it and type the whole character.",
        )
    return text
