"""The text box for a seed text, the same in each tab that has one."""

from __future__ import annotations

import gradio as gr


def seed_box(seed_text: str, elem_id: str) -> gr.Textbox:
    """The box; the browser's autocorrection, capitalisation and spell checking are off, so that
    the model receives exactly what was typed."""
    return gr.Textbox(
        seed_text,
        label="Seed text",
        max_lines=6,
        scale=1,
        min_width=260,
        elem_id=elem_id,
        elem_classes="seed",
        html_attributes=gr.InputHTMLAttributes(
            autocomplete="off", autocorrect="off", autocapitalize="off", spellcheck=False
        ),
    )
