"""What everybody in a room sees of it, at one version."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.classroom.access import Person
from charlstm.classroom.asked import current_question
from charlstm.classroom.blocks import MOST_SAMPLES
from charlstm.classroom.question import BLOCK, BlindAsked, BracketsAsked, RoomQuestion
from charlstm.classroom.rounds import MOST_ROUNDS
from charlstm.experiments.blind_test import TEMPERATURES
from charlstm.experiments.confidence_sequence import evidence, sequence_interval


@dataclass(frozen=True)
class Rate:
    """A rate while it grows.

    Attributes:
        events, n: trials with the event, and all trials so far.
        interval: for the true rate, at 95 %, of a confidence sequence: it stays valid however often
            one looks, and whenever one stops. (0, 1) without trials.
    """

    events: int
    n: int
    interval: tuple[float, float]

    @classmethod
    def of(cls, events: int, n: int) -> Rate:
        """Compute the interval."""
        return cls(events, n, sequence_interval(events, n))


@dataclass(frozen=True)
class AtTemperature:
    """The class's samples at one temperature.

    Attributes:
        closed: samples that closed the bracket within the horizon.
        control: samples of the comma control, on the same dice, with a stray bracket.
    """

    temperature: float
    closed: Rate
    control: Rate


@dataclass(frozen=True)
class SourcePicks:
    """How often the class picked a source (a temperature; None is the real text)."""

    source: float | None
    picked: Rate


@dataclass(frozen=True)
class BlindCounts:
    """The class's picks.

    Attributes:
        rounds: answered rounds, each with every source once.
        people: who answered them. The intervals treat rounds as independent, although those of one
            person are not.
        picks: one for each temperature in rising order, then the real text's.
        chance: the share of real texts that guessing picks.
        evidence: against guessing, as `confidence_sequence.evidence`: at every time it reaches 20
            by luck with a probability of at most 1 in 20.
    """

    rounds: int
    people: int
    picks: list[SourcePicks]
    chance: float
    evidence: float

    @classmethod
    def of(cls, picked: Sequence[int], people: int) -> BlindCounts:
        """Compute rates and evidence.

        Args:
            picked: picks of each of `TEMPERATURES`, then of the real text.
            people: who picked.
        """
        rounds, chance = sum(picked), 1 / len(picked)
        picks = [
            SourcePicks(source, Rate.of(count, rounds))
            for source, count in zip((*TEMPERATURES, None), picked, strict=True)
        ]
        return cls(rounds, people, picks, chance, evidence(picked[-1], rounds, chance))


@dataclass(frozen=True)
class State:
    """A room, for one who looks at it.

    Attributes:
        version: rises with every change that anybody in the room may see.
        code: of the room.
        name: of the person who asks; "" for others, such as a projector.
        teacher: whether the teacher asks.
        people: how many have joined.
        names: theirs, in the order in which they joined.
        ends: when the room ends, in seconds since 1970; None if it is kept.
        shown: whether people see the answers; the teacher always does.
        stopped: whether nothing more is added.
        number: of the question in the room, from 1; 0 before the first.
        question: what the room asks now; None before the first.
        counted: samples at each temperature, or answered rounds, that the counts hold.
        waiting: samples at each temperature that are drawn, but wait for earlier ones to be counted
            (`charlstm.classroom.blocks` says why).
        most: the most samples at each temperature, or rounds, that the room draws for a question.
        own: samples at each temperature, or answered rounds, of the person who asks.
        brackets: the class's bracket probe, by temperature; None for another question, or while the
            answers are hidden from the one who asks.
        blind: the class's picks; None likewise.
    """

    version: int
    code: str
    name: str
    teacher: bool
    people: int
    names: list[str]
    ends: float | None
    shown: bool
    stopped: bool
    number: int
    question: RoomQuestion | None
    counted: int
    waiting: int
    most: int
    own: int
    brackets: list[AtTemperature] | None = None
    blind: BlindCounts | None = None


def state_of(
    connection: sqlite3.Connection,
    room: sqlite3.Row,
    person: Person | None,
    is_teacher: bool,
) -> State:
    """The state of a room for a person in it, the teacher, or one who only looks."""
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM people WHERE room = ? ORDER BY number", (room["code"],)
        )
    ]
    asked = current_question(connection, room)
    question = None if asked is None else asked[1]
    counted, waiting, most, own = 0, 0, 0, 0
    brackets, blind = None, None
    if asked is not None:
        row, counts = asked[0], json.loads(asked[0]["counts"])
        number = person.number if person else 0
        visible = is_teacher or room["shown"]
        if isinstance(question, BracketsAsked):
            counted, most = counts["counted"], MOST_SAMPLES
            waiting = counts["stored"] - counted
            own = BLOCK * _own(connection, "blocks", "stored", row["id"], number)
            if visible:
                rows = zip(
                    question.probe.temperatures, counts["closed"], counts["strays"], strict=True
                )
                brackets = [
                    AtTemperature(at, Rate.of(closed, counted), Rate.of(strays, counted))
                    for at, closed, strays in rows
                ]
        elif isinstance(question, BlindAsked):
            counted, most = sum(counts["picked"]), MOST_ROUNDS
            own = _own(connection, "rounds", "place >= 0", row["id"], number)
            if visible:
                blind = BlindCounts.of(counts["picked"], counts["people"])
    return State(
        version=room["version"],
        code=room["code"],
        name=person.name if person else "",
        teacher=is_teacher,
        people=len(names),
        names=names,
        ends=None if room["kept"] else room["ends"],
        shown=bool(room["shown"]),
        stopped=bool(room["stopped"]),
        number=asked[0]["number"] if asked else 0,
        question=question,
        counted=counted,
        waiting=waiting,
        most=most,
        own=own,
        brackets=brackets,
        blind=blind,
    )


def _own(
    connection: sqlite3.Connection, table: str, condition: str, question: int, person: int
) -> int:
    [own] = connection.execute(
        f"SELECT count(*) FROM {table} WHERE question = ? AND person = ? AND {condition}",
        (question, person),
    ).fetchone()
    return int(own)
