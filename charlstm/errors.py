"""Errors the user can fix, with the remedy."""

from __future__ import annotations

from charlstm.texts import Value, text, translated

USER_ERROR_STATUS = 2
"""The exit status of the command line after a `UserError`: the conventional one of usage errors."""


class UserError(Exception):
    """An error the user can fix: the problem and its remedy.

    Its sentences are in the language of whoever they reach, if they are phrases (`user_error`): it
    may be raised for one visitor, or in a thread that serves all, and be reported to another.

    Args:
        problem: a full sentence: what is wrong.
        remedy: a full sentence: what to do about it.

    Example:
        >>> str(UserError("The seed text is empty.", "Type at least one character."))
        'The seed text is empty. Type at least one character.'
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}"

    @property
    def problem(self) -> str:
        """What is wrong."""
        return str(translated(self.args[0]))

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return str(translated(self.args[1]))


def user_error(name: str, /, **values: Value) -> UserError:
    """The error of a table of texts (`charlstm.texts`).

    Args:
        name: of the group of its texts ``problem`` and ``remedy``, as ``text.no_file``.
        values: of the gaps of both.
    """
    return UserError(text(f"{name}.problem", **values), text(f"{name}.remedy", **values))


def excerpt(name: object) -> str:
    """The beginning of a name for an error's sentence; its type for what is no name."""
    return name[:100] if isinstance(name, str) else type(name).__name__
