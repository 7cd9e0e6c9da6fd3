"""The texts that the columns hold when the page opens, and the character of them that is explained,
so that the page need not ask a model for a visitor who only looks.

``example.json`` is the output of

    python -m charlstm sample checkpoints/wikipedia-2x640 --seed-text "The meaning of life is "
        --temperature 0.2 0.5 1 --length 400 --dice 7 --json
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import takewhile
from pathlib import Path

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.truncation import NO_TRUNCATION, Truncation
from charlstm.ui.temperature.columns.question import Columns, Explained, Question
from charlstm.ui.temperature.reading.feed import Cut, Drawn, WhyQuestion, reasons

EXAMPLE = Path(__file__).with_name("example.json")
CHECKPOINT = "wikipedia-2x640"
"""The shipped checkpoint that wrote the example."""


def empty_columns(
    seed_text: str,
    temperatures: tuple[float, ...],
    length: int,
    dice: int,
    truncation: Truncation = NO_TRUNCATION,
) -> Columns:
    """The columns' value before the first Write."""
    question = _question(seed_text, temperatures, length, dice)
    question = replace(question, truncation=truncation)
    return question.shown([""] * len(temperatures), "ready")


def opening_columns(
    checkpoints: Checkpoints,
    seed_text: str,
    temperatures: tuple[float, ...],
    length: int,
    dice: int,
) -> Columns:
    """The columns' value when the page opens with its default settings: the example if the page's
    first checkpoint wrote it, otherwise empty columns.

    Explained is the first character of the last column that another column has not.
    """
    try:
        [first, *_] = checkpoints.names()
        info = checkpoints.info(first)
    except (ValueError, UserError):  # there is none, or it is damaged
        return empty_columns(seed_text, temperatures, length, dice)
    if not (info.shipped and info.name == CHECKPOINT):
        return empty_columns(seed_text, temperatures, length, dice)
    samples = json.loads(EXAMPLE.read_text(encoding="utf-8"))["samples"]
    texts = [sample["text"].removeprefix(seed_text) for sample in samples]
    question = _question(seed_text, temperatures, length, dice)
    question = replace(question, checkpoint=info.name, fingerprint=info.fingerprint)
    columns = question.shown(texts, "written")
    with suppress(UserError):  # whoever asks is told that the weights are damaged
        return replace(columns, explained=_explained(checkpoints, question, texts))
    return columns


def _explained(checkpoints: Checkpoints, question: Question, texts: list[str]) -> Explained:
    given = len(question.seed)
    alike = takewhile(lambda each: len({*each}) == 1, zip(*texts, strict=True))
    place = given + len([*alike])
    why = WhyQuestion(
        checkpoint=question.checkpoint,
        fingerprint=question.fingerprint,
        text=question.seed + texts[-1],
        place=place,
        drawn=Drawn(
            given,
            list(question.temperatures),
            question.dice,
            Cut(**asdict(question.truncation)),
        ),
    )
    return Explained(len(texts) - 1, place, reasons(checkpoints, why))


def _question(seed_text: str, temperatures: tuple[float, ...], length: int, dice: int) -> Question:
    return Question(
        checkpoint="",
        fingerprint="",
        seed=seed_text,
        temperatures=temperatures,
        length=length,
        dice=dice,
        truncation=NO_TRUNCATION,
    )
