"""Units of the model along the seed text and along its control, below the balance view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.cells.report import CellsReport
from charlstm.experiments.cells.source import control_character
from charlstm.experiments.cells.warm_up import warm_up_text
from charlstm.experiments.cells.watch import Chances, UnitStrip, watched
from charlstm.texts import text
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.cells.hold import units_in
from charlstm.ui.brackets.inputs import SEED_TEXT, model_of
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Switch, Text, TextQuestion
from charlstm.ui.components.events import IN_BROWSER, served
from charlstm.ui.components.limits import MOST_WATCHED, check_characters


@dataclass(frozen=True)
class CellsView:
    """What `cells.js` draws; `follow_cells` makes a new one in the browser."""

    text: str
    checkpoint: str | None


@dataclass(frozen=True)
class CellsQuestion(TextQuestion):
    """A request to watch units along a text.

    Attributes:
        units: names with commas between, as they were typed; "" for the known ones.
        gates: whether to compute the gates too.
    """

    units: Text
    gates: Switch


@dataclass(frozen=True)
class KnownUnits:
    """What a report says about a checkpoint's units.

    Attributes:
        units: those that closing depends on, with commas between; "" if none were found.
        sentence, doubts: the verdict.
        depth: the unit that goes with the depth; "" if there is none or nobody looked for it.
        depth_sentence: on that unit; "" without one.
    """

    units: str
    sentence: str
    doubts: list[str]
    depth: str
    depth_sentence: str


@dataclass(frozen=True)
class CellsAnswer:
    """Units along a text: what `watched` found.

    Attributes:
        known: None for a checkpoint whose units nobody has searched yet.
    """

    text: str
    control_text: str
    bracket: int | None
    closing: str
    warm_up: int
    units: list[UnitStrip]
    chances: Chances
    known: KnownUnits | None = None


def build_cells(
    checkpoints: Checkpoints, kept: KeptAnswers, picker: gr.Dropdown, turns: BoundedSemaphore
) -> gr.HTML:
    """Create the component; its buttons trigger ``submit``, which `cells.taken` handles.

    Args:
        turns: of those who read a text's units.
    """
    return drawn(
        __file__,
        "cells",
        CellsView(SEED_TEXT, picker.value),
        after=("brackets/cells/control.js", "brackets/cells/lanes.js"),
        server_functions=[cells_function(checkpoints, kept, turns)],
    )


def follow_cells(cells: gr.HTML, picker: gr.Dropdown, seed: gr.Textbox) -> None:
    """Update the component whenever a control changes."""
    gr.on(
        [seed.change, picker.change],
        inputs=[seed, picker],
        outputs=cells,
        js="(text, checkpoint) => ({ text, checkpoint })",
        **IN_BROWSER,
    )


def cells_function(
    checkpoints: Checkpoints, kept: KeptAnswers, turns: BoundedSemaphore
) -> Callable[[Any], dict[str, Any]]:
    """The server function of `cells.js`."""

    @served(CellsQuestion)
    def watch_units(question: CellsQuestion) -> CellsAnswer:
        check_characters(question.text, "text", MOST_WATCHED)
        name = question.checkpoint
        sampler, info = model_of(checkpoints, name), checkpoints.info(name)
        known = known_units(kept.known_cells(info, checkpoints.folder(name)))
        opens_on = known.units if known is not None and known.units else None
        names = question.units or opens_on or f"{sampler.model.n_layers}:0"
        with turns:
            found = watched(
                sampler,
                question.text,
                units_in(names),
                before=warm_up_text(info.corpus),
                control=control_character(sampler.vocab),
                gates=question.gates,
            )
        return CellsAnswer(**vars(found), known=known)

    return watch_units


def known_units(report: CellsReport | None) -> KnownUnits | None:
    """What is displayed of a report; None without one."""
    if report is None:
        return None
    verdict, depth = report.result.verdict, report.depth
    return KnownUnits(
        ", ".join(verdict.units),
        verdict.sentence,
        verdict.doubts,
        "" if depth is None else depth.unit,
        ""
        if depth is None
        else text(
            "brackets.cells.depth", unit=depth.unit, r=f"{depth.shown:.2f}".replace("-", "−")
        ),
    )
