"""The Notebook tab: its names and excerpts exist in the code, and its example follows the boxes."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Page, expect

from charlstm.model import choosers
from charlstm.text.brackets import Target
from charlstm.training import update
from charlstm.ui.components.component import source
from charlstm.ui.notebook.steps import FROM_HERE, TO_HERE, excerpt, marked, slips, steps


@pytest.mark.parametrize(
    "place",
    sorted({p for step in steps() for p in step.places} | {slip.place for slip in slips()}),
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


@pytest.mark.browser
def test_the_walk_has_seven_steps_and_all_slips(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?tab=notebook")
    expect(page.locator(".walk .step")).to_have_count(7)
    expect(page.locator(".walk .slips li")).to_have_count(len(slips()))
    excerpts = page.locator(".walk .step pre")
    assert excerpts.all_text_contents() == [step.code for step in steps() if step.code]
    beyond = excerpts.evaluate_all("all => all.map(pre => pre.scrollWidth - pre.clientWidth)")
    assert beyond == [0] * len(beyond)  # none has to be scrolled sideways


@pytest.mark.browser
def test_mississippi_is_read_as_in_the_notebook_and_follows_what_is_typed(
    page: Page, page_url: str
) -> None:
    page.goto(f"{page_url}?tab=notebook")
    ids = page.locator(".vocabulary")
    expect(ids).to_have_attribute("data-ids", "1, 0, 3, 3, 0, 3, 3, 0, 2, 2, 0")
    box = page.get_by_label("A text to read with its vocabulary")
    box.fill("<img> simp")
    # < i m g > space s i m p, where only i m p s are known
    expect(ids).to_have_attribute("data-ids", "4, 0, 1, 4, 4, 4, 3, 0, 1, 2")
    expect(ids.locator("img")).to_have_count(0)
    expect(ids.get_by_text("10 ids, 4 of them UNK")).to_be_visible()
    page.get_by_label("A training text").fill("")
    expect(ids).to_have_attribute("data-ids", ", ".join("0" * 10))
