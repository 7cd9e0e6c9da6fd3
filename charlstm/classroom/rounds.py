"""The class's rounds of *Which one is human?*: each person gets rounds that nobody else gets.

Round n of a question is drawn with its dice + n, so its passage, samples and order are its own.
Looking at a neighbour's screen therefore tells nothing; and under guessing each pick is right by a
chance of 1 in 5 whatever others picked, which the evidence against guessing rests on. (If all had
one round, thirty people who like the same text would be counted as thirty.)

The dice are rolled whenever the question is asked, or asked anew, and stay on the server until the
teacher downloads the table: whoever knows them could draw the round and see its sources.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom import access
from charlstm.classroom.asked import question_of_kind
from charlstm.classroom.database import Database
from charlstm.classroom.question import BlindAsked, for_everybody, sampler_of
from charlstm.errors import UserError, user_error
from charlstm.experiments.blind_test import TEMPERATURES, Round, drawing
from charlstm.model.jobs import NOBODY, Asker
from charlstm.text.corpus import Corpus, at_hand

MOST_ROUNDS = 2_000
"""Of one question."""

_FAILED = -1  # the place of a round that could not be drawn
_SOURCES = (*TEMPERATURES, None)


@dataclass(frozen=True)
class RoomRound:
    """A round that was dealt to a person.

    Attributes:
        number: in the room, from 0.
        beginning, texts: as in `blind_test.Round`.
        place: index of the picked text; None before the pick.
        sources: the temperature of each text, None for the real one; None before the pick, and
            while the answers are hidden.
    """

    number: int
    beginning: str
    texts: list[str]
    place: int | None = None
    sources: list[float | None] | None = None


def dealing(
    database: Database,
    checkpoints: Checkpoints,
    code: str,
    token: str,
    asker: Asker = NOBODY,
) -> Iterator[RoomRound | None]:
    """The person's open round, or a new one that is drawn step by step.

    Args:
        database: of all rooms.
        checkpoints: with the room's model.
        code: of the room, as typed.
        token: of a person in it.
        asker: for whom the sampling engine draws.

    Yields:
        None many times a second, and finally the round.

    Raises:
        UserError: the room plays no rounds now, or no round can be drawn.
    """
    with database.changing() as connection:
        room = access.find_room(connection, code, database.clock())
        person = access.find_person(connection, room, token)
        row, asked = question_of_kind(connection, room, BlindAsked)
        question = row["id"]
        access.check_open(room)
        own = connection.execute(
            "SELECT number, drawn FROM rounds WHERE question = ? AND person = ? AND place IS NULL",
            (question, person.number),
        ).fetchone()
        if own is None:
            number, drawn = _new_number(connection, question), None
            connection.execute(
                "INSERT INTO rounds (question, number, person) VALUES (?, ?, ?)",
                (question, number, person.number),
            )
        else:
            number, drawn = own["number"], own["drawn"]
    if drawn is None:
        dice = row["dice"] + number
        drawn = yield from _draw(database, checkpoints, asked, dice, question, number, asker)
    yield _shown(number, drawn, None, False)


def pick(database: Database, code: str, token: str, number: int, place: int) -> RoomRound:
    """Count a person's pick, once a round.

    Args:
        number: of the round.
        place: index of the picked text.

    Returns:
        The round, with its sources if the answers are shown.

    Raises:
        UserError: the person has no such open round, or it has no such text.
    """
    with database.changing() as connection:
        room = access.find_room(connection, code, database.clock())
        person = access.find_person(connection, room, token)
        row, _ = question_of_kind(connection, room, BlindAsked)
        access.check_open(room)
        dealt = connection.execute(
            "SELECT number, drawn FROM rounds"
            " WHERE question = ? AND person = ? AND place IS NULL AND drawn IS NOT NULL",
            (row["id"], person.number),
        ).fetchone()
        if dealt is None or dealt["number"] != number:
            raise user_error("classroom.rounds.not_open")
        sources = json.loads(dealt["drawn"])["sources"]
        if type(place) is not int or not 0 <= place < len(sources):
            raise user_error("classroom.rounds.no_text")
        connection.execute(
            "UPDATE rounds SET place = ? WHERE question = ? AND number = ?",
            (place, row["id"], number),
        )
        _count(connection, row, sources[place])
        access.changed(connection, room["code"])
        return _shown(number, dealt["drawn"], place, bool(room["shown"]))


def latest(database: Database, code: str, token: str) -> RoomRound | None:
    """The person's latest round of the current question, as after a reload of the page, or when
    the teacher has shown the answers; None if there is none."""
    with database.reading() as connection:
        room = access.find_room(connection, code, database.clock())
        person = access.find_person(connection, room, token)
        row, _ = question_of_kind(connection, room, BlindAsked)
        found = connection.execute(
            "SELECT number, drawn, place FROM rounds"
            " WHERE question = ? AND person = ? AND drawn IS NOT NULL ORDER BY number DESC LIMIT 1",
            (row["id"], person.number),
        ).fetchone()
        if found is None:
            return None
        return _shown(found["number"], found["drawn"], found["place"], bool(room["shown"]))


def _new_number(connection: sqlite3.Connection, question: int) -> int:
    [number] = connection.execute(
        "SELECT count(*) FROM rounds WHERE question = ?", (question,)
    ).fetchone()
    if number >= MOST_ROUNDS:
        raise user_error("classroom.rounds.enough", rounds=MOST_ROUNDS)
    return int(number)


def _draw(
    database: Database,
    checkpoints: Checkpoints,
    asked: BlindAsked,
    dice: int,
    question: int,
    number: int,
    asker: Asker,
) -> Generator[None, None, str]:
    """Draw a round and store it; returns its JSON. If its server is killed meanwhile, the person's
    next request draws the same."""
    sampler = sampler_of(checkpoints, asked).asked_by(asker)
    yield None
    corpus = _corpus(checkpoints, asked)
    try:
        for drawn in drawing(sampler, corpus, dice):
            if drawn is None:
                yield None
    except UserError:
        with database.changing() as connection:
            connection.execute(
                "UPDATE rounds SET place = ? WHERE question = ? AND number = ? AND drawn IS NULL",
                (_FAILED, question, number),
            )
        raise
    assert isinstance(drawn, Round)
    text = json.dumps(asdict(drawn))
    with database.changing() as connection:
        if not connection.execute(
            "UPDATE rounds SET drawn = ? WHERE question = ? AND number = ?",
            (text, question, number),
        ).rowcount:
            raise user_error("classroom.rounds.gone")
    return text


def _corpus(checkpoints: Checkpoints, asked: BlindAsked) -> Corpus:
    spec = for_everybody(checkpoints).info(asked.checkpoint).corpus
    corpus = at_hand(spec) if spec else None
    if corpus is None:
        raise user_error("classroom.rounds.no_passage")
    return corpus


def _shown(number: int, drawn: str, place: int | None, shown: bool) -> RoomRound:
    values = json.loads(drawn)
    sources = values["sources"] if shown and place is not None else None
    return RoomRound(number, values["beginning"], values["texts"], place, sources)


def _count(connection: sqlite3.Connection, row: sqlite3.Row, source: float | None) -> None:
    counts = json.loads(row["counts"])
    counts["picked"][_SOURCES.index(source)] += 1
    [counts["people"]] = connection.execute(
        "SELECT count(DISTINCT person) FROM rounds WHERE question = ? AND place >= 0", (row["id"],)
    ).fetchone()
    connection.execute(
        "UPDATE questions SET counts = ? WHERE id = ?", (json.dumps(counts), row["id"])
    )
