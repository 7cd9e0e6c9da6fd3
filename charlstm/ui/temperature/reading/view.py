"""A component whose texts have a heat view, and whose characters can be explained on a click."""

from __future__ import annotations

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
    elem_id: str,
) -> gr.HTML:
    """The component; arguments as for `drawn`."""
    return drawn(
        module,
        name,
        value,
        after=(*_SCRIPTS, *after),
        server_functions=text_feed(checkpoints),
        elem_id=elem_id,
    )
