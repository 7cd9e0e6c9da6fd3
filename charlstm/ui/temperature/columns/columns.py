"""The component of the text columns."""

from __future__ import annotations

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.ui.temperature.columns.question import Columns
from charlstm.ui.temperature.columns.variants import variant_feed
from charlstm.ui.temperature.reading.view import text_view

_SCRIPTS = tuple(
    f"temperature/columns/{name}.js"
    for name in ("exports", "parting", "cards", "turning", "film", "branch")
)


def build_columns(checkpoints: Checkpoints, value: Columns) -> gr.HTML:
    """The component, with its value when the page opens."""
    return text_view(
        __file__,
        "columns",
        value,
        checkpoints,
        after=_SCRIPTS,
        server_functions=variant_feed(checkpoints),
        elem_id="columns",
    )
