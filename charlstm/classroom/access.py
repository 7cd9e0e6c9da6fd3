"""Who may do what in a room: the room by its code, a person and the teacher by their secrets.

All functions take part in the caller's transaction.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from dataclasses import dataclass

from charlstm.checkpoints.owners import check_token
from charlstm.classroom.words import check_code
from charlstm.errors import user_error


@dataclass(frozen=True)
class Person:
    """A person in a room.

    Attributes:
        number: in the room, from 1.
        name: invented, or the person's own.
    """

    number: int
    name: str


def hashed(secret: str, code: str = "") -> str:
    """The SHA-256 of a secret. With a room's code, the same browser differs from room to room."""
    return hashlib.sha256(f"{code}:{secret}".encode("utf-8", "surrogatepass")).hexdigest()


def find_room(connection: sqlite3.Connection, code: str, now: float) -> sqlite3.Row:
    """The row of a room that has not ended.

    Raises:
        UserError: there is no such room.
    """
    code = check_code(code)
    found: sqlite3.Row | None = connection.execute(
        "SELECT * FROM rooms WHERE code = ? AND (kept OR ends > ?)", (code, now)
    ).fetchone()
    if found is None:
        raise user_error("classroom.access.no_room", code=code)
    return found


def is_teacher(room: sqlite3.Row, secret: str | None, key: str | None) -> bool:
    """Whether a secret is the room's own, or the key to all rooms; compared in constant time."""
    if not secret:
        return False
    given = hashed(secret)
    own = hmac.compare_digest(given, room["secret"])
    return bool(own | (key is not None and hmac.compare_digest(given, hashed(key))))


def check_teacher(room: sqlite3.Row, secret: str | None, key: str | None) -> None:
    """Refuse whoever is not the teacher of a room.

    Raises:
        UserError: the secret is not the teacher's.
    """
    if not is_teacher(room, secret, key):
        raise user_error("classroom.access.not_teacher")


def find_person(connection: sqlite3.Connection, room: sqlite3.Row, token: str) -> Person:
    """The person in a room to whom a browser's token belongs.

    Raises:
        UserError: nobody in the room has this token.
    """
    person = known_person(connection, room, token)
    if person is None:
        raise user_error("classroom.access.not_joined")
    return person


def known_person(connection: sqlite3.Connection, room: sqlite3.Row, token: str) -> Person | None:
    """As `find_person`; None if nobody in the room has this token.

    Raises:
        UserError: it is no token.
    """
    found = connection.execute(
        "SELECT number, name FROM people WHERE room = ? AND token = ?",
        (room["code"], hashed(check_token(token), room["code"])),
    ).fetchone()
    return None if found is None else Person(found["number"], found["name"])


def check_open(room: sqlite3.Row) -> None:
    """Refuse to add to a room that was stopped.

    Raises:
        UserError: it was.
    """
    if room["stopped"]:
        raise user_error("classroom.access.stopped")


def changed(connection: sqlite3.Connection, code: str) -> None:
    """Raise a room's version, so that everybody reads the new state."""
    connection.execute("UPDATE rooms SET version = version + 1 WHERE code = ?", (code,))
