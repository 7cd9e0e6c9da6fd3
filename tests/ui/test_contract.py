"""Dataclasses in Python and typedefs in the page's scripts have the same fields."""

from __future__ import annotations

import importlib
import re
from dataclasses import fields, is_dataclass
from functools import cache

import pytest

from charlstm.errors import UserError
from charlstm.ui.brackets.answer_cache import GalleryQuestion
from charlstm.ui.components.contract import plain, reader
from charlstm.ui.temperature.blind.data import BlindAnswer, BlindRound
from charlstm.ui.texts import UI

_TYPEDEF = re.compile(r"@typedef \{object\} (\w+)\n((?:\s*\*(?!\s*@typedef|/).*\n)*)")
_PROPERTY = re.compile(r"@property \{.*\} (\[?\w+\]?)")

# Typedefs that are used only between scripts.
OF_SCRIPTS = {
    "Component",
    "StripServer",
    "FindingServer",
    "MarkingServer",
    "UnitMark",
    "UnitRow",
    "Lane",
    "Along",
    "AnswerServer",
    "BatteryServer",
    "TextServer",
    "AskedText",
    "TextOptions",
    "TurnedColumn",
    "Branch",
    "DrawnCurve",
    "CurvesFigure",
    "DrawnFigure",
    "Shape",
    "ShownColumns",
    "BoardServer",
    "Heard",
    "ShownPlot",
    "RateLine",
    "RoomServer",
    "Visitor",
    "CourseServer",
    "LiveStep",
}


@cache
def typedefs() -> dict[str, list[str]]:
    """The fields of each typedef at the head of a script, as JSDoc writes them."""
    found: dict[str, list[str]] = {}
    for path in UI.rglob("*.js"):
        for name, body in _TYPEDEF.findall(path.read_text()):
            assert name not in found, f"{name} stands twice"
            found[name] = _PROPERTY.findall(body)
    return found


@cache
def dataclasses() -> dict[str, list[str]]:
    """The fields of each dataclass that a module of the experiments, of a class's room or of the
    page defines or imports, the page's last; optional fields are in brackets."""
    found = {}
    homes = UI.with_name("experiments"), UI.with_name("classroom"), UI
    for path in (path for home in homes for path in home.rglob("*.py")):
        name = ".".join(path.relative_to(UI.parents[1]).with_suffix("").parts)
        for thing in vars(importlib.import_module(name)).values():
            if isinstance(thing, type) and is_dataclass(thing):
                found[thing.__name__] = [
                    f"[{field.name}]" if field.default is None else field.name
                    for field in fields(thing)
                ]
    return found


@pytest.mark.parametrize("name", sorted(typedefs().keys() - OF_SCRIPTS))
def test_a_typedef_has_the_fields_of_its_dataclass(name: str) -> None:
    assert sorted(typedefs()[name]) == sorted(dataclasses()[name])


def test_what_is_drawn_and_asked_has_a_typedef() -> None:
    known = typedefs()
    for path in UI.rglob("*.py"):
        source = path.read_text()
        drawn = re.findall(r"\b(?:drawn|text_view)\(\s*__file__,\s*\"\w+\",\s*([A-Z]\w+)\(", source)
        asked = re.findall(r"@?\b(?:served|reader)\(([A-Z]\w+)", source)
        assert [name for name in (*drawn, *asked) if name not in known] == [], path


def test_a_value_is_json_at_any_depth() -> None:
    value = plain([BlindRound("answered", answer=BlindAnswer(1, [0.2, None], 7))])
    assert value[0]["answer"] == {"place": 1, "sources": [0.2, None], "dice": 7}


def test_numbers_and_texts_are_not_taken_for_each_other() -> None:
    read = reader(GalleryQuestion)
    good = {"key": "k", "row": 0, "first": 0, "most": 9}
    assert read(good) == GalleryQuestion("k", 0, 0, 9)
    for wrong in ({"row": "0"}, {"row": True}, {"key": 3}, {"most": 9.5}, {"first": None}):
        with pytest.raises(UserError, match="does not know"):
            read(good | wrong)
