"""Quiet sentences that the server has something to say in."""

from __future__ import annotations

import gradio as gr

from charlstm.ui.components.component import asset


def notes_view(sentences: list[str], elem_id: str) -> gr.HTML:
    """Short lines of plain text, drawn as text nodes; its value is a list of sentences."""
    return gr.HTML(
        sentences,
        html_template='<div class="notes" role="status"></div>',
        js_on_load=asset(__file__, "notes.js"),
        apply_default_css=False,
        elem_id=elem_id,
    )
