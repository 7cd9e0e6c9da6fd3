"""Which unit acts like this? Ranks the units by how well they tell characters that are marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.cells.marked import MarkedUnit, acting_like
from charlstm.experiments.cells.warm_up import warm_up_text
from charlstm.ui.brackets.inputs import SEED_TEXT, model_of
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import TextQuestion, Whole
from charlstm.ui.components.events import IN_BROWSER, served
from charlstm.ui.components.limits import MOST_WATCHED, check_characters

_READERS = 1  # texts read at a time, for all browsers together
_SHOWN = 8


@dataclass(frozen=True)
class MarkedText:
    """The value of the component: the seed text and the chosen checkpoint."""

    text: str
    checkpoint: str | None


@dataclass(frozen=True)
class MarkQuestion(TextQuestion):
    """A request to rank the units.

    Attributes:
        first, end: the marked characters are those from first to before end, counted from 0.
    """

    first: Whole
    end: Whole


@dataclass(frozen=True)
class MarkAnswer:
    """The units that act most like the marks.

    Attributes:
        marked, characters: how many characters are marked, of how many.
        units: best first.
        null_median, null_highest: as of `MarkedUnits`.
    """

    marked: int
    characters: int
    units: list[MarkedUnit]
    null_median: float
    null_highest: float


def build_marking(checkpoints: Checkpoints, picker: gr.Dropdown, seed: gr.Textbox) -> None:
    """Create the component, which follows the seed text."""
    view = drawn(
        __file__,
        "marking",
        MarkedText(SEED_TEXT, picker.value),
        after=("brackets/finding/rows.js",),
        server_functions=[marking(checkpoints)],
    )
    gr.on(
        [seed.change, picker.change],
        inputs=[seed, picker],
        outputs=view,
        js="(text, checkpoint) => ({ text, checkpoint })",
        **IN_BROWSER,
    )


def marking(checkpoints: Checkpoints) -> Callable[[Any], dict[str, Any]]:
    """The server function of `marking.js`."""
    turns = BoundedSemaphore(_READERS)

    @served(MarkQuestion)
    def units_like(asked: MarkQuestion) -> MarkAnswer:
        check_characters(asked.text, "text", MOST_WATCHED)
        sampler = model_of(checkpoints, asked.checkpoint)
        before = warm_up_text(checkpoints.info(asked.checkpoint).corpus)
        with turns:
            found = acting_like(sampler, asked.text, [(asked.first, asked.end)], before)
        return MarkAnswer(
            found.marked,
            found.characters,
            found.units[:_SHOWN],
            found.null_median,
            found.null_highest,
        )

    return units_like
