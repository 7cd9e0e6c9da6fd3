"""Write a TypeScript project for each component of the page into a folder, for `scripts-check`.

A component's script is joined from files, in the order that `drawn` is given: a project is those
files, the scripts of the page's head, and the call that mounts the component.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.rooms import Rooms
from charlstm.language import ENGLISH
from charlstm.runs.manager import Runs
from charlstm.ui.app import SCRIPTS, build_app
from charlstm.ui.components.component import PARTS
from charlstm.ui.texts import UI, page_table

_OPTIONS = {
    "allowJs": True,
    "checkJs": True,
    "noEmit": True,
    "strict": False,
    "noImplicitThis": True,
    "moduleDetection": "legacy",
    "module": "preserve",
    "target": "es2024",
    "lib": ["es2024", "dom", "dom.iterable"],
    "types": [],
}
_GIVEN = """\
/** @type {HTMLElement} */
var element;
/** @type {Component<any, any>["props"]} */
var props;
/** @type {Component<any, any>["watch"]} */
var watch;
/** @type {any} */
var server;
/** @type {Component<any, any>["trigger"]} */
var trigger;
"""


def joined_scripts() -> set[str]:
    """The scripts of all components of the page that draw themselves."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder))
        try:
            rooms = Rooms(Path(folder) / "rooms.sqlite")
            demo = build_app(Checkpoints(Path(folder), Path(folder)), runs, rooms)
        finally:
            runs.close()
    htmls = [block for block in demo.blocks.values() if isinstance(block, gr.HTML)]
    return {html.js_on_load for html in htmls if html.js_on_load.startswith(f"// {PARTS}\n")}


def text_types() -> str:
    """The names of the page's texts as a type, and the gaps of each."""
    fields = []
    for name, found in page_table(ENGLISH).items():
        said = found if isinstance(found, str) else "{n}".join(found.values())  # n chooses one
        gaps = " | ".join(map(json.dumps, sorted(set(re.findall(r"\{(\w+)\}", said))))) or "never"
        fields.append(f"{json.dumps(name)}: {gaps};\n")
    return f"interface TextGaps {{\n{''.join(fields)}}}\ntype TextName = keyof TextGaps;\n"


def main() -> None:
    """Write the projects into the folder that the command line names."""
    folder = Path(sys.argv[1])
    head = [UI / name for name in SCRIPTS]
    types = Path(__file__).with_name("page.d.ts").resolve()
    names = folder / "texts.d.ts"
    names.write_text(text_types())
    checked = set(head)
    for script in joined_scripts():
        parts = re.findall(r"^// (\S+\.js)$", script, flags=re.MULTILINE)
        checked.update(UI / name for name in parts)
        project = folder / parts[-1].removesuffix(".js").replace("/", "-")
        project.mkdir()
        mount = project / "mount.js"
        mount.write_text(_GIVEN + script.splitlines()[-1] + "\n")
        files = [types, names, *head, *(UI / name for name in parts), mount]
        settings = {"compilerOptions": _OPTIONS, "files": [str(file) for file in files]}
        (project / "tsconfig.json").write_text(json.dumps(settings))
    if left := set(UI.rglob("*.js")) - checked:
        sys.exit(f"No component has these scripts: {', '.join(sorted(map(str, left)))}")


if __name__ == "__main__":
    main()
