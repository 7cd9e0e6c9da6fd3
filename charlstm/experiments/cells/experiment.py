"""The whole experiment on a model's units: find them, take them away, and say what that shows."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, TypeVar

import torch
from pydantic import PlainValidator

from charlstm.errors import user_error
from charlstm.experiments.cells.cost import Cost, cost
from charlstm.experiments.cells.effects import Effects, taken_away
from charlstm.experiments.cells.finding import finding
from charlstm.experiments.cells.places import places, read_pairs
from charlstm.experiments.cells.progress import Progress
from charlstm.experiments.cells.ranking import LISTED, Finding
from charlstm.experiments.cells.rates import Rates, Sampling, rates
from charlstm.experiments.cells.source import Source
from charlstm.experiments.cells.targets import CLOSED, TARGETS
from charlstm.experiments.cells.verdict import CellsVerdict, verdict_on
from charlstm.experiments.intervals import FEWEST
from charlstm.model.hold import Unit
from charlstm.model.sampler import Sampler
from charlstm.texts import restored, stored, text

T = TypeVar("T")

PLACES = 48
"""Places of either half, at most."""
_COMPARED = 3  # random sets whose cost in bits is counted


@dataclass(frozen=True)
class CellsQuestion:
    """Which units does closing depend on, or, of a target that nothing closes, which units tell it?

    Args:
        target: one of `targets.TARGETS`; only brackets can be asked causally.
        whole: rank the units over the whole validation text, and not over a slice.
        sampling: how closing is counted by samples.

    Raises:
        UserError: there is no such target.
    """

    target: str = "("
    whole: bool = False
    sampling: Sampling = field(default_factory=Sampling)

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            name = repr(str(self.target)[:40])
            raise user_error("cells.no_target", name=name, names=", ".join(TARGETS))


@dataclass(frozen=True)
class CellsResult:
    """What the experiment has shown.

    Attributes:
        question: what was asked.
        text: the text that was read, in a phrase; from a file in English (`source`).
        control: the character that replaces an opening bracket in a control text.
        warm_up: characters read before those that count.
        finding: what the units tell.
        effects: what taking them away does; None for a target that no bracket closes, or if the
            text has too few.
        rates: by samples; None as before.
        cost: on ordinary text; None as before.
        reads: unit -> target -> area on the half that is shown, for the units of the best set, or
            the best one by area.
        corpus: description of the corpus whose validation split the text is; "" from a file of an
            earlier version.
    """

    question: CellsQuestion
    text: str
    control: str
    warm_up: int
    finding: Finding
    effects: Effects | None
    rates: Rates | None
    cost: Cost | None
    reads: dict[str, dict[str, float]]
    corpus: Annotated[str, PlainValidator(restored)] = ""

    @property
    def source(self) -> str:
        """The text that was read, in a phrase."""
        return text("cells.text", corpus=self.corpus) if self.corpus else self.text

    @property
    def verdict(self) -> CellsVerdict:
        """All that in words."""
        target = self.question.target
        return verdict_on(
            target, CLOSED.get(target), self.control, self.finding, self.effects, self.rates,
            self.cost, self.reads,
        )  # fmt: skip

    def plain(self) -> dict[str, Any]:
        """The result as JSON values, with the verdict, and what makes ``corpus`` in any language
        (`charlstm.texts.stored`)."""
        corpus = stored(self.corpus)
        return asdict(self) | {"corpus": corpus, "verdict": asdict(self.verdict)}


def finding_cells(
    sampler: Sampler, source: Source, question: CellsQuestion
) -> Iterator[Progress[CellsResult]]:
    """Run the experiment; closing the generator stops it.

    Yields:
        progress several times a second or so, the last time with the result.
    """
    target, dice = question.target, question.sampling.dice
    closing = CLOSED.get(target)
    # Shares of the time, as measured.
    read = 1.0 if closing is None else 0.8 if question.whole else 0.2
    begins = [read + (1 - read) * done for done in (0.0, 0.1, 0.52, 0.91, 1.0)]
    ranking = yield from _told(
        finding(sampler, source, target, question.whole, dice),
        text("cells.doing.ranking"),
        0.0,
        read,
    )
    effects, found_rates, found_cost = None, None, None
    first, second = places(source, target, PLACES) if closing else ([], [])
    articles = [{place.article for place in half} for half in (first, second)]
    if min(map(len, articles)) >= FEWEST:
        pairs = yield from _told(
            read_pairs(sampler, source, target, [*first, *second]),
            text("cells.doing.brackets"),
            *begins[:2],
        )
        by_area = [Unit.parse(one.unit) for one in ranking.finding.units]
        effects = yield from _told(
            taken_away(sampler.weights, pairs, by_area, LISTED, dice),
            text("cells.doing.taking"),
            *begins[1:3],
        )
        chosen = [Unit.parse(name) for name in effects.best.units]
        others = [[Unit.parse(name) for name in one] for one in effects.sets[:_COMPARED]]
        found_rates = yield from _told(
            rates(sampler, source, second, chosen, others[0], question.sampling),
            text("cells.doing.writing"), *begins[2:4],
        )  # fmt: skip
        mean = pairs.control.c[-1, torch.from_numpy(pairs.rows(0))].mean(0)
        found_cost = yield from _told(
            cost(sampler, source, mean, chosen, others), text("cells.doing.ordinary"), *begins[3:]
        )
    names = effects.best.units if effects else [ranking.finding.units[0].unit]
    reads = {name: ranking.reads(Unit.parse(name)) for name in names}
    result = CellsResult(
        question, source.name, source.control, source.warm_up, ranking.finding, effects,
        found_rates, found_cost, reads, source.corpus,
    )  # fmt: skip
    yield Progress(1.0, text("cells.doing.done"), result)


def _told(
    work: Generator[float, None, T], doing: str, start: float, end: float
) -> Generator[Progress[CellsResult], None, T]:
    """A part of the work, its progress in that of the whole."""
    while True:
        try:
            yield Progress(start + (end - start) * next(work), doing)
        except StopIteration as done:
            found: T = done.value
            return found
