"""A file of rooms with a clock that tests set, and tiny models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.rooms import Opened, Rooms
from charlstm.classroom.state import State
from tests.fixtures.classroom import class_checkpoints, room_about_brackets

KEY = "the teacher's key"
TOKEN, OTHER = "0123456789abcdef" * 2, "f" * 32
"""Two browsers' tokens."""


def seen(rooms: Rooms, room: Opened, **who: str) -> State:
    """A room's state, as the page gets it the first time."""
    state = rooms.state(room.code, **who)
    assert state is not None
    return state


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Checkpoints:
    return class_checkpoints(tmp_path_factory.mktemp("checkpoints"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of the file of rooms, whose folder is not there yet."""
    return tmp_path / "rooms" / "rooms.sqlite"


@pytest.fixture
def rooms(path: Path, clock: Clock) -> Iterator[Rooms]:
    rooms = Rooms(path, KEY, clock)
    yield rooms
    rooms.close()


@pytest.fixture
def other_server(path: Path, clock: Clock) -> Iterator[Rooms]:
    """Another server with the same file as `rooms`."""
    other = Rooms(path, KEY, clock)
    yield other
    other.close()


@pytest.fixture
def room(rooms: Rooms, checkpoints: Checkpoints) -> Opened:
    """A room that asks about brackets."""
    return room_about_brackets(rooms, checkpoints)
