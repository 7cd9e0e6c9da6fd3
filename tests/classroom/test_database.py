"""The file of rooms, shared by threads and by servers, one of which is killed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.blocks import LEASE
from charlstm.classroom.database import SCHEMA_VERSION, Database
from charlstm.classroom.question import BLOCK
from charlstm.classroom.rooms import Opened, Rooms
from charlstm.experiments.probe import probe
from tests.fixtures.classroom import LIVELY, about_brackets, add, room_about_brackets
from tests.fixtures.processes import process, read_until

WRITER = """
import sys
from pathlib import Path
from charlstm.classroom.database import Database
path, name = sys.argv[1:]
database = Database(Path(path))
for number in range(40):
    with database.changing() as connection:
        connection.execute(
            "INSERT INTO rooms (code, secret, ends) VALUES (?, '', 1e12)", (f"{name}-{number}",)
        )
"""

SERVER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from charlstm.classroom.rooms import Rooms
from charlstm.checkpoints.catalog import Checkpoints
from tests.fixtures.classroom import add
path, folder, code, *tokens = sys.argv[1:]
checkpoints, rooms = Checkpoints(Path(folder), Path(folder)), Rooms(Path(path))

def press(token):
    for _ in range(5):
        added = add(rooms, checkpoints, code, token)
        print(f"added {added.first} {rooms.state(code).counted}\\n", end="", flush=True)

with ThreadPoolExecutor(len(tokens)) as pool:
    list(pool.map(press, tokens))
"""


@pytest.fixture
def shared(path: Path) -> Iterator[Rooms]:
    """The file of rooms, with a real clock."""
    rooms = Rooms(path)
    yield rooms
    rooms.close()


def is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_change_is_made_as_a_whole_or_not_at_all(path):
    database = Database(path)

    def insert(code: str) -> None:
        with database.changing() as connection:
            connection.execute(
                "INSERT INTO rooms (code, secret, ends) VALUES (?, '', 1e12)", (code,)
            )
            if code == "B":
                raise RuntimeError

    insert("A")
    with pytest.raises(RuntimeError):
        insert("B")
    with pytest.raises(sqlite3.IntegrityError):
        insert("A")
    insert("C")
    with database.reading() as connection:
        codes = [code for (code,) in connection.execute("SELECT code FROM rooms ORDER BY code")]
        assert codes == ["A", "C"]
        assert connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    database.close()


def test_servers_that_make_the_file_at_the_same_time_write_all_they_have(path):
    with ExitStack() as stack:
        writers = [
            stack.enter_context(process("-c", WRITER, str(path), str(number)))
            for number in range(4)
        ]
        for writer in writers:
            assert writer.wait() == 0, writer.stderr.read()
    database = Database(path)
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM rooms").fetchone()[0] == 160
    database.close()
    assert is_sound(path)


def serve(path: Path, checkpoints: Checkpoints, room: Opened, tokens: list[str]) -> list[str]:
    folder = str(checkpoints.load(LIVELY).path.parent)
    return ["-c", SERVER, str(path), folder, room.code, *tokens]


def assert_counted(rooms: Rooms, room: Opened, checkpoints: Checkpoints) -> None:
    """What is counted is what one person would have drawn."""
    state = rooms.state(room.code)
    question = replace(about_brackets(checkpoints).probe, samples=state.counted)
    for found, at in zip(
        state.brackets, probe(checkpoints.sampler(LIVELY), question).temperatures, strict=True
    ):
        assert (found.closed.events, found.closed.n) == (at.closed, state.counted)
        assert (found.control.events, found.control.n) == (at.control.closed, state.counted)


@pytest.mark.slow  # processes that import torch
def test_two_servers_share_a_room(shared, checkpoints, path):
    room = room_about_brackets(shared, checkpoints)
    people = [shared.join(room.code).token for _ in range(8)]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(process(*serve(path, checkpoints, room, people[some::2])))
            for some in (0, 1)
        ]
        lines = [
            line.split() for server in servers for line in server.communicate()[0].splitlines()
        ]
        assert [server.returncode for server in servers] == [0, 0]
    assert sorted(int(first) for _, first, _ in lines) == list(range(0, 40 * BLOCK, BLOCK))
    assert shared.state(room.code).counted == 40 * BLOCK
    assert_counted(shared, room, checkpoints)
    assert is_sound(path)


@pytest.mark.slow  # a process that imports torch
def test_a_killed_server_loses_nothing_that_was_shown(shared, checkpoints, path):
    room = room_about_brackets(shared, checkpoints)
    people = [shared.join(room.code).token for _ in range(8)]
    with process(*serve(path, checkpoints, room, people)) as server:
        seen = read_until(server, server.stdout, r"(added \d+ \d+\n){9}")
        server.kill()
        server.wait()
        rest = server.stdout.read()
    shown = [line.split() for line in (seen + rest).splitlines() if line.count(" ") == 2]
    state = shared.state(room.code)
    assert state.counted >= max(int(counted) for _, _, counted in shown)
    assert state.counted + state.waiting >= len(shown) * BLOCK
    assert_counted(shared, room, checkpoints)
    # Its people press again at another server, which draws what it left first.
    shared.database.clock = lambda: time.time() + LEASE
    with ThreadPoolExecutor(len(people)) as pool:
        again = list(pool.map(lambda token: add(shared, checkpoints, room.code, token), people))
    assert len({added.first for added in again}) == len(people)
    state = shared.state(room.code)
    assert state.waiting == 0
    assert state.counted >= (len(shown) + len(people)) * BLOCK
    assert_counted(shared, room, checkpoints)
    assert is_sound(path)
