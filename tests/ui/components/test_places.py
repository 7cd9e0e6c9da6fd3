"""Places at some work: nobody has them all, and who has least comes next."""

from __future__ import annotations

import asyncio

import pytest

from charlstm.errors import UserError
from charlstm.ui.components.places import Places
from tests.fixtures.pages import finished


class Work:
    """Requests that take a place and keep it until they are ended."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.at_work: list[str] = []
        self._open: list[tuple[str, asyncio.Task[None], asyncio.Event]] = []

    async def begin(self, client: str, number: int = 1) -> None:
        for _ in range(number):
            end = asyncio.Event()
            self._open.append((client, asyncio.create_task(self._take(client, end)), end))
        await self.settled()

    async def end(self, client: str) -> None:
        """End the client's first request that is at work."""
        at = next(i for i, (own, _, end) in enumerate(self._open) if own == client)
        _, task, end = self._open.pop(at)
        end.set()
        await task
        await self.settled()

    async def leave(self, client: str) -> None:
        """Cancel the client's last request, at work or waiting."""
        at = max(i for i, (own, *_) in enumerate(self._open) if own == client)
        _, task, _ = self._open.pop(at)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self.settled()

    async def settled(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def _take(self, client: str, end: asyncio.Event) -> None:
        async with self.places.of(client):
            self.at_work.append(client)
            try:
                await end.wait()
            finally:
                self.at_work.remove(client)


def test_one_address_does_not_get_all_places_and_another_need_not_wait() -> None:
    async def check() -> None:
        work = Work(Places(4, share=3, waiting=20))
        await work.begin("greedy", 20)
        assert work.at_work == ["greedy"] * 3
        await work.begin("other")
        assert sorted(work.at_work) == ["greedy", "greedy", "greedy", "other"]
        # All places are taken: the next free one is for who has least, not for who came first.
        await work.begin("third")
        await work.end("greedy")
        assert sorted(work.at_work) == ["greedy", "greedy", "other", "third"]

    finished(check())


def test_who_waits_too_often_is_told_so_and_who_leaves_makes_room() -> None:
    async def check() -> None:
        places = Places(2, share=1, waiting=2)
        work = Work(places)
        await work.begin("one", 3)
        with pytest.raises(UserError, match="2 requests from your address are waiting"):
            async with places.of("one"):
                pass
        await work.leave("one")  # that waited
        await work.begin("one")
        await work.end("one")
        assert work.at_work == ["one"]
        await work.leave("one")
        await work.end("one")
        assert work.at_work == []
        async with places.of("one"), places.of("two"):
            pass

    finished(check())
