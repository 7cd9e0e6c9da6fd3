"""Rooms: opened by a teacher, joined by code, and seen alike by everybody."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from charlstm.checkpoints.owners import check_token
from charlstm.classroom import access
from charlstm.classroom.asked import current_question, put_question
from charlstm.classroom.database import Database
from charlstm.classroom.question import RoomQuestion
from charlstm.classroom.state import State, state_of
from charlstm.classroom.table import csv_table
from charlstm.classroom.words import check_name, folded, invented_name, new_code
from charlstm.errors import user_error

MOST_ROOMS = 500
"""If there are as many, the oldest that nobody has joined makes way for a new one."""
MOST_PEOPLE = 200
"""In a room."""
MOST_QUESTIONS = 20
"""That one room asks, one after another."""
SHORTEST_KEY = 12
"""Fewest characters of the key that opens every room."""
DAY = 24 * 3600.0
"""Seconds after which a room ends, unless it is kept."""


@dataclass(frozen=True)
class Opened:
    """A new room.

    Attributes:
        code: everybody who knows it may join.
        teacher: the secret that makes its holder the teacher. It is stored nowhere else.
    """

    code: str
    teacher: str


@dataclass(frozen=True)
class Joined:
    """A person who has joined a room.

    Attributes:
        code: of the room.
        token: by which the room recognises the person.
        name: by which others do.
    """

    code: str
    token: str
    name: str


class Rooms:
    """All rooms of one file. Safe for several threads, and for several servers on one file.

    Every method but `open` raises a `UserError` if there is no room with this code; those with an
    argument ``teacher`` also if it is neither the room's secret nor the key.

    Args:
        path: of the file; `Database` opens it when it is first used.
        teacher_key: opens the teacher's rights of any room; None for none.
        clock: returns the seconds since 1970.

    Raises:
        UserError: the key is short enough to be guessed.

    Attributes:
        database: for `charlstm.classroom.blocks` and `charlstm.classroom.rounds`.
    """

    def __init__(
        self,
        path: Path,
        teacher_key: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if teacher_key is not None and len(teacher_key) < SHORTEST_KEY:
            raise user_error("classroom.rooms.short_key", n=len(teacher_key), least=SHORTEST_KEY)
        self.database = Database(path, clock)
        self._key = teacher_key

    def open(self) -> Opened:
        """Open a room.

        Raises:
            UserError: there are too many in which people are.
        """
        teacher = secrets.token_hex(16)
        with self.database.changing() as connection:
            _make_way(connection)
            while True:
                code = new_code()
                added = connection.execute(
                    "INSERT OR IGNORE INTO rooms (code, secret, ends) VALUES (?, ?, ?)",
                    (code, access.hashed(teacher), self.database.clock() + DAY),
                )
                if added.rowcount:
                    return Opened(code, teacher)

    def join(self, code: str, token: str | None = None) -> Joined:
        """Join a room, under an invented name; joining again changes nothing.

        Args:
            code: as typed.
            token: of the browser (`charlstm.checkpoints.owners`); None for a new one.

        Raises:
            UserError: the room is full, or the token is none.
        """
        token = secrets.token_hex(16) if token is None else check_token(token)
        with self.database.changing() as connection:
            room = self._room(connection, code)
            code = room["code"]
            person = access.known_person(connection, room, token)
            if person is not None:
                return Joined(code, token, person.name)
            people = connection.execute("SELECT name FROM people WHERE room = ?", (code,))
            names = [name for (name,) in people]
            if len(names) >= MOST_PEOPLE:
                raise user_error("classroom.rooms.full", people=MOST_PEOPLE)
            name = invented_name(names)
            connection.execute(
                "INSERT INTO people VALUES (?, ?, ?, ?, ?)",
                (code, len(names) + 1, access.hashed(token, code), name, folded(name)),
            )
            access.changed(connection, code)
        return Joined(code, token, name)

    def rename(self, code: str, token: str, name: str) -> str:
        """Change a person's name; returns it as others see it.

        Raises:
            UserError: it is no name, or somebody else in the room has it.
        """
        name = check_name(name)
        with self.database.changing() as connection:
            room = self._room(connection, code)
            person = access.find_person(connection, room, token)
            taken = connection.execute(
                "SELECT 1 FROM people WHERE room = ? AND folded = ? AND number != ?",
                (room["code"], folded(name), person.number),
            ).fetchone()
            if taken:
                raise user_error("classroom.rooms.name_taken", name=name)
            connection.execute(
                "UPDATE people SET name = ?, folded = ? WHERE room = ? AND number = ?",
                (name, folded(name), room["code"], person.number),
            )
            access.changed(connection, room["code"])
        return name

    def ask(self, code: str, teacher: str, question: RoomQuestion) -> None:
        """Ask the room a question, in place of the one before, whose answers stay in the table.

        Args:
            question: from `question.ask_brackets` or `question.ask_blind`.

        Raises:
            UserError: the room has asked too many.
        """
        with self._taught(code, teacher) as (connection, room):
            asked = current_question(connection, room)
            number = asked[0]["number"] + 1 if asked else 1
            if number > MOST_QUESTIONS:
                raise user_error("classroom.rooms.many_questions", questions=MOST_QUESTIONS)
            put_question(connection, room["code"], number, question)

    def reset(self, code: str, teacher: str) -> None:
        """Forget all answers to the current question, and ask it again. The same samples come
        again, since its dice are the same; blind rounds are new ones."""
        with self._taught(code, teacher) as (connection, room):
            asked = current_question(connection, room)
            if asked is None:
                raise user_error("classroom.rooms.asked_nothing")
            row, question = asked
            connection.execute("DELETE FROM questions WHERE id = ?", (row["id"],))
            put_question(connection, room["code"], row["number"], question)

    def show(self, code: str, teacher: str, shown: bool) -> None:
        """Show the answers to everybody in the room, or hide them."""
        self._set(code, teacher, "shown", shown)

    def stop(self, code: str, teacher: str, stopped: bool) -> None:
        """Let nobody add more, or let them go on. Samples that are just being drawn are added."""
        self._set(code, teacher, "stopped", stopped)

    def keep(self, code: str, teacher: str, kept: bool) -> None:
        """Keep the room when its day is over, or let it end a day from now."""
        with self._taught(code, teacher) as (connection, room):
            connection.execute(
                "UPDATE rooms SET kept = ?, ends = ? WHERE code = ?",
                (kept, self.database.clock() + DAY, room["code"]),
            )

    def table(self, code: str, teacher: str) -> str:
        """All samples and rounds of the room as CSV, under `table.COLUMNS`."""
        with self.database.reading() as connection:
            room = self._room(connection, code)
            access.check_teacher(room, teacher, self._key)
            return csv_table(connection, room["code"])

    def state(
        self, code: str, since: int = 0, token: str | None = None, teacher: str | None = None
    ) -> State | None:
        """What somebody may see of a room.

        Args:
            code: as typed.
            since: the version that is known already; 0 for none.
            token: of a person in the room; None for one who only looks.
            teacher: the teacher's secret; None for anybody else.

        Returns:
            The state; None if it is still the known one, which costs a look at one row.

        Raises:
            UserError: there is no such room, or the token is none.
        """
        with self.database.reading() as connection:
            room = self._room(connection, code)
            if room["version"] == since:
                return None
            is_teacher = access.is_teacher(room, teacher, self._key)
            person = None if token is None else access.known_person(connection, room, token)
            return state_of(connection, room, person, is_teacher)

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        self.database.close()

    def _room(self, connection: sqlite3.Connection, code: str) -> sqlite3.Row:
        return access.find_room(connection, code, self.database.clock())

    @contextmanager
    def _taught(self, code: str, teacher: str) -> Iterator[tuple[sqlite3.Connection, sqlite3.Row]]:
        """A change that only the teacher may make, and everybody may see."""
        with self.database.changing() as connection:
            room = self._room(connection, code)
            access.check_teacher(room, teacher, self._key)
            yield connection, room
            access.changed(connection, room["code"])

    def _set(self, code: str, teacher: str, column: str, value: bool) -> None:
        with self._taught(code, teacher) as (connection, room):
            connection.execute(
                f"UPDATE rooms SET {column} = ? WHERE code = ?", (value, room["code"])
            )


def _make_way(connection: sqlite3.Connection) -> None:
    """Make sure that there is space for one more room."""
    [rooms] = connection.execute("SELECT count(*) FROM rooms").fetchone()
    if rooms < MOST_ROOMS:
        return
    removed = connection.execute(
        "DELETE FROM rooms WHERE code = (SELECT code FROM rooms WHERE NOT kept"
        " AND NOT EXISTS (SELECT 1 FROM people WHERE room = code) ORDER BY ends LIMIT 1)"
    )
    if not removed.rowcount:
        raise user_error("classroom.rooms.many", rooms=MOST_ROOMS)
