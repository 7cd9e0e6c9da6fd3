"""The palette: no other file has colours, and the page and the figures share them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import charlstm
from charlstm.export.figure import HOT, INK
from charlstm.export.palette import PALETTE, TEMPERATURES, Colour
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


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    shares = [byte / 255 for byte in bytes.fromhex(colour.removeprefix("#"))]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def least_contrast(text: Colour, paper: Colour) -> float:
    """WCAG's ratio, the lower one of light and dark."""
    pairs = [sorted(map(luminance, pair)) for pair in zip(text, paper, strict=True)]
    return min((light + 0.05) / (dark + 0.05) for dark, light in pairs)


def test_text_of_each_colour_has_a_contrast_of_four_and_a_half() -> None:
    assert round(least_contrast(Colour("#777777", "#000000"), Colour("#ffffff", "#ffffff")), 2) == (
        4.48
    )
    texts = PALETTE.keys() - {"bg", "card", "line", "accent-ink"}
    pairs = [(name, paper) for name in texts for paper in ("bg", "card")]
    pairs.append(("accent-ink", "accent"))
    faint = [pair for pair in pairs if least_contrast(*(PALETTE[name] for name in pair)) < 4.5]
    assert faint == []
