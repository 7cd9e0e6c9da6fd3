"""Every way into the page takes what the page could have sent, and refuses anything else with a
sentence: each event, endpoint and server function, found in the page's own configuration."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import json
import random
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.rooms import Rooms
from charlstm.runs.manager import Runs
from charlstm.texts import text
from charlstm.ui.app import build_app
from charlstm.ui.page import Page
from charlstm.ui.texts import UI
from tests.fixtures.doors import Door, RefusedError, contents, doors
from tests.fixtures.hostile import PLAIN, nested, some_value
from tests.fixtures.pages import finished
from tests.ui.conftest import TINY

PARTS, EACH = 5, 100_000
"""Half a million random values, in parts that each end well within the limit on a test."""

BATCH = 100


@pytest.fixture(scope="module")
def places(app_folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """The folders that the page may write: of a checkpoint and runs, of rooms, of encoded texts."""
    folders = [tmp_path_factory.mktemp(name) for name in ("checkpoints", "rooms", "cache")]
    shutil.copytree(app_folders / TINY, folders[0] / TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folders[2]))
        yield folders


@contextlib.contextmanager
def built(places: list[Path], of_runs: Path | None = None) -> Iterator[Page]:
    """The page, not launched.

    Args:
        of_runs: the folder of its runs; None for that of its checkpoint.
    """

    async def build() -> Page:
        return build_app(Checkpoints(places[0], places[0]), runs, rooms)

    runs = Runs(of_runs or places[0])
    rooms = Rooms(places[1] / "rooms.sqlite")
    yield finished(build())  # where no event loop runs, Gradio makes loops that nobody closes
    runs.close()
    rooms.close()


@pytest.fixture(scope="module")
def app(places: list[Path]) -> Iterator[Page]:
    with built(places) as page:
        yield page


READ = {"checkpoint": TINY, "text": "He ( ", "temperature": 1.0}
ORDINARY: list[tuple[str, Any]] = [
    *(("training", {}), ("others", {})),  # these two are asked after each value
    *(("likely", {**READ, "place": 4}), ("strip", READ)),
    *(("sample", None), ("score", None), ("described", None), ("told_of", None)),
]
"""What people ask: the names of server functions with a question each, and of events and endpoints
with None, which stands for the values that the page opens with."""


@dataclass(frozen=True)
class Guard:
    """Holds that ordinary questions get the answers that they got at first, and that nothing is
    written by what is refused.

    Attributes:
        places: the folders that may be written.
        asked: each door of `ORDINARY`, what it is asked, and the answer.
    """

    places: list[Path]
    asked: list[tuple[Door, Any, Any]]

    @classmethod
    async def of(cls, page: Page, places: list[Path]) -> Guard:
        """Ask all ordinary questions once."""
        found = {(door.name, door.opens_with is None): door for door in doors(page)}
        asked = []
        for name, question in ORDINARY:
            door = found[name, question is not None]
            values = door.opens_with if question is None else question
            asked.append((door, values, await door.ask(values, None)))
        return cls(places, asked)

    async def check(self, most: int = 2) -> None:
        """Ask so many of the ordinary questions again."""
        for door, values, answer in self.asked[:most]:
            assert await door.ask(values, None) == answer, door.name

    async def sent(self, door: Door, values: Any, event: Any = None) -> None:
        """Knock: what is not taken gets a sentence, and leaves everything as it was."""
        before = contents(*self.places)
        try:
            await door.ask(values, event)
        except RefusedError as refused:
            [said] = refused.args
            assert said.endswith(".")
            assert " " in said
            assert said != text("components.failed"), door.name
            json.dumps(said, ensure_ascii=False).encode()  # it can be sent
            assert contents(*self.places) == before, door.name
        else:  # a value by chance is one that it may take, as an empty one to open a room
            assert contents(self.places[0]) == {
                path: state for path, state in before.items() if self.places[0] in path.parents
            }, door.name
        await self.check()


def questions() -> list[type]:
    """Every dataclass of the page's modules: their fields are the names that doors know."""
    found = set()
    for path in UI.rglob("*.py"):
        module = importlib.import_module(
            ".".join(path.relative_to(UI.parents[1]).with_suffix("").parts)
        )
        found |= {t for t in vars(module).values() if isinstance(t, type) and is_dataclass(t)}
    return sorted(found, key=lambda one: f"{one.__module__}.{one.__name__}")


def test_the_page_has_no_state(app: Page) -> None:
    """A page with a `gr.State` holds a connection open; a browser has six for all of its tabs."""
    assert app.config["connect_heartbeat"] is False


@pytest.mark.slow
def test_no_door_takes_what_the_page_cant_send(app: Page, places: list[Path]) -> None:
    values = [*PLAIN, nested()]

    async def knock() -> None:
        found, guard = doors(app), await Guard.of(app, places)
        assert {"begin", "watch", "pick", "sample", "look", "likely"} <= {d.name for d in found}
        for door in found:
            for number, value in enumerate(values):
                await guard.sent(door, changed(door, {number: value}), value)
            if door.opens_with is not None:
                for wrong in ([None] * 99, [*door.opens_with, 1]):
                    with pytest.raises(RefusedError):
                        await door.ask(wrong, None)
            await guard.check(len(ORDINARY))

    finished(knock())


@pytest.mark.slow
def test_a_browser_with_a_token_is_refused_in_words(places: list[Path]) -> None:
    """Strange values beside a token that starts runs, in a folder where no run can be started."""
    names = ("begin", "end", "go_on", "turn", "watch", "pick", "count")

    async def knock() -> None:
        guard = await Guard.of(page, places)
        for door in doors(page):
            if door.name in names and door.opens_with is not None:
                with_token = replace(door, opens_with=[*door.opens_with[:-1], "a" * 32])
                for number, value in itertools.product(range(len(door.opens_with) - 1), PLAIN):
                    await guard.sent(door, changed(with_token, {number: value}), {"run": value})
        await guard.check(len(ORDINARY))

    with built(places, of_runs=Path("/dev/null/runs")) as page:
        finished(knock())


def changed(door: Door, values: dict[int, Any]) -> Any:
    """What a door takes with some values changed, by the numbers of their places; numbers that are
    too high begin again at the first place."""
    if door.opens_with is None:
        return next(iter(values.values()))
    sent = [*door.opens_with]
    for number, value in values.items():
        if sent:
            sent[number % len(sent)] = value
    return sent


@dataclass(frozen=True)
class Value:
    """A random value for a door: the door's number, what it takes, and the event's data."""

    door: int
    values: Any
    event: Any


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_door_takes_random_values(app: Page, places: list[Path], part: int) -> None:
    """After each value two ordinary questions are asked, after each `BATCH` all of them. If one is
    answered in another way then, each value of the batch is tried on a page of its own."""
    seed = secrets.randbits(32)
    print(f"part {part}, seed {seed}")
    rng, shapes = random.Random(seed), questions()

    async def knock() -> None:
        found, guard, batch = doors(app), await Guard.of(app, places), []
        for _ in range(EACH):
            number, values = rng.randrange(len(found)), {}
            for _ in range(rng.choice((1, 1, 2, 5))):
                values[rng.randrange(99)] = some_value(rng, shapes)
            sent = Value(number, changed(found[number], values), some_value(rng, shapes))
            await guard.sent(found[number], sent.values, sent.event)
            batch.append(sent)
            if len(batch) == BATCH:
                try:
                    await guard.check(len(ORDINARY))
                except AssertionError as error:
                    alone = [value for value in batch if breaks(value, places)]
                    names = {found[value.door].name for value in alone or batch}
                    raise AssertionError(f"{error}, after {names}: {alone or batch}") from error
                batch.clear()

    finished(knock())


def breaks(sent: Value, places: list[Path]) -> bool:
    """Whether an ordinary question is answered in another way after a value."""

    async def knock() -> bool:
        guard = await Guard.of(page, places)
        with contextlib.suppress(RefusedError):
            await doors(page)[sent.door].ask(sent.values, sent.event)
        try:
            await guard.check(len(ORDINARY))
        except AssertionError:
            return True
        return False

    with built(places) as page:
        return finished(knock())
