"""`Page`: Gradio's Blocks, which pass on what a browser or a program sent as it was sent, and are
read in each visitor's language."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.context import LocalContext

from charlstm.errors import UserError, user_error
from charlstm.language import ENGLISH, language, speaking
from charlstm.texts import translated
from charlstm.ui.components.contract import asked_strangely
from charlstm.ui.line import Line
from charlstm.ui.temperature.columns.question import Columns


@dataclass(frozen=True)
class Sent:
    """What a script passed to ``trigger``, unread: Gradio looks for files in any other value."""

    value: Any


class Page(gr.Blocks):
    """The page.

    Gradio itself would convert each value to its component's type: it logs a traceback and sends an
    error without a word for a value that it can't convert, reads files that the value names, and
    keeps a copy of each value for as long as the session lasts. Here the doors of
    `charlstm.ui.components.events` check values instead.

    Args:
        head: makes the content of the page's ``<head>`` in the visitor's language.
        options: keyword arguments of Gradio's own.

    Attributes:
        opens_with: what the text columns hold when the page opens.
    """

    opens_with: Columns | None = None

    def __init__(self, head: Callable[[], str], **options: Any) -> None:
        self._head_of = head
        self._configs: dict[str, Any] = {}
        super().__init__(**options)

    @property
    def config(self) -> Any:
        """What Gradio sends a browser of the page, in the visitor's language."""
        spoken = language()
        if spoken not in self._configs:
            english = self._configs[ENGLISH]
            with speaking(spoken):
                head = self._head_of()
            self._configs[spoken] = translated(english, spoken) | {"head": head}
        return self._configs[spoken]

    @config.setter
    def config(self, english: Any) -> None:
        self._configs = {ENGLISH: english}

    def queue(self, *args: Any, **named: Any) -> Page:
        """Set up the queue of events; arguments as for Gradio's own method."""
        super().queue(*args, **named)
        old = self._queue
        self._queue = Line(
            old.live_updates,
            old.max_thread_count,
            old.update_intervals,
            old.max_size,
            self,
            old.default_concurrency_limit,
        )
        return self

    async def preprocess_data(
        self, block_fn: BlockFunction, inputs: list[Any], *_unused: Any, **_more: Any
    ) -> list[Any]:
        """The values of an event's inputs, unchanged.

        Raises:
            gr.Error: there are more or fewer than the event has.
        """
        if len(inputs) != len(block_fn.inputs):
            raise gr.Error(str(_miscounted(block_fn, len(inputs))), print_exception=False)
        return list(inputs)

    async def process_api(self, *args: Any, **named: Any) -> dict[str, Any]:
        """Handle an event."""
        if (event := named.get("event_data")) is not None:
            event._data = Sent(event._data)
        # Gradio says who asks while the handler runs; `preprocess_data` speaks to them before.
        before = LocalContext.request.set(named.get("request"))
        try:
            answer: dict[str, Any] = await super().process_api(*args, **named)
        finally:
            LocalContext.request.reset(before)
        return answer


def _miscounted(block_fn: BlockFunction, sent: int) -> UserError:
    if block_fn.api_visibility != "public" or block_fn.fn is None:
        return asked_strangely()
    names = list(inspect.signature(block_fn.fn).parameters)
    return user_error(
        "page.api.values",
        endpoint=str(block_fn.api_name),
        takes=len(names),
        sent=sent,
        names=", ".join(names),
    )
