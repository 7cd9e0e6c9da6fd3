"""`Places`: so many at a time may do some work, and each client has a share.

For server functions, which do not wait in the queue of events (`charlstm.ui.line`); as there, a
client is an address, and who comes next is the one with the fewest at work.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from charlstm.errors import user_error


class Places:
    """Places at some work, of one event loop.

    Args:
        number: of places.
        share: the most of them that one client has at a time.
        waiting: the most of a client's requests that wait for one.
    """

    def __init__(self, number: int, share: int, waiting: int) -> None:
        self._free, self._share, self._waiting = number, share, waiting
        self._at_work: Counter[str] = Counter()
        self._line: list[tuple[str, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def of(self, client: str) -> AsyncIterator[None]:
        """Wait for a place, and have it for the block.

        Raises:
            UserError: as many of the client's requests wait already as may.
        """
        if [other for other, _ in self._line].count(client) >= self._waiting:
            raise user_error("components.waiting_already", waiting=self._waiting)
        turn = asyncio.get_running_loop().create_future()
        self._line.append((client, turn))
        self._give()
        try:
            await turn
        except asyncio.CancelledError:
            if (client, turn) in self._line:
                self._line.remove((client, turn))
            else:  # its place was given just now
                self._leave(client)
            raise
        try:
            yield
        finally:
            self._leave(client)

    def _leave(self, client: str) -> None:
        self._at_work[client] -= 1
        self._free += 1
        self._give()

    def _give(self) -> None:
        """Give the free places to those in the line whose share is not used up."""
        while self._free:
            able = [one for one in self._line if self._at_work[one[0]] < self._share]
            if not able:
                return
            first = min(able, key=lambda one: self._at_work[one[0]])  # the earliest of equals
            self._line.remove(first)
            self._free -= 1
            client, turn = first
            self._at_work[client] += 1
            turn.set_result(None)
