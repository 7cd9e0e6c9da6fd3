"""A component whose texts have a heat view, and whose characters can be explained on a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.ui.components.component import drawn
from charlstm.ui.temperature.reading.feed import text_feed

_SCRIPTS = tuple(
    f"temperature/reading/{name}.js" for name in ("places", "walk", "heat", "why", "view")
)


def text_view(
    module: str,
    name: str,
    value: Any,
    checkpoints: Checkpoints,
    *,
    after: tuple[str, ...] = (),
    server_functions: Sequence[Callable[[Any], Any]] = (),
    elem_id: str,
) -> gr.HTML:
    """The component; arguments as for `drawn`.

    Args:
        server_functions: beside those of `text_feed`.
    """
    return drawn(
        module,
        name,
        value,
        after=(*_SCRIPTS, *after),
        server_functions=[*text_feed(checkpoints), *server_functions],
        elem_id=elem_id,
    )
