"""The component of the text columns."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.model.truncation import NO_TRUNCATION
from charlstm.ui.temperature.columns.question import Question
from charlstm.ui.temperature.reading.view import text_view


def build_columns(
    checkpoints: Checkpoints, seed_text: str, temperatures: Sequence[float], length: int, dice: int
) -> gr.HTML:
    """The component; its value is `Question.shown` with empty texts."""
    nothing = Question(
        checkpoint="",
        fingerprint="",
        seed=seed_text,
        temperatures=tuple(temperatures),
        length=length,
        dice=dice,
        truncation=NO_TRUNCATION,
    )
    return text_view(
        __file__,
        "columns",
        nothing.shown([""] * len(temperatures), "ready"),
        checkpoints,
        after=tuple(f"temperature/columns/{name}.js" for name in ("exports", "parting", "cards")),
        elem_id="columns",
    )
