"""How the page's events are wired: their Gradio settings, the rate of their updates, and how a
`UserError` reaches the page, as a toast or as JSON for a script."""

from __future__ import annotations

import functools
import html
import inspect
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import gradio as gr

from charlstm.errors import UserError
from charlstm.ui.components.contract import asked_strangely, plain, reader

T = TypeVar("T")

IN_BROWSER: dict[str, Any] = {"fn": None, "api_visibility": "private"}
"""Settings of every event that runs in the browser alone, without the server."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Settings of every other event: the page has its own signs of waiting instead of Gradio's, and
the event is no public endpoint, since programs have those of `charlstm.ui.api`."""

OWNED = "(...inputs) => [...inputs.slice(0, -1), charlstmOwner.token()]"
"""The ``js`` of an event whose last input gets the browser's token (``components/owner.js``)."""

WRITING: dict[str, Any] = {"concurrency_id": "writing", "concurrency_limit": 64}
"""Settings of every event whose text a person or a program waits for: the sampling engine draws all
of them side by side."""

PROBING: dict[str, Any] = {"concurrency_id": "probing", "concurrency_limit": 4}
"""Settings of every event that draws many samples: so many at a time bound the memory."""

THREADS = 100
"""Threads of the page's server: each event of those kinds may hold one."""

TYPING: dict[str, Any] = {"trigger_mode": "always_last", "concurrency_limit": None}
"""Settings of every event that answers while a person types: in the queue, because only there does
Gradio keep answers in order, but without a limit, so that none waits for another."""

QUEUE_SIZE = 120
"""Events of the whole page that may wait: four for each of 30 browsers."""

BLOCK = 5
"""Characters that are sampled before the clock and Stop are checked again."""

_FRAME = 0.06  # seconds between two updates: about 16 a second
_REST = 4  # times as long as an update took, at least, until the next one


def toast(error: UserError) -> gr.Error:
    """A Gradio error that displays a `UserError` as a toast.

    Toasts render simple HTML and the message may quote what a person typed, so it is escaped here.
    """
    return gr.Error(html.escape(str(error)), print_exception=False)


def sentences(
    handler: Callable[..., Any], convert: Callable[[UserError], gr.Error] = toast
) -> Callable[..., Any]:
    """Wrap an event handler (a function or a generator) so that Gradio displays its `UserError`.

    Args:
        convert: makes the Gradio error of a `UserError`.
    """
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def generator(*args: Any, **kwargs: Any) -> Any:
            try:
                yield from handler(*args, **kwargs)
            except UserError as error:
                raise convert(error) from error

        return generator

    @functools.wraps(handler)
    def function(*args: Any, **kwargs: Any) -> Any:
        try:
            return handler(*args, **kwargs)
        except UserError as error:
            raise convert(error) from error

    return function


def served(
    question: type[T], strange: Callable[[], UserError] = asked_strangely
) -> Callable[[Callable[[T], Any]], Callable[[Any], dict[str, Any]]]:
    """Decorator that makes a component's server function of a function from dataclass to dataclass.

    Args:
        question: the dataclass that the function takes; what the browser sends is validated.
        strange: makes the error for a value that is no such question.

    Returns:
        The decorator. The server function returns the answer as JSON, or ``{"error": message}``
        for a `UserError`.
    """
    read = reader(question, strange)

    def decorate(function: Callable[[T], Any]) -> Callable[[Any], dict[str, Any]]:
        @functools.wraps(function)
        def answer(sent: Any) -> dict[str, Any]:
            try:
                result: dict[str, Any] = plain(function(read(sent)))
            except UserError as error:
                return {"error": str(error)}
            return result

        return answer

    return decorate


def paced(reports: Iterable[T]) -> Iterator[T]:
    """Thin reports out to at most one in `_FRAME` seconds; the first and the last are kept.

    While many browsers watch, sending an update takes longer, and fewer are sent.
    """
    last, pause, held = -math.inf, _FRAME, []
    for report in reports:
        held = [report]
        began = time.monotonic()
        if began - last >= pause:
            yield held.pop()
            last = time.monotonic()
            pause = max(_FRAME, _REST * (last - began))
    yield from held


def long_question(
    triggers: Sequence[Callable[..., Any]],
    handler: Callable[..., Any],
    inputs: Sequence[gr.components.Component],
    drawn: gr.HTML,
    stop: gr.Button | None = None,
    others: Sequence[gr.HTML] = (),
    js: str | None = None,
    work: Mapping[str, Any] = PROBING,
) -> gr.events.Dependency:
    """Wire a question whose answer takes seconds; its JavaScript is ``components/questions.js``.

    Args:
        triggers: the events that ask it.
        handler: a generator that yields values of `drawn`, dataclasses with a ``phase``: one of
            those in `open` of that script while it works, another at the end.
        inputs: the components whose values the handler receives.
        drawn: the component that draws the answer; its first phase is "idle".
        stop: a button that is visible while the question is open; None for none.
        others: the components of other questions that share `stop`.
        js: a JavaScript function that is applied to the inputs before they are sent.
        work: `WRITING` or `PROBING`.

    Returns:
        The event, for `stop` to cancel.
    """
    outputs = [drawn] if stop is None else [drawn, stop]
    both = "" if stop else ".slice(0, 1)"
    begin = f"(value) => charlstmQuestions.asked(value){both}"
    over = f"(own, ...others) => charlstmQuestions.ended(own, others){both}"
    gr.on(triggers, inputs=drawn, outputs=outputs, js=begin, **IN_BROWSER)
    event: gr.events.Dependency = gr.on(
        triggers,
        sentences(_sent(handler)),
        inputs=inputs,
        outputs=drawn,
        js=js,
        trigger_mode="always_last",
        **QUIET,
        **work,
    )
    # Gradio triggers `then` after an answer, `failure` after an error, and both after Stop.
    for ended in (event.then, event.failure):
        ended(inputs=[drawn, *others], outputs=outputs, js=over, **IN_BROWSER)
    return event


def _sent(handler: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(handler)
    def generator(*args: Any) -> Any:
        for value in handler(*args):
            yield plain(value)

    return generator
