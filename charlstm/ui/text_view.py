"""A component that shows texts which can be asked about: a character, and the heat of all."""

from __future__ import annotations

from typing import Any

import gradio as gr

from charlstm.checkpoint import Checkpoints
from charlstm.ui.assets import asset
from charlstm.ui.text_feed import text_feed

_SCRIPTS = (
    "parts.js",
    "text_marks.js",
    "text_places.js",
    "text_walk.js",
    "text_heat.js",
    "text_why.js",
    "text_view.js",
)
"""In this order they are one script: the later build on the earlier."""


def text_view(
    checkpoints: Checkpoints,
    value: dict[str, Any],
    template: str,
    scripts: tuple[str, ...],
    mount: str,
    elem_id: str,
) -> gr.HTML:
    """The component, drawn in the browser from JSON.

    Args:
        template: name of the HTML file.
        scripts: names of its own scripts, after those that every such component has.
        mount: the call that draws it.
    """
    return gr.HTML(
        value,
        html_template=asset(template),
        js_on_load="\n".join([*map(asset, (*_SCRIPTS, *scripts)), f"{mount};"]),
        apply_default_css=False,
        server_functions=text_feed(checkpoints),
        elem_id=elem_id,
    )
