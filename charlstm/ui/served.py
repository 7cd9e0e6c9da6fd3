"""What the browser calls by itself while nobody presses a button."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from charlstm.errors import UserError


def served(function: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """Wrap a server function of a component so that a `UserError` is answered as a sentence.

    Args:
        function: takes what a browser sent, which may be anything.

    Returns:
        the function; where the wrapped one raises, it answers ``{"error": sentence}``.
    """

    @functools.wraps(function)
    def answer(asked: Any) -> dict[str, Any]:
        try:
            return function(asked)
        except UserError as error:
            return {"error": str(error)}

    return answer


def asked_strangely() -> UserError:
    """For what no page of ours sends."""
    return UserError("The page asked in an unknown way.", "Reload the page.")
