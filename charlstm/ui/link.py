"""Settings in the address bar: reading them from a link's query string.

It happens once, when a page opens: each value is checked, so that the result is one that its
control can have, whatever the link contains. The browser writes settings into it (`link.js`).
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.environment import variable
from charlstm.errors import UserError
from charlstm.text.decoding import is_whole, plain
from charlstm.texts import text

LINK_TEXT_LIMIT = 2_000
"""Most characters of a text in an address; a longer text is left out of the link."""


_SPACE = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}", re.ASCII)


def space_script(environment: Mapping[str, str] = os.environ) -> str:
    """A script with the address of the Space's page on the Hub, for ``link.js``; null elsewhere.

    A Space's frame does not change the address that its visitors see, but the Hub passes the query
    of that address on to the frame. The Hub sets ``SPACE_ID``.
    """
    space = variable("SPACE_ID", environment) or ""
    page = f"https://huggingface.co/spaces/{space}" if _SPACE.fullmatch(space) else None
    return f"var charlstmSpacePage = {json.dumps(page)};"


@dataclass(frozen=True)
class Text:
    """Any text of at most `LINK_TEXT_LIMIT` characters without lone surrogates; its line ends are
    read as newlines, as a text box's are."""

    def read(self, raw: str) -> str | None:
        """The value of a link's parameter, or None to keep the control's own."""
        return plain(raw).text if len(raw) <= LINK_TEXT_LIMIT and is_whole(raw) else None


@dataclass(frozen=True)
class Number:
    """A number, clamped to its range; `whole` if the control has whole numbers only."""

    low: float
    high: float
    whole: bool

    def read(self, raw: str) -> float | int | None:
        """The value of a link's parameter, or None to keep the control's own."""
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
        """The value of a link's parameter, or None to keep the control's own."""
        return raw if raw in self.options else None


@dataclass(frozen=True)
class Switch:
    """On or off, as the browser spells it; anything else keeps the control's own."""

    def read(self, raw: str) -> bool | None:
        """The value of a link's parameter, or None to keep the control's own."""
        return {"true": True, "false": False}.get(raw)


Kind = Text | Number | Choice | Switch


def read_link(
    query: Mapping[str, str], kinds: Mapping[str, Kind]
) -> dict[str, str | float | int | bool]:
    """The settings of a link, each one clamped or checked.

    Args:
        query: the address's query parameters, decoded.
        kinds: the kind of value of each known name; other names are ignored.

    Returns:
        Name -> value of the link's valid settings.
    """
    values = {name: kind.read(query[name]) for name, kind in kinds.items() if name in query}
    return {name: value for name, value in values.items() if value is not None}


def checkpoint_remark(
    checkpoints: Checkpoints, query: Mapping[str, str], chosen: str | None
) -> list[str]:
    """A remark on a link whose texts this page can't reproduce.

    Args:
        query: the address's query parameters; ``checkpoint`` is a checkpoint's name, ``weights``
            the fingerprint of the weights that wrote the link's texts.
        chosen: the checkpoint that the page opens with; None if there is none.

    Returns:
        One sentence; none if checkpoint and weights are those of the link.
    """
    name, weights = query.get("checkpoint"), query.get("weights")
    if name is not None and name != chosen:
        absent = repr(name[:100])
        if chosen is None:
            return [text("page.link.no_checkpoint", checkpoint=absent)]
        writes = checkpoints.called(chosen)
        return [text("page.link.other_checkpoint", checkpoint=absent, chosen=writes)]
    if weights is None or chosen is None:
        return []
    with suppress(UserError):  # a damaged checkpoint is reported beside its name
        if (own := checkpoints.info(chosen).fingerprint) != weights:
            called = checkpoints.called(chosen)
            return [text("page.link.other_weights", chosen=called, weights=weights[:10], own=own)]
    return []
