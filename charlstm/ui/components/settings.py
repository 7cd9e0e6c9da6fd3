"""The type of controls whose values are kept in the address bar."""

from __future__ import annotations

import gradio as gr

Setting = gr.Checkbox | gr.Dropdown | gr.Number | gr.Radio | gr.Slider | gr.Textbox
"""A component whose value `charlstm.ui.link` can read from a link."""
