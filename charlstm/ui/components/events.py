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
from charlstm.ui.components.contract import asked_strangely, plain, reader

T = TypeVar("T")

IN_BROWSER: dict[str, Any] = {"fn": None, "api_visibility": "private"}
"""For every event that the server has nothing to do with."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For every other event: the page says itself that it waits, and a program has `api`."""

OWNED = "(...inputs) => [...inputs.slice(0, -1), charlstmOwner.token()]"
"""The ``js`` of an event whose last input takes the browser's token (``components/owner.js``)."""

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


def served(
    question: type[T], strange: Callable[[], UserError] = asked_strangely
) -> Callable[[Callable[[T], Any]], Callable[[Any], dict[str, Any]]]:
    """Make a server function of a component out of one that answers a question.

    Args:
        question: the dataclass that it takes; a browser may send anything.
        strange: the error for what is no such question.

    Returns:
        a decorator; the function's answer, a dataclass, is sent as JSON, and a `UserError` as
        ``{"error": sentence}``.
    """
    read = reader(question, strange)

    def decorate(function: Callable[[T], Any]) -> Callable[[Any], dict[str, Any]]:
        @functools.wraps(function)
        def answer(asked: Any) -> dict[str, Any]:
            try:
                found: dict[str, Any] = plain(function(read(asked)))
            except UserError as error:
                return {"error": str(error)}
            return found

        return answer

    return decorate


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
        handler: a generator; it yields values of `drawn`, dataclasses with a ``phase``: one of
            `open` in that script while it goes on, then another.
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
    event: gr.events.Dependency = gr.on(
        triggers,
        sentences(_sent(handler)),
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


def _sent(handler: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(handler)
    def generator(*args: Any) -> Any:
        for value in handler(*args):
            yield plain(value)

    return generator
