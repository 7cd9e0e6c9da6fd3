"""The code beside the lesson: its names and excerpts exist, and each step and slip has its own."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from charlstm.model import cell, choosers
from charlstm.text.brackets import Target
from charlstm.training import update
from charlstm.ui.components.component import source
from charlstm.ui.notebook.lesson import lesson
from charlstm.ui.notebook.steps import (
    FROM_HERE,
    TO_HERE,
    excerpt,
    marked,
    slip_places,
    step_code,
)


@pytest.mark.parametrize(
    "place",
    sorted({p for code in step_code().values() for p in code.places} | {*slip_places().values()}),
)
def test_every_place_exists(place: str) -> None:
    file, _, name = place.partition(" · ")
    if file.endswith(".js"):
        assert source(file.removeprefix("ui/"))
        return
    named = importlib.import_module(f"charlstm.{file.removesuffix('.py').replace('/', '.')}")
    for part in name.split("."):
        named = getattr(named, part)
    assert callable(named)


def test_an_excerpt_is_the_source_without_its_docstring() -> None:
    lines = excerpt(Target.feed).splitlines()
    assert lines[0] == "def feed(self, character: str) -> bool:"
    assert '"""' not in "".join(lines)
    assert lines[-1].strip().startswith("return")


def test_marked_parts_of_a_module_are_shown_in_their_order(tmp_path: Path) -> None:
    lines = [
        "def f():",
        f"    {FROM_HERE}",
        "    if 1:",
        "        a()",
        f"    {TO_HERE}",
        "    b()",
    ]
    again = ["    def g():", f"        {FROM_HERE}", "        c()", f"        {TO_HERE}"]
    assert marked(written(tmp_path / "both.py", lines + again)) == "if 1:\n    a()\nc()"
    for name, text in (("none", ["a = 1"]), ("half", lines[:4])):
        with pytest.raises(ValueError, match="marks no part"):
            marked(written(tmp_path / f"{name}.py", text))


def written(path: Path, lines: list[str]) -> ModuleType:
    path.write_text("\n".join(lines))
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    return module


def test_of_what_is_long_only_a_part_is_shown() -> None:
    assert marked(update).splitlines()[0] == "self.optimizer.zero_grad()"
    assert marked(update).splitlines()[-1] == "self.optimizer.step()"
    assert "argmax" in marked(choosers)
    assert marked(cell).splitlines()[0].startswith("i, f, g, o = ")


def test_each_step_and_each_slip_has_its_code() -> None:
    assert list(step_code()) == [step.name for step in lesson().steps]
    assert list(slip_places()) == [slip.name for slip in lesson().slips]
