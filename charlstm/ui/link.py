"""The address bar as the save button: settings to and from a query string.

Reading happens here, once, when a page opens: whatever a link holds, what comes out is a value
that its control could have had. Writing happens in the browser (`link.js`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

LINK_TEXT_LIMIT = 2_000
"""Characters of a text that an address carries; a longer one is left out of the link."""


@dataclass(frozen=True)
class Text:
    """Any text up to `LINK_TEXT_LIMIT` characters; lone surrogates are not text."""

    def read(self, raw: str) -> str | None:
        """The value that a link's text stands for, or None to keep the control's own."""
        if len(raw) > LINK_TEXT_LIMIT or any("\ud800" <= c <= "\udfff" for c in raw):
            return None
        return raw


@dataclass(frozen=True)
class Number:
    """A number, brought into its range; whole if its control counts."""

    low: float
    high: float
    whole: bool

    def read(self, raw: str) -> float | int | None:
        """The value that a link's text stands for, or None to keep the control's own."""
        try:
            value = float(raw)
        except ValueError:
            return None
        if math.isnan(value):
            return None
        value = min(max(value, self.low), self.high)
        return round(value) if self.whole else value


@dataclass(frozen=True)
class Choice:
    """One of some options; anything else keeps the control's own."""

    options: tuple[str, ...]

    def read(self, raw: str) -> str | None:
        """The value that a link's text stands for, or None to keep the control's own."""
        return raw if raw in self.options else None


def read_link(
    query: Mapping[str, str], kinds: Mapping[str, Text | Number | Choice]
) -> dict[str, str | float | int]:
    """The settings that a link names, each one clamped or checked.

    Args:
        query: the address's query parameters, decoded.
        kinds: what each known name may hold; other names are ignored.

    Returns:
        Only what the link names and what may stand.
    """
    found = {name: kind.read(query[name]) for name, kind in kinds.items() if name in query}
    return {name: value for name, value in found.items() if value is not None}
