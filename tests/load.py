"""Load on a running page, as browsers bring it: ``python -m tests.load ADDRESS --help``.

Each client has a session of its own, opened beforehand as a browser's is when its page loads. It
joins Gradio's queue as the page's scripts do, and reads its answer as it arrives. All clients write
at once; with ``--train`` as many others watch a run that trains beside them. With ``--minutes``
they write now and then, and some leave in the middle of an answer, as people do who close a tab.

It prints what it measured and asserts nothing about time. Its status is 1 if an answer failed.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.fixtures.client import Client, PageConfig

_LENGTH = 400
_LEAVING = 0.1  # of the answers of a soak: the client leaves while it arrives
_WATCHED = 1.0  # seconds between two looks at a run


@dataclass
class Timing:
    """Seconds from Write to the first and the last characters of an answer, or what went wrong."""

    first: float = 0.0
    last: float = 0.0
    wrong: str = ""


@dataclass
class Load:
    """What is asked of the page, and by how many clients."""

    page: PageConfig
    checkpoint: str
    clients: list[Client]
    failures: list[str] = field(default_factory=list)

    async def write(self, client: Client, leave: bool = False) -> Timing:
        """Let a client write four columns.

        Args:
            leave: close the connection after the first characters.
        """
        event = self.page.event("write")
        changes = {
            "checkpoint": self.checkpoint,
            "dice": secrets.randbelow(1_000_000),
            "column-count": "4",
            "Length in characters": _LENGTH,
        }
        timing, start = Timing(), time.monotonic()
        try:
            async for message in client.answers(event, self.page.values(event, changes)):
                if message["msg"] == "process_generating" and not timing.first:
                    timing.first = time.monotonic() - start
                    if leave:
                        return timing
                if message["msg"] == "process_completed":
                    timing.last = time.monotonic() - start
                    timing.wrong = _wrong(message)
        except httpx.HTTPError as error:
            timing.wrong = f"{type(error).__name__}: {error}"
        if timing.wrong:
            self.failures.append(timing.wrong)
        return timing

    async def all_at_once(self) -> list[Timing]:
        """Let every client write at the same moment."""
        return list(await asyncio.gather(*map(self.write, self.clients)))

    async def watch(self, client: Client, run: str) -> None:
        """Look at a run as its board does, until cancelled."""
        offset = 0
        while True:
            news = await client.serve("loss-board", "look", run=run, offset=offset, series=None)
            if "error" in news:
                self.failures.append(news["error"])
            offset = news.get("offset", offset)
            await asyncio.sleep(_WATCHED)

    async def now_and_then(self, client: Client, until: float, pause: float) -> int:
        """Let a client write until a time, after pauses of so many seconds on average."""
        answers = 0
        while True:
            await asyncio.sleep(random.expovariate(1 / pause))
            if time.monotonic() > until:
                return answers
            await self.write(client, leave=random.random() < _LEAVING)
            answers += 1


def _wrong(message: dict) -> str:
    """What is wrong with the last message of an answer; "" if it is complete."""
    if not message["success"]:
        return str(message["output"])
    columns = message["output"]["data"][0]["columns"]
    lengths = [len(column["text"]) for column in columns]
    return "" if lengths == [_LENGTH] * 4 else f"columns of {lengths} characters"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of some values that at least this share of them does not exceed."""
    return sorted(values)[max(0, -(-int(100 * share) * len(values) // 100) - 1)]


def summary(timings: Sequence[Timing]) -> str:
    """Median and 95th percentile of the answers that did not fail."""
    done = [timing for timing in timings if not timing.wrong]
    if not done:
        return "no answer"
    parts = [
        f"{name} characters {statistics.median(values):.2f} s, {percentile(values, 0.95):.2f} s"
        for name, values in (
            ("first", [timing.first for timing in done]),
            ("last", [timing.last for timing in done]),
        )
    ]
    return f"{'; '.join(parts)} (median, 95th percentile); {len(timings) - len(done)} failed"


def usage(pid: int) -> str:
    """Memory, threads, open files and child processes of a process (Linux)."""
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    children = [
        child
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    megabytes = int(status["VmRSS"].split()[0]) // 1024
    threads = status["Threads"].strip()
    return f"{megabytes} MB, {threads} threads, {files} files, {len(children)} child processes"


async def beside_a_run(load: Load, seconds: int, rounds: int) -> None:
    """Train on the bracket language through the page, and write beside it while as many clients
    watch; says what speed the run keeps."""
    owner = load.clients[0]
    event = load.page.event("Start")
    values = load.page.values(event, {"Text": "brackets", "Seconds": str(seconds)}, owner.token)
    watched = (await owner.answer(event, values))["data"][0]["run"]

    async def step() -> tuple[int, float]:
        news = await owner.serve("loss-board", "look", run=watched, offset=0, series=None)
        return news["status"]["step"], time.monotonic()

    watchers = [asyncio.create_task(load.watch(client, watched)) for client in await openings(load)]
    while (await step())[0] == 0:
        await asyncio.sleep(0.2)
    speeds = []
    for beside in (False, True):
        before, start = await step()
        if beside:
            for _ in range(rounds):
                print("while a run trains:", summary(await load.all_at_once()), flush=True)
        else:
            await asyncio.sleep(10)
        after, end = await step()
        speeds.append((after - before) / (end - start))
    print(f"the run: {speeds[0]:.1f} steps a second, watched; beside them {speeds[1]:.1f}")
    for watcher in watchers:
        watcher.cancel()
    await owner.answer(load.page.event("Stop"), [watched, 0, owner.token])


async def openings(load: Load) -> list[Client]:
    """As many further clients as there are, each with a page that has loaded."""
    clients = [Client(client.http, client.page) for client in load.clients]
    await asyncio.gather(*(client.open() for client in clients))
    return clients


async def soak(load: Load, minutes: float, pause: float, pid: int | None) -> None:
    """Write now and then for some minutes, and say what the server uses before, during, after."""
    until = time.monotonic() + 60 * minutes
    work = asyncio.gather(*(load.now_and_then(client, until, pause) for client in load.clients))
    while not work.done():
        if pid:
            print(f"{max(0.0, until - time.monotonic()) / 60:.0f} minutes left: {usage(pid)}")
        await asyncio.wait([work], timeout=60)
    if pid:
        print(f"after it: {usage(pid)}")
    print(f"{sum(work.result())} answers in {minutes:g} minutes, {len(load.failures)} failed")


async def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("address", help="of the page, as http://127.0.0.1:7860")
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--checkpoint", default="wikipedia-512")
    parser.add_argument("--rounds", type=int, default=3, help="times that all write at once")
    parser.add_argument("--train", type=int, metavar="SECONDS", help="write beside such a run too")
    parser.add_argument("--minutes", type=float, default=0.0, help="length of a soak")
    parser.add_argument("--pause", type=float, default=60.0, help="seconds, in a soak")
    parser.add_argument("--pid", type=int, help="of the page's process: print what it uses")
    given = parser.parse_args()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=given.address, timeout=600, limits=limits) as http:
        page = await PageConfig.read(http)
        clients = [Client(http, page) for _ in range(given.clients)]
        start = time.monotonic()
        await asyncio.gather(*(client.open() for client in clients))
        print(f"{len(clients)} pages opened in {time.monotonic() - start:.1f} s")
        load = Load(page, given.checkpoint, clients)
        for _ in range(given.rounds):
            print("idle:", summary(await load.all_at_once()), flush=True)
        if given.train:
            await beside_a_run(load, given.train, given.rounds)
        if given.minutes:
            await soak(load, given.minutes, given.pause, given.pid)
    for failure in load.failures:
        print("failed:", failure[:300])
    return 1 if load.failures else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
