"""Numbers of things in words, the same everywhere: "1 character", "2,000 characters"."""

from __future__ import annotations


def counted(number: float, one: str, many: str | None = None) -> str:
    """A number with its noun, rounded to a whole one.

    Args:
        number: of the things.
        one: the noun of a single one.
        many: its plural; None for ``one`` with an "s".

    Example:
        >>> counted(1, "character"), counted(1234, "character"), counted(0, "entry", "entries")
        ('1 character', '1,234 characters', '0 entries')
    """
    whole = round(number)
    return f"{whole:,} {one if whole == 1 else many or f'{one}s'}"
