"""A component that scripts in the browser draw from JSON; scripts and templates are files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr


def asset(module: str, name: str) -> str:
    """The text of a script, style or template.

    Args:
        module: ``__file__`` of the module beside which it lies.
        name: its path from there.
    """
    return (Path(module).parent / name).read_text(encoding="utf-8")


def drawn(
    module: str,
    mount: str,
    value: dict[str, Any],
    template: str,
    scripts: Sequence[str],
    server_functions: Sequence[Callable[[Any], dict[str, Any]]] = (),
) -> gr.HTML:
    """The component.

    Args:
        module: ``__file__`` of the module beside which the files lie.
        mount: the function of the scripts that does it; it gets the component's element, props and
            watch, and the server functions.
        value: what is drawn first.
        template: an HTML file, the same whatever is drawn.
        scripts: files, each building on those before it and on ``parts.js``.
        server_functions: what the scripts may call.
    """
    return gr.HTML(
        value,
        html_template=asset(module, template),
        js_on_load="\n".join(
            [
                asset(__file__, "parts.js"),
                *(asset(module, name) for name in scripts),
                f"{mount}(element, props, watch, server);",
            ]
        ),
        server_functions=list(server_functions),
        apply_default_css=False,
    )
