"""Imports point down only, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.fixtures.processes import PATIENCE
from tests.fixtures.small import ROOT

# What stands on one line does not know each other; each may import from the lines below it.
LAYERS = """
    __main__
    ui cli
    classroom
    export
    experiments
    runs
    checkpoints
    training
    model
    text
    atomic folders
    environment
    counting errors
    texts
    language
"""
LEVEL = {room: -level for level, rooms in enumerate(LAYERS.split("\n")) for room in rooms.split()}
PACKAGE = ROOT / "charlstm"


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in PACKAGE.rglob("*.py")}


def is_later(node: ast.AST) -> bool:
    """Whether what it holds does not run when its file is imported."""
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def imports(path: Path, *, at_once: bool = False) -> set[str]:
    """Modules that a file imports: wherever it does, or at once, when it is imported itself."""
    found = set()
    open_nodes: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while open_nodes:
        node = open_nodes.pop()
        if not (at_once and is_later(node)):
            open_nodes += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            found |= inside or {node.module}
    return found


IMPORTS = {module: imports(path) for module, path in MODULES.items()}
ROOM = {module: module.split(".")[1] for module in MODULES if module != "charlstm"}


def test_imports_point_down():
    for module, room in ROOM.items():
        for other in IMPORTS[module] & ROOM.keys():
            below = LEVEL[ROOM[other]] < LEVEL[room]
            assert below or ROOM[other] == room, f"{module} imports {other}"


def test_no_modules_import_each_other_in_a_circle():
    list(TopologicalSorter(IMPORTS).static_order())  # raises CycleError where they do


def test_a_package_itself_imports_nothing():
    assert not {m for m in MODULES if MODULES[m].name == "__init__.py" and IMPORTS[m]}


def test_only_the_page_imports_gradio():
    users = {m for m in MODULES if any(name.split(".")[0] == "gradio" for name in IMPORTS[m])}
    assert {ROOM[m] for m in users} == {"ui"}


def test_brackets_needs_only_the_standard_library():
    found = {name.split(".")[0] for name in IMPORTS["charlstm.text.brackets"]} - {"charlstm"}
    assert found <= sys.stdlib_module_names


def run(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=PATIENCE)


def test_importing_the_package_takes_no_torch():
    run("import charlstm, sys; assert 'torch' not in sys.modules")


HEAVY = {"gradio", "datasets", "matplotlib"}
OUTSIDE_UI = sorted(module for module, room in ROOM.items() if room != "ui")


def test_nothing_heavy_is_imported_at_once():
    for module in OUTSIDE_UI:
        found = {name.split(".")[0] for name in imports(MODULES[module], at_once=True)}
        assert not found & HEAVY, module


@pytest.mark.slow  # a process of its own, which imports torch: what libraries import counts too
def test_everything_outside_ui_loads_nothing_heavy():
    run(
        f"import importlib, sys\nfor module in {OUTSIDE_UI}: importlib.import_module(module)\n"
        f"assert not {HEAVY} & sys.modules.keys()"
    )
