"""What a room asks: its current question, and a new one with its dice and counts.

All functions take part in the caller's transaction.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from typing import TypeVar

from charlstm.classroom.question import BlindAsked, BracketsAsked, RoomQuestion, read, written
from charlstm.errors import user_error
from charlstm.experiments.blind_test import TEMPERATURES

Asked = TypeVar("Asked", BracketsAsked, BlindAsked)

_MOST_DICE = 2**53  # of blind rounds: exact in every program that reads the table


def current_question(
    connection: sqlite3.Connection, room: sqlite3.Row
) -> tuple[sqlite3.Row, RoomQuestion] | None:
    """The row and the content of what a room asks now; None before its first question."""
    row = connection.execute(
        "SELECT * FROM questions WHERE room = ? ORDER BY number DESC LIMIT 1", (room["code"],)
    ).fetchone()
    return None if row is None else (row, read(row["asked"]))


def question_of_kind(
    connection: sqlite3.Connection, room: sqlite3.Row, kind: type[Asked]
) -> tuple[sqlite3.Row, Asked]:
    """The current question, for one who wants to answer it.

    Args:
        kind: what it has to be: `BracketsAsked` for samples, `BlindAsked` for rounds.

    Raises:
        UserError: it is of the other kind, or there is none yet.
    """
    asked = current_question(connection, room)
    if asked is None or not isinstance(asked[1], kind):
        wanted = "samples" if kind is BracketsAsked else "rounds"
        raise user_error(f"classroom.asked.no_{wanted}")
    return asked[0], asked[1]


def put_question(
    connection: sqlite3.Connection, code: str, number: int, question: RoomQuestion
) -> None:
    """Let a room ask a question, with no answers yet and dice of its own."""
    if isinstance(question, BracketsAsked):
        none = [0] * len(question.probe.temperatures)
        counts: dict[str, object] = {"counted": 0, "stored": 0, "closed": none, "strays": none}
    else:
        counts = {"picked": [0] * (len(TEMPERATURES) + 1), "people": 0}
    connection.execute(
        "INSERT INTO questions (room, number, asked, dice, counts) VALUES (?, ?, ?, ?, ?)",
        (code, number, written(question), secrets.randbelow(_MOST_DICE), json.dumps(counts)),
    )
    connection.execute("UPDATE rooms SET stopped = 0 WHERE code = ?", (code,))
