"""Components that a script draws in the browser from JSON, and the page's source files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from charlstm.ui.components.contract import plain
from charlstm.ui.texts import UI, filled_template

PARTS = "components/parts.js"
"""The script that every drawn component loads first; the drawings' chooser comes next."""
_CHOOSER = "components/chooser.js"

_STYLE = ("tokens", "page", "controls", "tables", "terms", "hints")


def source(name: str) -> str:
    """The content of a script, style or template.

    Args:
        name: its path from `UI`, as ``brackets/marks.js``.
    """
    return (UI / name).read_text(encoding="utf-8")


def styles() -> str:
    """All style sheets as one: those of the whole page first, then each folder's before those of
    its subfolders."""
    shared = [UI / f"style/{name}.css" for name in _STYLE]
    own = sorted(set(UI.rglob("*.css")) - set(shared), key=lambda path: (len(path.parts), path))
    return "\n".join(path.read_text(encoding="utf-8") for path in (*shared, *own))


def drawn(
    module: str,
    name: str,
    value: Any = None,
    *,
    after: Sequence[str] = (),
    server_functions: Sequence[Callable[[Any], Any]] = (),
    elem_id: str | None = None,
) -> gr.HTML:
    """A component that its own script draws in the browser.

    Beside the module are its constant template ``name.html``, with the names of texts in brackets
    (`charlstm.texts`), and its script ``name.js``, which
    declares ``mountName({element, props, watch, server, trigger})``; see ``Component`` in
    ``components/parts.js``.

    Args:
        module: ``__file__`` of the module that makes the component.
        name: the file name, without ending, of its template and its script.
        value: the initial value, a dataclass or a list of sentences.
        after: paths from `UI` of the scripts to load before its own, in this order.
        server_functions: the Python functions that its script may call.
    """
    own = (Path(module).parent / name).relative_to(UI)
    scripts = [f"// {path}\n{source(path)}" for path in (PARTS, _CHOOSER, *after, f"{own}.js")]
    mount = f"mount{name.capitalize()}({{ element, props, watch, server, trigger }});"
    return gr.HTML(
        plain(value),
        html_template=filled_template(source(f"{own}.html")),
        js_on_load="\n".join([*scripts, mount]),
        server_functions=list(server_functions),
        apply_default_css=False,
        elem_id=elem_id,
    )
