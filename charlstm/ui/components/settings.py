"""Controls whose values the address bar holds."""

from __future__ import annotations

import gradio as gr

Setting = gr.Checkbox | gr.Dropdown | gr.Number | gr.Radio | gr.Slider | gr.Textbox
"""What `charlstm.ui.link` has a kind of value for."""
