"""The address bar as the save button: settings to and from a query string.

Reading happens here, once, when a page opens: whatever a link holds, what comes out is a value
that its control could have had. Writing happens in the browser (`link.js`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.ui.components.limits import is_whole

LINK_TEXT_LIMIT = 2_000
"""Characters of a text that an address carries; a longer one is left out of the link."""


@dataclass(frozen=True)
class Text:
    """Any text up to `LINK_TEXT_LIMIT` characters; lone surrogates are not text."""

    def read(self, raw: str) -> str | None:
        """The value that a link's text stands for, or None to keep the control's own."""
        return raw if len(raw) <= LINK_TEXT_LIMIT and is_whole(raw) else None


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


@dataclass(frozen=True)
class Switch:
    """On or off, as the browser spells it; anything else keeps the control's own."""

    def read(self, raw: str) -> bool | None:
        """The value that a link's text stands for, or None to keep the control's own."""
        return {"true": True, "false": False}.get(raw)


Kind = Text | Number | Choice | Switch


def read_link(
    query: Mapping[str, str], kinds: Mapping[str, Kind]
) -> dict[str, str | float | int | bool]:
    """The settings that a link names, each one clamped or checked.

    Args:
        query: the address's query parameters, decoded.
        kinds: what each known name may hold; other names are ignored.

    Returns:
        Only what the link names and what may stand.
    """
    found = {name: kind.read(query[name]) for name, kind in kinds.items() if name in query}
    return {name: value for name, value in found.items() if value is not None}


def checkpoint_remark(
    checkpoints: Checkpoints, query: Mapping[str, str], chosen: str | None
) -> list[str]:
    """What is to be said of a link whose texts this page can't show.

    Args:
        query: the address's query parameters; ``checkpoint`` names one, and ``weights`` is the
            fingerprint of those that wrote the link's texts.
        chosen: the checkpoint that the page opens with.

    Returns:
        one sentence, or none where the checkpoint is the link's.
    """
    name, weights = query.get("checkpoint"), query.get("weights")
    if name is not None and name != chosen:
        instead = f"{chosen} writes instead, and it writes other texts" if chosen else "none is"
        return [f"This link is of the checkpoint {name[:100]!r}, which is not here: {instead}."]
    if weights is None or chosen is None:
        return []
    with suppress(UserError):  # a damaged checkpoint is said beside its name
        if (found := checkpoints.info(chosen).fingerprint) != weights:
            return [
                f"This link is of other weights of {chosen} ({weights[:10]}, here {found}): what "
                "is written here is not what the link showed."
            ]
    return []
