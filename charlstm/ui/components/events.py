"""Event handlers and server functions: the one place where a user's mistake becomes what Gradio or
a script shows."""

from __future__ import annotations

import functools
import html
import inspect
from collections.abc import Callable
from typing import Any

import gradio as gr

from charlstm.errors import UserError


def sentences(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap an event handler (a function or a generator) so that a `UserError` is shown as a toast.

    Toasts render simple HTML, and the sentence may quote what a person typed: it is escaped here.
    """

    def shown(error: UserError) -> gr.Error:
        return gr.Error(html.escape(str(error)), print_exception=False)

    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def generator(*args: Any, **kwargs: Any) -> Any:
            try:
                yield from handler(*args, **kwargs)
            except UserError as error:
                raise shown(error) from error

        return generator

    @functools.wraps(handler)
    def function(*args: Any, **kwargs: Any) -> Any:
        try:
            return handler(*args, **kwargs)
        except UserError as error:
            raise shown(error) from error

    return function


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
