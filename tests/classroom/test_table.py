"""The table of a room, read back as CSV."""

from __future__ import annotations

import csv
import io

from charlstm.classroom.blocks import adding
from charlstm.classroom.question import BLOCK, ask_blind
from charlstm.classroom.rounds import pick
from charlstm.classroom.table import COLUMNS
from charlstm.experiments.blind_test import drawing
from charlstm.experiments.probe import probe
from charlstm.text.corpus import load_corpus
from charlstm.text.spec import BRACKETS
from tests.fixtures.classroom import KNOWN_TEXT, LIVELY, add, dealt


def rows_of(rooms, room) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(rooms.table(room.code, room.teacher), newline=""))
    rows = list(reader)
    assert reader.fieldnames == [*COLUMNS]
    return rows


def text(value: object) -> str:
    return "" if value is None else str(value)


def test_the_table_has_each_sample_once(rooms, room, checkpoints):
    first, second, third = (rooms.join(room.code).token for _ in range(3))
    add(rooms, checkpoints, room.code, second)
    lost = adding(rooms.database, checkpoints, room.code, first)
    next(lost)
    add(rooms, checkpoints, room.code, third)
    question = rooms.state(room.code).question
    found = probe(checkpoints.sampler(LIVELY), question.probe.__class__(
        question.probe.seed_text, question.probe.temperatures, 3 * BLOCK,
        question.probe.horizon, question.probe.dice))  # fmt: skip
    expected = [
        {
            "question": "1", "kind": "brackets", "checkpoint": LIVELY,
            "fingerprint": question.fingerprint, "dice": "11", "seed_text": "a ( ",
            "horizon": "30", "person": "2" if number < BLOCK else "3",
            "number": str(number + 1), "temperature": str(at.temperature),
            "fate": at.samples[number].fate, "distance": text(at.samples[number].distance),
            "control": text(at.control.distances[number]),
            "counted": "1" if number < BLOCK else "0",
            "text": at.samples[number].text[len("a ( ") :],
        }
        for number in [*range(BLOCK), *range(2 * BLOCK, 3 * BLOCK)]
        for at in found.temperatures
    ]  # fmt: skip
    assert rows_of(rooms, room) == expected
    lost.close()


def test_the_table_has_each_text_of_a_round_once(rooms, checkpoints):
    room = rooms.open()
    asked = ask_blind(checkpoints, KNOWN_TEXT)
    rooms.ask(room.code, room.teacher, asked)
    token = rooms.join(room.code).token
    for place in (3, None):
        one = dealt(rooms, checkpoints, room.code, token)
        if place is not None:
            pick(rooms.database, room.code, token, one.number, place)
    expected = []
    dice = int(rows_of(rooms, room)[0]["dice"])
    for number in range(2):
        *_, drawn = drawing(checkpoints.sampler(KNOWN_TEXT), load_corpus(BRACKETS), dice + number)
        expected += [
            {
                "question": "1", "kind": "blind", "checkpoint": KNOWN_TEXT,
                "fingerprint": asked.fingerprint, "dice": str(dice + number),
                "seed_text": drawn.beginning, "horizon": "", "person": "1",
                "number": str(number + 1), "temperature": text(source),
                "fate": "" if number else "picked" if place == 3 else "passed",
                "distance": "", "control": "", "counted": "0" if number else "1", "text": written,
            }
            for place, (written, source) in enumerate(
                zip(drawn.texts, drawn.sources, strict=True)
            )
        ]  # fmt: skip
    assert rows_of(rooms, room) == expected


def test_a_table_is_of_one_room_and_all_its_questions(rooms, room, checkpoints):
    other = rooms.open()
    assert rows_of(rooms, other) == []
    token = rooms.join(room.code).token
    add(rooms, checkpoints, room.code, token)
    rooms.ask(room.code, room.teacher, ask_blind(checkpoints, KNOWN_TEXT))
    dealt(rooms, checkpoints, room.code, token)
    assert [row["question"] for row in rows_of(rooms, room)] == ["1"] * 2 * BLOCK + ["2"] * 5
    assert rows_of(rooms, other) == []
