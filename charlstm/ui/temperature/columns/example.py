"""The texts that the columns hold when the page opens, so that it need not draw any for a visitor
who only looks.

``example.json`` is the output of

    python -m charlstm sample checkpoints/wikipedia-2x640 --seed-text "The meaning of life is "
        --temperature 0.2 0.5 1 --length 400 --dice 7 --json
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.truncation import NO_TRUNCATION, Truncation
from charlstm.ui.temperature.columns.question import Columns, Question

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
    first checkpoint wrote it, otherwise empty columns."""
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
    return question.shown(texts, "written")


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
