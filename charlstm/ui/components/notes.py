"""Short remarks below a control or beside a name."""

from __future__ import annotations

import gradio as gr

from charlstm.ui.components.component import drawn


def notes_view(sentences: list[str], elem_id: str) -> gr.HTML:
    """A component that displays a list of sentences, its value, as lines of plain text."""
    return drawn(__file__, "notes", sentences, elem_id=elem_id)
