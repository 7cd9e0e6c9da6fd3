"""A component that scripts in the browser draw from JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from charlstm.ui.assets import asset

_PARTS = ("parts.js", "bracket_view.js")  # what all of the tab's drawings are made of


def drawn(
    mount: str,
    value: dict[str, Any],
    template: str,
    scripts: Sequence[str],
    server_functions: Sequence[Callable[[Any], dict[str, Any]]] = (),
) -> gr.HTML:
    """The component.

    Args:
        mount: the function of the scripts that does it; it gets the component's element, props and
            watch, and the server functions.
        value: what is drawn first.
        template: an HTML file, the same whatever is drawn.
        scripts: files of their own, beside those that all drawings share.
        server_functions: what the scripts may call.
    """
    return gr.HTML(
        value,
        html_template=asset(template),
        js_on_load="\n".join(
            [*map(asset, (*_PARTS, *scripts)), f"{mount}(element, props, watch, server);"]
        ),
        server_functions=list(server_functions),
        apply_default_css=False,
    )
