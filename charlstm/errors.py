"""Errors the user can fix, with the remedy."""

from __future__ import annotations

USER_ERROR_STATUS = 2
"""The exit status of the command line after a `UserError`: the conventional one of usage errors."""


class UserError(Exception):
    """An error the user can fix: the problem and its remedy.

    Args:
        problem: a full sentence: what is wrong.
        remedy: a full sentence: what to do about it.

    Example:
        >>> str(UserError("The seed text is empty.", "Type at least one character."))
        'The seed text is empty. Type at least one character.'
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


def excerpt(name: object) -> str:
    """The beginning of a name for an error's sentence; its type for what is no name."""
    return name[:100] if isinstance(name, str) else type(name).__name__
