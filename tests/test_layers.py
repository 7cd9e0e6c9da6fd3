"""Imports point down only, and nothing heavy is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from small import ROOT

LAYERS = [
    {"errors", "vocab", "brackets", "limits", "owners", "process", "ratios", "means", "dropout"},
    {
        "dice",
        "intervals",
        "truncation",
        "grammar",
        "corpus",
        "sources",
        "batches",
        "model",
        "team",
        "hub_rows",
        "presets",
        "card_facts",
    },
    {
        "evaluate",
        "growth",
        "update",
        "ngram",
        "survival",
        "copies",
        "streams",
        "sampler",
        "reading",
        "checkpoint",
    },
    {
        "effect",
        "blind",
        "train",
        "still_open",
        "findings",
        "watched",
        "verdict",
        "probe",
        "reference",
        "settings",
        "plan",
        "written",
        "hub",
    },
    {
        "card",
        "runner",
        "run_state",
        "standing",
        "learned",
        "shipped",
        "snapshots",
        "history",
        "run_folder",
        "runs",
        "curves",
        "plot",
        "export",
        "battery",
        "battery_probe",
        "probe_export",
        "probe_plot",
    },
    {"ui", "bench", "bench_training", "commands", "__main__"},
]
LEVEL = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
# Within a layer these may call each other, in this direction.
NEIGHBOURS = {
    ("vocab", "errors"),
    ("brackets", "errors"),
    ("limits", "errors"),
    ("owners", "errors"),
    ("corpus", "grammar"),
    ("corpus", "hub_rows"),
    ("corpus", "sources"),
    ("sources", "grammar"),
    ("sources", "hub_rows"),
    ("checkpoint", "sampler"),
    ("sampler", "streams"),
    ("reading", "sampler"),
    ("findings", "still_open"),
    ("findings", "watched"),
    ("verdict", "findings"),
    ("still_open", "watched"),
    ("probe", "still_open"),
    ("probe", "findings"),
    ("probe", "watched"),
    ("probe", "verdict"),
    ("runner", "card"),
    ("runner", "run_state"),
    ("learned", "standing"),
    ("shipped", "learned"),
    ("shipped", "standing"),
    ("snapshots", "learned"),
    ("snapshots", "standing"),
    ("run_folder", "standing"),
    ("run_folder", "learned"),
    ("run_folder", "shipped"),
    ("runs", "run_folder"),
    ("curves", "standing"),
    ("curves", "learned"),
    ("plot", "curves"),
    ("probe_export", "battery_probe"),
    ("battery_probe", "battery"),
    ("probe_plot", "plot"),
    ("__main__", "commands"),
    ("bench", "bench_training"),
    ("hub", "settings"),
    ("__main__", "bench"),
}
FILES = sorted((ROOT / "charlstm").rglob("*.py"))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            yield node.module


def room_of(path):
    return path.relative_to(ROOT / "charlstm").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    room = room_of(path)
    if room == "__init__":
        assert list(imports(path)) == []
        return
    for module in imports(path):
        assert room == "ui" or not module.startswith("gradio"), f"{room} imports gradio"
        if module.startswith("charlstm."):
            other = module.split(".")[1]
            below = LEVEL[other] < LEVEL[room] or (room, other) in NEIGHBOURS
            assert below or room == other in ("ui", "commands"), f"{room} imports {other}"


def test_brackets_needs_only_the_standard_library():
    found = {m.split(".")[0] for m in imports(ROOT / "charlstm" / "brackets.py")} - {"charlstm"}
    assert found <= sys.stdlib_module_names


def run(code):
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_importing_the_package_takes_no_torch():
    run("import charlstm, sys; assert 'torch' not in sys.modules")


def test_everything_outside_ui_loads_neither_gradio_nor_datasets():
    rooms = sorted(LEVEL.keys() - {"ui"})
    run(
        f"import importlib, sys\nfor room in {rooms}: importlib.import_module('charlstm.' + room)\n"
        "assert not {'gradio', 'datasets', 'matplotlib'} & sys.modules.keys()"
    )
