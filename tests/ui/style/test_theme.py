"""The palette: no other file has colours, and the page and the figures share them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import charlstm
from charlstm.export.figure import HOT, INK
from charlstm.export.palette import PALETTE, TEMPERATURES
from charlstm.ui.style.theme import colour_variables, temperature_scale

HEX = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")


def test_no_colour_stands_twice() -> None:
    package = Path(charlstm.__file__).parent
    found: dict[str, list[str]] = {
        str(path.relative_to(package)): HEX.findall(path.read_text())
        for kind in ("py", "css", "js", "html")
        for path in package.rglob(f"*.{kind}")
    }
    assert found.pop("export/palette.py")
    assert {name: colours for name, colours in found.items() if colours} == {}


def test_the_page_has_the_colours_of_the_figures() -> None:
    light, dark = colour_variables().splitlines()
    assert f"--ink: {INK};" in light
    assert f"--t-hot: {HOT};" in light
    assert f"--ink: {PALETTE['ink'].dark};" in dark
    assert "--prob: 47, 93, 138;" in light  # the accent's
    assert json.loads(temperature_scale().removeprefix("var charlstmScale = ").rstrip(";")) == [
        {"temperature": at, "colour": name} for at, name in TEMPERATURES.items()
    ]
