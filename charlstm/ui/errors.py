"""The one place where a user's mistake becomes what Gradio shows."""

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
