"""Everything that a room has drawn, as one CSV table."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator

from charlstm.classroom.question import BracketsAsked, read

COLUMNS = {
    "question": "number of the question in the room, from 1",
    "kind": "brackets or blind",
    "checkpoint": "name of the model",
    "fingerprint": "of its weights",
    "dice": "random seed: of all samples of a bracket question, or of this blind round",
    "seed_text": "the text that is continued, or the beginning that all texts of the round share",
    "horizon": "brackets: characters after which a sample is cut off",
    "person": "number of the person who drew the samples or answered the round, from 1",
    "number": "of the sample (from 1, as in the probe's table), or of the round (from 1)",
    "temperature": "of the text; empty for the real text of a blind round",
    "fate": "brackets: closed, line or horizon; blind: picked or passed, empty if unanswered",
    "distance": "brackets: characters up to the closing bracket; empty unless closed",
    "control": "brackets: characters up to an unmatched bracket in the comma control; empty "
    "without one",
    "counted": "1 if it is in the room's counts: an answered round, or a sample with none missing "
    "before it",
    "text": "what follows the seed text",
}
"""The columns, and what each says. The table has a row for each text: a sample of the bracket
probe, or one of the texts of a blind round."""

_Row = tuple[object, ...]


def csv_table(connection: sqlite3.Connection, code: str) -> str:
    """The table of a room, within the caller's transaction."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    questions = "SELECT * FROM questions WHERE room = ? ORDER BY number"
    for row in connection.execute(questions, (code,)):
        asked = read(row["asked"])
        model = (row["number"], asked.checkpoint, asked.fingerprint)
        if isinstance(asked, BracketsAsked):
            counted = json.loads(row["counts"])["counted"]
            table.writerows(_samples(connection, row["id"], model, asked, counted))
        else:
            table.writerows(_rounds(connection, row["id"], model, row["dice"]))
    return text.getvalue()


def _samples(
    connection: sqlite3.Connection,
    question: int,
    model: tuple[int, str, str],
    asked: BracketsAsked,
    counted: int,
) -> Iterator[_Row]:
    probe, (number, checkpoint, fingerprint) = asked.probe, model
    for row in connection.execute(
        "SELECT s.*, b.person FROM samples s JOIN blocks b"
        " ON b.question = s.question AND b.number = s.number / ?"
        " WHERE s.question = ? ORDER BY s.number, s.temperature",
        (probe.samples, question),
    ):
        yield (
            *(number, "brackets", checkpoint, fingerprint, probe.dice),
            *(probe.seed_text, probe.horizon, row["person"], row["number"] + 1),
            *(probe.temperatures[row["temperature"]], row["fate"], row["distance"], row["stray"]),
            *(int(row["number"] < counted), row["written"]),
        )


def _rounds(
    connection: sqlite3.Connection, question: int, model: tuple[int, str, str], dice: int
) -> Iterator[_Row]:
    number, checkpoint, fingerprint = model
    for row in connection.execute(
        "SELECT * FROM rounds WHERE question = ? AND drawn IS NOT NULL ORDER BY number", (question,)
    ):
        drawn, answered = json.loads(row["drawn"]), row["place"] is not None
        for place, (text, source) in enumerate(zip(drawn["texts"], drawn["sources"], strict=True)):
            fate = ("picked" if place == row["place"] else "passed") if answered else None
            yield (
                *(number, "blind", checkpoint, fingerprint, dice + row["number"]),
                *(drawn["beginning"], None, row["person"], row["number"] + 1, source),
                *(fate, None, None, int(answered), text),
            )
