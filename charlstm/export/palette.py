"""The colours of the page and the figures, in a light and a dark version.

Each colour has one meaning: temperatures are t-cold, t-mid, t-hot; depths are d1, d2, d3;
probability is the accent blue in increasing opacity; open brackets are "open", strays are "bad";
control and real text are "dim".
"""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """A colour on the light page, and its counterpart on the dark page, as ``#rrggbb``."""

    light: str
    dark: str


_BLUE = Colour("#2f6db5", "#7fb0e3")
_OCHRE = Colour("#8a6d1b", "#dcb95a")
_GREEN = Colour("#23805a", "#6cc79d")

PALETTE = {
    "bg": Colour("#fbfaf7", "#14181f"),
    "card": Colour("#ffffff", "#1b212b"),
    "ink": Colour("#1d2433", "#e8ebf0"),
    "dim": Colour("#5f6b7d", "#9aa6b8"),
    "line": Colour("#e3e0d8", "#2c3442"),
    "accent": Colour("#2f5d8a", "#7fb0e3"),
    "accent-ink": Colour("#ffffff", "#10151c"),
    "t-cold": _BLUE,
    "t-mid": _OCHRE,
    "t-hot": Colour("#c2472d", "#f0836a"),
    "d1": _BLUE,
    "d2": Colour("#ab5d0e", "#e8a35c"),
    "d3": _GREEN,
    "bad": Colour("#b3261e", "#ff8a80"),
    "open": Colour("#9a5b00", "#f0b95c"),
    "run-1": _GREEN,
    "run-2": Colour("#7a4fa3", "#bb9be6"),
    "run-3": _OCHRE,
    "run-4": Colour("#3c4656", "#c3ccd9"),
}
"""Name -> colour; run-1 to run-4 are the second to fifth run of a comparison."""

TEMPERATURES = {0.2: "t-cold", 0.5: "t-mid", 1.0: "t-hot"}
"""Temperature -> name of its colour; interpolated in between, constant beyond both ends."""


def light(name: str) -> str:
    """A colour of the light page, which the figures are drawn in."""
    return PALETTE[name].light
