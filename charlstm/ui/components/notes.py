"""Quiet sentences that the server has something to say in."""

from __future__ import annotations

import gradio as gr

from charlstm.ui.components.component import drawn


def notes_view(sentences: list[str], elem_id: str) -> gr.HTML:
    """Short lines of plain text, drawn as text nodes; its value is a list of sentences."""
    return drawn(__file__, "notes", sentences, elem_id=elem_id)
