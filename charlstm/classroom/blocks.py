"""The class's bracket probe: each press draws a block of samples that nobody else draws.

The server deals out blocks of `BLOCK` sample numbers, which are streams of the noise
(`charlstm.model.noise`): at every temperature, the seed text and its comma control on the same
dice. So the pooled samples of many presses are those of one probe of as many samples. A block that
never comes back, from a server that was killed, is dealt again; whoever draws it gets the same
samples, and they are stored once.

Samples are counted in the order of their numbers: those that wait for an earlier block are stored,
and counted when it has come. Otherwise the blocks that are done early would count first, and their
samples are early because they closed their brackets soon. In the order of their numbers they are
independent trials, so the confidence sequence holds after every number of them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom import access
from charlstm.classroom.asked import question_of_kind
from charlstm.classroom.database import Database
from charlstm.classroom.question import BLOCK, BracketsAsked, sampler_of
from charlstm.errors import user_error
from charlstm.experiments.continuations import ProbeSample, Watch, Watching, rounds
from charlstm.model.jobs import NOBODY, Asker
from charlstm.text.brackets import Stray

MOST_SAMPLES = 3_000
"""At each temperature, of one question."""

LEASE = 60.0
"""Seconds after which a block may be dealt again, if its server has not renewed it."""
_RENEW = 10.0  # seconds after which its server renews it
_EVERY = 10  # characters between two reports


@dataclass(frozen=True)
class Block:
    """Sample numbers that a person draws.

    Attributes:
        question: the question's id in the file.
        number: of the block, from 0.
        asked: the question.
    """

    question: int
    number: int
    asked: BracketsAsked

    @property
    def samples(self) -> range:
        """The sample numbers."""
        return range(self.number * BLOCK, (self.number + 1) * BLOCK)


@dataclass(frozen=True)
class Added:
    """A block that was added to the room.

    Attributes:
        first: its first sample number.
        samples: its samples, by temperature; None while the answers are hidden.
        strays: its controls with a stray bracket, by temperature; None likewise.
    """

    first: int
    samples: list[list[ProbeSample]] | None
    strays: list[int] | None


@dataclass(frozen=True)
class Adding:
    """The progress of a block.

    Attributes:
        decided, streams: samples and controls whose fate is known, and all of them.
        added: in the last report; None before.
    """

    decided: int
    streams: int
    added: Added | None = None


def adding(
    database: Database,
    checkpoints: Checkpoints,
    code: str,
    token: str,
    asker: Asker = NOBODY,
) -> Iterator[Adding]:
    """Draw a block of samples and add them to a room; closing the generator gives the block back.

    Args:
        database: of all rooms.
        checkpoints: with the room's model.
        code: of the room, as typed.
        token: of a person in it.
        asker: for whom the sampling engine draws.

    Yields:
        progress many times a second, the last time with the added block.

    Raises:
        UserError: the room can't take samples now, or this person's last block is being drawn.
    """
    block = _deal(database, code, token)
    try:
        sampler = sampler_of(checkpoints, block.asked).asked_by(asker)
        probe = block.asked.probe
        target, comma = probe.target(), probe.with_comma
        watches: list[tuple[str, Watch]] = [
            (probe.seed_text, target),
            (comma, Stray(comma, target.closing)),
        ]
        watching = Watching(
            sampler,
            watches,
            probe.temperatures,
            block.samples,
            probe.dice,
            _EVERY,
            across_lines=probe.across_lines,
        )
        closings, strays = watching.fates
        streams = 2 * len(probe.temperatures) * BLOCK
        renewed = database.clock()
        for _ in rounds(sampler, [watching], probe.horizon, _EVERY):
            if database.clock() >= renewed + _RENEW:
                renewed = database.clock()
                _renew(database, block)
            yield Adding(closings.decided + strays.decided, streams)
        rows = range(len(probe.temperatures))
        samples = [list(closings.samples(row)) for row in rows]
        distances = [strays.distances(row) for row in rows]
        shown = _store(database, block, samples, distances)
    finally:
        _give_back(database, block)
    added = Added(
        block.samples.start,
        samples if shown else None,
        strays.happened() if shown else None,
    )
    yield Adding(streams, streams, added)


def _deal(database: Database, code: str, token: str) -> Block:
    """Deal a block to a person: an own one that never came back, else another's, else a new one."""
    now = database.clock()
    with database.changing() as connection:
        room = access.find_room(connection, code, now)
        person = access.find_person(connection, room, token)
        row, asked = question_of_kind(connection, room, BracketsAsked)
        access.check_open(room)
        missing = connection.execute(
            "SELECT number, person, server, until FROM blocks"
            " WHERE question = ? AND NOT stored AND (person = ? OR until <= ?)"
            " ORDER BY person != ?, number LIMIT 1",
            (row["id"], person.number, now, person.number),
        ).fetchone()
        if missing is None:
            number = _new_number(connection, row["id"])
        else:
            number = missing["number"]
            # Another server's is dealt again at once: that server was killed, or this person asks
            # twice at the same time.
            if missing["until"] > now and missing["server"] == database.server:
                raise user_error("classroom.blocks.drawn_already")
        connection.execute(
            "INSERT OR REPLACE INTO blocks (question, number, person, server, until)"
            " VALUES (?, ?, ?, ?, ?)",
            (row["id"], number, person.number, database.server, now + LEASE),
        )
    return Block(row["id"], number, asked)


def _new_number(connection: sqlite3.Connection, question: int) -> int:
    [number] = connection.execute(
        "SELECT count(*) FROM blocks WHERE question = ?", (question,)
    ).fetchone()
    if (number + 1) * BLOCK > MOST_SAMPLES:
        raise user_error("classroom.blocks.enough", samples=MOST_SAMPLES)
    return int(number)


def _renew(database: Database, block: Block) -> None:
    """Say that a block is still being drawn, so that it is not dealt again."""
    with database.changing() as connection:
        _asked_still(connection, block)
        connection.execute(
            "UPDATE blocks SET until = ? WHERE question = ? AND number = ? AND server = ?",
            (database.clock() + LEASE, block.question, block.number, database.server),
        )


def _give_back(database: Database, block: Block) -> None:
    """Let a block that was not stored be dealt again at once."""
    with database.changing() as connection:
        connection.execute(
            "UPDATE blocks SET until = 0"
            " WHERE question = ? AND number = ? AND server = ? AND NOT stored",
            (block.question, block.number, database.server),
        )


def _store(
    database: Database,
    block: Block,
    samples: list[list[ProbeSample]],
    strays: list[list[int | None]],
) -> bool:
    """Store the samples of a block, unless somebody else has; returns whether answers are shown.

    Args:
        samples: by temperature and number.
        strays: distances of the controls' strays, likewise.
    """
    before = len(block.asked.probe.seed_text)
    with database.changing() as connection:
        room = _asked_still(connection, block)
        first_time = connection.execute(
            "UPDATE blocks SET stored = 1 WHERE question = ? AND number = ? AND NOT stored",
            (block.question, block.number),
        ).rowcount
        if first_time:
            connection.executemany(
                "INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (block.question, number, at, s.fate, s.distance, stray, s.text[before:])
                    for at, (row, control) in enumerate(zip(samples, strays, strict=True))
                    for number, s, stray in zip(block.samples, row, control, strict=True)
                ],
            )
            _count(connection, block.question)
            access.changed(connection, room["code"])
    return bool(room["shown"])


def _asked_still(connection: sqlite3.Connection, block: Block) -> sqlite3.Row:
    """The row of the room of a block.

    Raises:
        UserError: the teacher has reset its question, or the room has ended.
    """
    room: sqlite3.Row | None = connection.execute(
        "SELECT rooms.* FROM rooms JOIN questions ON room = code WHERE id = ?", (block.question,)
    ).fetchone()
    if room is None:
        raise user_error("classroom.blocks.gone")
    return room


def _count(connection: sqlite3.Connection, question: int) -> None:
    """Count the samples up to the first block that is still missing."""
    [text] = connection.execute("SELECT counts FROM questions WHERE id = ?", (question,)).fetchone()
    counts = json.loads(text)
    stored, whole = connection.execute(
        "SELECT sum(stored), coalesce(min(iif(stored, NULL, number)), count(*)) FROM blocks"
        " WHERE question = ?",
        (question,),
    ).fetchone()
    for at, closed, strays in connection.execute(
        "SELECT temperature, count(distance), count(stray) FROM samples"
        " WHERE question = ? AND number >= ? AND number < ? GROUP BY temperature",
        (question, counts["counted"], whole * BLOCK),
    ):
        counts["closed"][at] += closed
        counts["strays"][at] += strays
    counts |= {"counted": whole * BLOCK, "stored": stored * BLOCK}
    connection.execute(
        "UPDATE questions SET counts = ? WHERE id = ?", (json.dumps(counts), question)
    )
