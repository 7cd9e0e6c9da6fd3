"""Controls whose values are kept in the address bar, and the tabs that have them."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

Setting = gr.Checkbox | gr.Dropdown | gr.Number | gr.Radio | gr.Slider | gr.Textbox
"""A component whose value `charlstm.ui.link` can read from a link."""


@dataclass(frozen=True)
class Tab:
    """What `charlstm.ui.app` needs of a tab.

    Attributes:
        settings: link name -> component, for the address bar.
    """

    settings: dict[str, Setting]
