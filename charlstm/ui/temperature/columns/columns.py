"""The component of the text columns."""

from __future__ import annotations

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.ui.temperature.columns.question import Columns
from charlstm.ui.temperature.reading.view import text_view


def build_columns(checkpoints: Checkpoints, value: Columns) -> gr.HTML:
    """The component, with its value when the page opens."""
    return text_view(
        __file__,
        "columns",
        value,
        checkpoints,
        after=tuple(f"temperature/columns/{name}.js" for name in ("exports", "parting", "cards")),
        elem_id="columns",
    )
