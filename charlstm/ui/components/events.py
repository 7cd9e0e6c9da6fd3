"""How the page's events are wired: their Gradio settings, the doors that they come in by, and the
rate of their updates.

Whatever a browser or a program sends comes in by one of three doors: `handles` for the handler of
an event, `served` for a server function of a drawn component, and `endpoint` for a program's
request (`charlstm.ui.api`). Each states in a dataclass what it takes, and refuses everything else
with a sentence; each turns a `UserError` into what the other side displays. A new handler:

    @dataclass(frozen=True)
    class Question:
        checkpoint: Chosen
        dice: Typed

    @handles(Question)
    def run(asked: Question) -> Answer: ...

    button.click(run, [picker, dice], drawn, **QUIET)

`tests/ui/test_doors.py` finds every door in the page's own configuration, and sends it what it does
not take.
"""

from __future__ import annotations

import functools
import html
import inspect
import math
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields
from typing import Any, TypeVar

import gradio as gr

from charlstm.errors import UserError
from charlstm.texts import text, translated
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

CLASSROOM: dict[str, Any] = {"concurrency_id": "classroom", "concurrency_limit": 16}
"""Settings of every event that draws samples or texts for a class's room: a few dozen streams each,
so that the first of thirty people need not wait for the last."""

FINDING: dict[str, Any] = {"concurrency_id": "finding", "concurrency_limit": 12}
"""Settings of the search for units: one runs, and so many at most are told their place in line."""

THREADS = 100
"""Threads of the page's server: each event of those kinds may hold one."""

TYPING: dict[str, Any] = {"trigger_mode": "always_last", "concurrency_limit": None}
"""Settings of every event that answers while a person types: in the queue, because only there does
Gradio keep answers in order, but without a limit, so that none waits for another."""

QUEUE_SIZE = 640
"""Events of the whole page that may wait: those of several addresses (`charlstm.ui.line.SHARE`)."""

SESSIONS = 1_000
"""Sessions that Gradio remembers: it copies the page's configuration for each, some 0.26 MB, and
keeps those of programs and closed tabs for as long as there is room."""

BLOCK = 5
"""Characters that are sampled before the clock and Stop are checked again."""

_FRAME = 0.06  # seconds between two updates: about 16 a second
_REST = 4  # times as long as an update took, at least, until the next one


def ended(event: gr.events.Dependency, **options: Any) -> None:
    """Have something done in the browser when an event has ended: answered, stopped or failed.

    Gradio's own ``then`` does nothing after an error.

    Args:
        event: what a listener returned.
        options: as for Gradio's ``then``, without a function.
    """
    event.then(**options, **IN_BROWSER)
    event.failure(**options, **IN_BROWSER)


def handles(
    question: type[T], strange: Callable[[], UserError] = asked_strangely
) -> Callable[[Callable[[T], Any]], Callable[..., Any]]:
    """Decorator that makes the handler of an event of a function, or a generator, of a dataclass.

    Args:
        question: the dataclass: one field for each input of the event, in their order. The last
            one, if its name is ``rest``, takes the values of all further inputs as a list; one
            called ``event`` takes what a script passed to ``trigger``, and is no input.
        strange: makes the error for values that are no such question.

    Returns:
        The decorator. Its handler sends results as JSON values, dataclasses among them converted,
        and raises what Gradio displays as a toast.
    """
    read = reader(question, strange)
    names = [field.name for field in fields(question)]  # type: ignore[arg-type]
    inputs = [name for name in names if name != "event"]

    def asked(sent: Sequence[Any], event: Any = None) -> T:
        values = list(sent)
        if inputs[-1:] == ["rest"]:
            values[len(inputs) - 1 :] = [values[len(inputs) - 1 :]]
        named = dict(zip(inputs, values, strict=True))  # `Page` has counted them
        return read({**named, "event": event} if "event" in names else named)

    def decorate(function: Callable[[T], Any]) -> Callable[..., Any]:
        # Gradio reads in the signature whether a handler takes the event's data, and whether it is
        # a generator.
        def once(*sent: Any) -> Any:
            with _toasts():
                return _sent(function(asked(sent)))

        def of_event(event: gr.EventData, *sent: Any) -> Any:
            with _toasts():
                return _sent(function(asked(sent, event._data.value)))

        def answers(sent: Sequence[Any], event: Any = None) -> Iterator[Any]:
            with _toasts(), closing(function(asked(sent, event))) as found:
                yield from map(_sent, found)

        def often(*sent: Any) -> Any:
            yield from answers(sent)

        def often_of_event(event: gr.EventData, *sent: Any) -> Any:
            yield from answers(sent, event._data.value)

        handler: Callable[..., Any] = of_event if "event" in names else once
        if inspect.isgeneratorfunction(function):
            handler = often_of_event if "event" in names else often
        handler.__name__, handler.__qualname__ = function.__name__, function.__qualname__
        return handler

    return decorate


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
                result: dict[str, Any] = _sent(function(read(sent)))
            except UserError as error:
                return {"error": str(error)}
            except Exception:  # of ours: the page says that there is one, the log says which
                traceback.print_exc()
                return {"error": text("components.failed")}
            return result

        return answer

    return decorate


def endpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator that makes an endpoint for programs of a function, which checks each argument.

    A program reads plain text: unlike in a toast, nothing is escaped in the errors.
    """

    @functools.wraps(function)
    def answer(*sent: Any) -> Any:
        with _toasts(lambda text: text):
            return translated(function(*sent))

    return answer


def _sent(answer: Any) -> Any:
    """An answer as JSON, with its phrases in the language of whoever asked: they may have been made
    for another, or in a thread of its own."""
    return translated(plain(answer))


@contextmanager
def _toasts(escape: Callable[[str], str] = html.escape) -> Iterator[None]:
    """Raise errors of the block as those that Gradio displays.

    Args:
        escape: of a message: toasts render simple HTML, and it may quote what a person typed.
    """
    try:
        yield
    except UserError as error:
        raise gr.Error(escape(str(error)), print_exception=False) from error
    except Exception as error:  # of ours: Gradio prints it into the log
        raise gr.Error(text("components.failed")) from error


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
        handler: made by `handles` of a generator that yields values of `drawn`, dataclasses with a
            ``phase``: one of those in `open` of that script while it works, another at the end.
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
        handler,
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
