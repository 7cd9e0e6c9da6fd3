"""A mistake of the person at the keyboard, in words that help."""

from __future__ import annotations

USER_ERROR_STATUS = 2
"""The exit status of the command line after a `UserError`, as shells expect of a usage error."""


class UserError(Exception):
    """Something that a person asked for can't be done, and what to do about it.

    Args:
        problem: a full sentence that says what is wrong.
        remedy: a full sentence that says what to do.

    Example:
        >>> str(UserError("The seed text is empty.", "Type at least one character."))
        'The seed text is empty. Type at least one character.'
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy
