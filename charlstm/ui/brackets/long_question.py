"""What the tab's long questions have in common: waiting, being stopped, being answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import gradio as gr

from charlstm.ui.components.events import sentences
from charlstm.ui.components.limits import SAMPLING

IN_BROWSER: dict[str, Any] = {"fn": None, "api_visibility": "private"}
"""For every event that the server has nothing to do with."""

_FRAME = 0.06  # seconds between two updates: about 16 a second

T = TypeVar("T")

# In the browser: what is drawn waits for the model and Stop is there, from the click on. When it is
# over, a question that was answered is left as it is, one that was interrupted says so, and one
# that was never answered gives way to what stood there before; nothing more is to come.
_ASKED = """(value) => [
    { ...value, phase: "waiting", before: value.phase === "waiting" ? value.before : value.phase },
    { __type__: "update", visible: true },
]"""
_ENDED = """(own, ...others) => {
    const active = ({ phase }) => ["waiting", "asking", "writing"].includes(phase);
    const interrupted = own.phase === "waiting" ? own.before : "stopped";
    return [
        { ...own, phase: active(own) ? interrupted : own.phase, counting: false },
        { __type__: "update", visible: others.some(active) },
    ];
}"""


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
    stop: gr.Button,
    others: Sequence[gr.HTML] = (),
    js: str | None = None,
) -> gr.events.Dependency:
    """Wire a question that takes its time.

    Args:
        triggers: whatever asks it.
        handler: a generator; it yields values of `drawn`, dicts with a ``phase``: "asking" or
            "writing" while it goes on, then another.
        inputs: of the handler.
        drawn: where the answer is drawn; at first its phase is "idle".
        stop: is shown while the question is open.
        others: where other questions with the same `stop` are drawn.
        js: what the browser does with the inputs first.

    Returns:
        the event, for `stop` to cancel.
    """
    gr.on(triggers, inputs=drawn, outputs=[drawn, stop], js=_ASKED, **IN_BROWSER)
    event = gr.on(
        triggers,
        sentences(handler),
        inputs=inputs,
        outputs=drawn,
        js=js,
        trigger_mode="always_last",
        show_progress="hidden",
        api_visibility="private",
        **SAMPLING,
    )
    # After an answer Gradio sends the one, after an error the other, after Stop both.
    for ended in (event.then, event.failure):
        ended(inputs=[drawn, *others], outputs=[drawn, stop], js=_ENDED, **IN_BROWSER)
    return event
