"""Controls whose values the address bar holds, and the tabs that have them."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

Setting = gr.Checkbox | gr.Dropdown | gr.Number | gr.Radio | gr.Slider | gr.Textbox
"""What `charlstm.ui.link` has a kind of value for."""


@dataclass(frozen=True)
class Tab:
    """What the rest of the page needs of a tab.

    Attributes:
        settings: link name -> component, for the address bar.
    """

    settings: dict[str, Setting]
