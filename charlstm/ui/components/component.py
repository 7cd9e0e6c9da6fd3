"""A component that scripts in the browser draw from JSON, and the files that pages are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from charlstm.ui.components.contract import plain

UI = Path(__file__).parents[1]
"""The folder that scripts, styles and templates are named from, as in ``brackets/marks.js``."""

PARTS = "components/parts.js"
"""The script that every drawn component begins with."""

_STYLE = ("tokens", "page", "controls", "tables")


def source(name: str) -> str:
    """The text of a script, style or template, by its path from `UI`."""
    return (UI / name).read_text(encoding="utf-8")


def styles() -> str:
    """All style sheets: those of the whole page, then a folder's own before those within it."""
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
    """A component that draws itself in the browser.

    Beside the module lie its template ``name.html``, the same whatever is drawn, and its script
    ``name.js``, which declares ``mountName({element, props, watch, server, trigger})``; see
    ``Component`` in ``components/parts.js``.

    Args:
        module: ``__file__`` of the module that makes the component.
        name: of its template and its script.
        value: what is drawn first, a dataclass or a list of sentences.
        after: the scripts that its own builds on, in their order, by their paths from `UI`.
        server_functions: what its script may call.
    """
    own = (Path(module).parent / name).relative_to(UI)
    scripts = [f"// {path}\n{source(path)}" for path in (PARTS, *after, f"{own}.js")]
    mount = f"mount{name.capitalize()}({{ element, props, watch, server, trigger }});"
    return gr.HTML(
        plain(value),
        html_template=source(f"{own}.html"),
        js_on_load="\n".join([*scripts, mount]),
        server_functions=list(server_functions),
        apply_default_css=False,
        elem_id=elem_id,
    )
