"""A browser's place in line, for answers that are asked for and have not begun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from gradio.context import LocalContext

from charlstm.ui.components.events import served
from charlstm.ui.components.visitor import address, visitor


@dataclass(frozen=True)
class LinePlace:
    """A place in line.

    Attributes:
        ahead: requests that come first; None if the browser has none that waits.
        seconds: estimate of the time until its turn; None if it is not known.
    """

    ahead: int | None = None
    seconds: int | None = None


class HasPlaces(Protocol):
    """A queue of events that tells places in it (`charlstm.ui.line.Line`)."""

    def place(self, address: str, person: str, work: str) -> LinePlace:
        """The place of a browser's first event of some work."""


@dataclass(frozen=True)
class LineQuestion:
    """A request for the place in line."""


def place_in_line(work: str) -> Callable[[Any], dict[str, Any]]:
    """The server function ``place_in_line`` of a component whose events are of that work.

    Args:
        work: the ``concurrency_id`` of the events (`charlstm.ui.components.events`).
    """

    @served(LineQuestion)
    def place_in_line(_: LineQuestion) -> LinePlace:
        page = LocalContext.blocks.get(None)
        if page is None or not visitor():
            return LinePlace()
        queue: HasPlaces = page._queue  # type: ignore[assignment]
        return queue.place(address(), visitor(), work)

    return place_in_line
