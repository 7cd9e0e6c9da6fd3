"""What the page allows, whichever tab asks."""

from __future__ import annotations

from charlstm.errors import UserError

SAMPLING = {"concurrency_id": "sampling", "concurrency_limit": 2}
"""For every event that draws from a model: two at a time, the others wait their turn."""

TYPING = {"trigger_mode": "always_last", "concurrency_limit": None}
"""For every event that answers while one types: through the queue, because Gradio keeps the order
of answers only there; none waits for another."""

QUEUE_SIZE = 120
"""Events that may wait, over all of the page: four for each of 30 browsers."""

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
