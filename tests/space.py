"""What a visitor does on a Space, for ``.ci/space-check``: ``python -m tests.space ADDRESS begin``.

``begin`` writes, asks, and starts a run; it prints the run's name and its owner's token as soon as
the run has been saved. ``resume NAME TOKEN`` finds the run interrupted, and lets it go on.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from tests.fixtures.client import Client, PageConfig

_PATIENCE = 120.0


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait for a condition; the program ends with an error if it does not come about."""
    deadline = time.monotonic() + _PATIENCE
    while not await condition():
        if time.monotonic() > deadline:
            sys.exit(f"{what}: not within {_PATIENCE:g} s")
        await asyncio.sleep(0.2)


def expect(condition: bool, what: object) -> None:
    """End the program with an error unless something is so."""
    if not condition:
        sys.exit(f"not as expected: {str(what)[:300]}")


async def status(visitor: Client, run: str) -> dict[str, Any]:
    """The state of a run, as the board shows it."""
    news = await visitor.serve("loss-board", "look", run=run, offset=0, series=None)
    found: dict[str, Any] = news.get("status", {"step": 0, "state": news.get("error")})
    return found


async def begin(visitor: Client) -> None:
    """Write four columns, ask a probe, start a run."""
    page = visitor.page
    write = page.event("write")
    written = await visitor.answer(write, page.values(write, {"Length in characters": 50}))
    lengths = [len(column["text"]) for column in written["data"][0]["columns"]]
    expect(lengths == [50] * 3, written)

    ask = page.event("ask")
    changes = {"checkpoint": "brackets-64", "bracket-seed": "( 12 , "}
    asked = await visitor.answer(ask, page.values(ask, changes))
    expect(asked["data"][0]["phase"] == "done", asked)

    start = page.event("Start")
    values = page.values(start, {"Text": "brackets", "Seconds": "300"}, visitor.token)
    run = (await visitor.answer(start, values))["data"][0]["run"]

    async def saved() -> bool:
        found = await visitor.serve("loss-board", "export", kind="zip", runs=[run], view=_VIEW)
        return "error" not in found

    await until(saved, "a saved checkpoint")
    await asyncio.sleep(5)  # for its copy
    print(run, visitor.token)


_VIEW = {"unit": "bits", "by": "step", "log_x": False, "log_y": False}


async def resume(visitor: Client, run: str) -> None:
    """Let the run of `begin` go on."""
    found = await status(visitor, run)
    expect(found["state"] in ("stopped", "interrupted") and found["step"] > 0, found)
    # The page opens with this run, which puts it into the session's list.
    arrive = visitor.page.event("loss-board", "arrive")
    await visitor.answer(arrive, [None, 0, visitor.token], {"run": run})
    resumed = await visitor.answer(visitor.page.event("Resume"), [run, 0, visitor.token])
    expect(resumed["data"][0]["run"] == run, resumed)

    async def further() -> bool:
        return (await status(visitor, run))["step"] > found["step"]

    await until(further, "a further step")
    await visitor.answer(visitor.page.event("Stop"), [run, 0, visitor.token])


async def main() -> None:
    """Run what the command line asks for."""
    address, act, *given = sys.argv[1:]
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE) as http:

        async def answers() -> bool:
            try:
                return (await http.get("/config")).is_success
            except httpx.TransportError:
                return False

        await until(answers, "the page")
        visitor = Client(http, await PageConfig.read(http))
        if act == "begin":
            await begin(visitor)
        else:
            run, visitor.token = given
            await resume(visitor, run)


if __name__ == "__main__":
    asyncio.run(main())
