"""Where a seed text is typed, the same in each tab that asks for one."""

from __future__ import annotations

import gradio as gr


def seed_box(seed_text: str, elem_id: str) -> gr.Textbox:
    """The box, with nothing between the hand and the model: no browser corrects what is typed."""
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
