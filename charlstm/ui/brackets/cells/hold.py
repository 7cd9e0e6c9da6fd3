"""What the page's holds have in common: the model, the units, and those to compare them with."""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.cells.report import CellsReport
from charlstm.experiments.cells.source import control_character
from charlstm.experiments.cells.warm_up import warm_up_text
from charlstm.model.hold import Unit
from charlstm.model.sampler import Sampler
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.inputs import model_of
from charlstm.ui.components.contract import Text, TextQuestion
from charlstm.ui.components.limits import MOST_WATCHED, check_characters


@dataclass(frozen=True)
class HoldQuestion(TextQuestion):
    """A question about a text with units held.

    Attributes:
        units: names with commas between.
    """

    units: Text


@dataclass(frozen=True)
class Holding:
    """What a question about a hold names.

    Attributes:
        text: that is continued.
        units: that are held.
        others: a random set that is held for comparison; empty if none is known.
        before: text to warm up on.
        control: the character that stands for the bracket in the control text.
    """

    sampler: Sampler
    text: str
    units: list[Unit]
    others: list[Unit]
    before: str
    control: str

    @classmethod
    def of(
        cls, checkpoints: Checkpoints, kept: KeptAnswers, asked: HoldQuestion, *, urgent: bool
    ) -> Holding:
        """Find the model and the units.

        Args:
            urgent: as for `charlstm.ui.components.visitor.asker`.

        Raises:
            UserError: the text is too long, or there is no such checkpoint or unit.
        """
        text = check_characters(asked.text, "text", MOST_WATCHED)
        sampler = model_of(checkpoints, asked.checkpoint, urgent=urgent)
        info, units = checkpoints.info(asked.checkpoint), units_in(asked.units)
        report = kept.known_cells(info, checkpoints.folder(asked.checkpoint))
        return cls(
            sampler,
            text,
            units,
            random_units(report, units),
            warm_up_text(info.corpus),
            control_character(sampler.vocab),
        )


def units_in(names: str) -> list[Unit]:
    """Units as they are typed, with commas between, each once.

    Raises:
        UserError: a name is none.
    """
    return list(dict.fromkeys(Unit.parse(name) for name in names.split(",") if name.strip()))


def random_units(report: CellsReport | None, held: list[Unit]) -> list[Unit]:
    """A random set that moves h as much as the units that closing depends on; empty if these are
    not the held ones, or if there is none."""
    if report is None or report.result.effects is None or not report.result.effects.sets:
        return []
    if {str(unit) for unit in held} != {*report.result.verdict.units}:
        return []
    return [Unit.parse(name) for name in report.result.effects.sets[0]]
