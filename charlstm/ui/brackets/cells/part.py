"""The part "Where does it remember?" of the Brackets tab: its three components and their events."""

from __future__ import annotations

from dataclasses import dataclass
from threading import BoundedSemaphore

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.cells.cells import build_cells, follow_cells
from charlstm.ui.brackets.cells.rates import build_rates, counting
from charlstm.ui.brackets.cells.taken import build_taken, taking
from charlstm.ui.brackets.inputs import Numbers
from charlstm.ui.components.events import IN_BROWSER, WRITING, long_question

_READERS = 1  # texts whose units are read at a time: the strip of chances reads too


@dataclass(frozen=True)
class CellsPart:
    """The components.

    Attributes:
        cells: units along the seed text, and the buttons that let the model write on.
        taken: what it writes on, with units held and without.
        rates: how often it closes the bracket.
        turns: of those who read a text's units.
    """

    cells: gr.HTML
    taken: gr.HTML
    rates: gr.HTML
    turns: BoundedSemaphore


def build_cells_part(checkpoints: Checkpoints, kept: KeptAnswers, picker: gr.Dropdown) -> CellsPart:
    """Create the components in the current context.

    Args:
        kept: what searches for units have found.
    """
    turns = BoundedSemaphore(_READERS)
    return CellsPart(
        build_cells(checkpoints, kept, picker, turns), build_taken(), build_rates(), turns
    )


def wire_cells_part(
    part: CellsPart,
    checkpoints: Checkpoints,
    kept: KeptAnswers,
    picker: gr.Dropdown,
    seed: gr.Textbox,
    numbers: Numbers,
) -> None:
    """Wire the events; what is written on has the temperature in the middle."""
    temperature = numbers.temperatures[1]
    follow_cells(part.cells, picker, seed)
    long_question(
        [part.cells.submit],
        taking(checkpoints, kept, part.turns),
        [temperature, numbers.dice],
        part.taken,
        work=WRITING,
    )
    counted = long_question(
        [part.taken.submit],
        counting(checkpoints, kept),
        [temperature, numbers.horizon, numbers.dice, numbers.across_lines],
        part.rates,
    )
    part.rates.stop(cancels=counted, **IN_BROWSER)
