"""A component that shows texts which can be asked about: a character, and the heat of all."""

from __future__ import annotations

from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.ui.components.component import asset
from charlstm.ui.temperature.reading.feed import text_feed

_SCRIPTS = (
    "../../components/parts.js",
    "places.js",
    "walk.js",
    "heat.js",
    "why.js",
    "view.js",
)
"""In this order they are one script: the later build on the earlier."""


def text_view(
    module: str,
    checkpoints: Checkpoints,
    value: dict[str, Any],
    template: str,
    scripts: tuple[str, ...],
    mount: str,
    elem_id: str,
) -> gr.HTML:
    """The component, drawn in the browser from JSON.

    Args:
        module: ``__file__`` of the module beside which its own files lie.
        template: the HTML file.
        scripts: its own scripts, after those that every such component has.
        mount: the call that draws it.
    """
    return gr.HTML(
        value,
        html_template=asset(module, template),
        js_on_load="\n".join(
            [
                *(asset(__file__, name) for name in _SCRIPTS),
                *(asset(module, name) for name in scripts),
                f"{mount};",
            ]
        ),
        apply_default_css=False,
        server_functions=text_feed(checkpoints),
        elem_id=elem_id,
    )
