"""The text box for a text that a model reads, the same in each tab that has one."""

from __future__ import annotations

from typing import Any

import gradio as gr

from charlstm.texts import text


def plain_box(
    label: str, elem_id: str, value: str = "", max_lines: int = 6, **more: Any
) -> gr.Textbox:
    """A text box; the browser's autocorrection, capitalisation and spell checking are off, so that
    the model receives exactly what was typed."""
    return gr.Textbox(
        value,
        label=label,
        max_lines=max_lines,
        scale=1,
        min_width=260,
        elem_id=elem_id,
        elem_classes="seed",
        html_attributes=gr.InputHTMLAttributes(
            autocomplete="off", autocorrect="off", autocapitalize="off", spellcheck=False
        ),
        **more,
    )


def seed_box(seed_text: str, elem_id: str) -> gr.Textbox:
    """The box for a seed text."""
    return plain_box(text("components.seed_text"), elem_id, seed_text)
