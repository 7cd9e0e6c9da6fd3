"""How the page's events are wired: their settings, their pace, and the one place where a user's
mistake becomes what Gradio or a script shows."""

from __future__ import annotations

import functools
import html
import inspect
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import gradio as gr

from charlstm.errors import UserError

T = TypeVar("T")

IN_BROWSER: dict[str, Any] = {"fn": None, "api_visibility": "private"}
"""For every event that the server has nothing to do with."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For every other event: the page says itself that it waits, and a program has `api`."""

SAMPLING: dict[str, Any] = {"concurrency_id": "sampling", "concurrency_limit": 2}
"""For every event that draws from a model: two at a time, the others wait their turn."""

TYPING: dict[str, Any] = {"trigger_mode": "always_last", "concurrency_limit": None}
"""For every event that answers while one types: through the queue, because Gradio keeps the order
of answers only there; none waits for another."""

QUEUE_SIZE = 120
"""Events that may wait, over all of the page: four for each of 30 browsers."""

BLOCK = 5
"""Characters that are drawn between two looks at the clock and at Stop."""

_FRAME = 0.06  # seconds between two updates: about 16 a second


def toast(error: UserError) -> gr.Error:
    """The error as a toast. Toasts render simple HTML, and the sentence may quote what a person
    typed: it is escaped here."""
    return gr.Error(html.escape(str(error)), print_exception=False)


def sentences(
    handler: Callable[..., Any], shown: Callable[[UserError], gr.Error] = toast
) -> Callable[..., Any]:
    """Wrap an event handler (a function or a generator) so that Gradio shows a `UserError`."""
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


def paced(reports: Iterable[T]) -> Iterator[T]:
    """The first of some reports, those that are a frame apart, and the last."""
    shown, held = 0.0, []
    for report in reports:
        held = [report]
        if time.monotonic() - shown >= _FRAME:
            yield held.pop()
            shown = time.monotonic()
    yield from held


def long_question(
    triggers: Sequence[Callable[..., Any]],
    handler: Callable[..., Any],
    inputs: Sequence[gr.components.Component],
    drawn: gr.HTML,
    stop: gr.Button | None = None,
    others: Sequence[gr.HTML] = (),
    js: str | None = None,
) -> gr.events.Dependency:
    """Wire a question that takes its time; what the browser does is in ``components/questions.js``.

    Args:
        triggers: whatever asks it.
        handler: a generator; it yields values of `drawn` with a ``phase``: one of `open` in that
            script while it goes on, then another.
        inputs: of the handler.
        drawn: where the answer is drawn; at first its phase is "idle".
        stop: is shown while the question is open, where there is one.
        others: where other questions with the same `stop` are drawn.
        js: what the browser does with the inputs first.

    Returns:
        the event, for `stop` to cancel.
    """
    outputs = [drawn] if stop is None else [drawn, stop]
    both = "" if stop else ".slice(0, 1)"
    asked = f"(value) => charlstmQuestions.asked(value){both}"
    over = f"(own, ...others) => charlstmQuestions.ended(own, others){both}"
    gr.on(triggers, inputs=drawn, outputs=outputs, js=asked, **IN_BROWSER)
    event = gr.on(
        triggers,
        sentences(handler),
        inputs=inputs,
        outputs=drawn,
        js=js,
        trigger_mode="always_last",
        **QUIET,
        **SAMPLING,
    )
    # After an answer Gradio sends the one, after an error the other, after Stop both.
    for ended in (event.then, event.failure):
        ended(inputs=[drawn, *others], outputs=outputs, js=over, **IN_BROWSER)
    return event
