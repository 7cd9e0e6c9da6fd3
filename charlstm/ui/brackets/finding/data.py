"""Converts a report on units into the dataclasses that the browser draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.experiments.cells import effects as experiment
from charlstm.experiments.cells.cost import Cost
from charlstm.experiments.cells.effects import Effects, RandomSets, SingleUnit
from charlstm.experiments.cells.learnt import LearntRow
from charlstm.experiments.cells.ranking import Finding, NullAreas, ProbeAreas, TargetArea, UnitArea
from charlstm.experiments.cells.rates import Rates
from charlstm.experiments.cells.report import CellsReport
from charlstm.experiments.cells.targets import CLOSED
from charlstm.experiments.cells.verdict import named
from charlstm.experiments.intervals import Estimate
from charlstm.texts import text


@dataclass(frozen=True)
class UnitSet:
    """Some units that are taken away together.

    Attributes:
        name: what they are: "1", "2" and so on for so many best ones, or "chosen".
        units: their names.
        chosen: necessity on the half that they were chosen on, nats.
        necessity, sufficiency: on the other half, nats.
    """

    name: str
    units: list[str]
    chosen: float
    necessity: Estimate
    sufficiency: Estimate


@dataclass(frozen=True)
class TakenAway:
    """What taking units away does at places where the text closes the bracket.

    Attributes:
        closing: the closing bracket.
        places, articles: numbers of them on the half that nothing was chosen on.
        gap: how many nats likelier the closing bracket is in the open text there.
        gap_chosen: the same on the half that units are chosen on.
        singles: the best units, each taken away alone.
        sets: the 1, 2, 5, 10, 20 best, and the chosen one.
        pair: the best pair.
        random: beside the chosen set.
    """

    closing: str
    places: int
    articles: int
    gap: Estimate
    gap_chosen: float
    singles: list[SingleUnit]
    sets: list[UnitSet]
    pair: UnitSet
    random: RandomSets


@dataclass(frozen=True)
class HeldRate:
    """How often samples of one kind of text closed the bracket, or had a stray.

    Attributes:
        n: samples.
        closed: of them, those that did.
        rate: with its interval over texts.
        change: against the same text without a hold; None without one.
    """

    n: int
    closed: int
    rate: Estimate
    change: Estimate | None


@dataclass(frozen=True)
class Written:
    """What samples show.

    Attributes:
        said: a phrase on how they were drawn.
        open, control: of the open texts and of their controls: without a hold, with the chosen
            units held, and with random ones held.
    """

    said: str
    open: list[HeldRate]
    control: list[HeldRate]


@dataclass(frozen=True)
class Found:
    """What `finding.js` draws of a report.

    Attributes:
        key: the report's in `KeptAnswers`, for its files.
        called: what the page calls the checkpoint.
        target: what was looked for, as a noun.
        control: the character that replaces an opening bracket in a control text.
        sentence, doubts: the verdict.
        source: a sentence on the text.
        units: the best units by area.
        moved: the best unit's area where the spans were moved, the null.
        probe, targets, cost: as in the report.
        taken: what taking units away does; None where nothing was taken away.
        written: None likewise.
        depth: a sentence on the unit that goes with the depth; "" without one.
        learnt: the run's snapshots, in order of their steps; may be empty.
        unlearnt: a sentence on why there are none; "" otherwise.
    """

    key: str
    called: str
    target: str
    control: str
    sentence: str
    doubts: list[str]
    source: str
    units: list[UnitArea]
    moved: NullAreas
    probe: ProbeAreas
    targets: list[TargetArea]
    taken: TakenAway | None
    written: Written | None
    cost: Cost | None
    depth: str
    learnt: list[LearntRow]
    unlearnt: str


@dataclass(frozen=True)
class Looked:
    """What the controls say: the chosen checkpoint, target and length of text."""

    checkpoint: str | None
    target: str
    whole: bool


@dataclass(frozen=True)
class Find:
    """The value of the component.

    Attributes:
        phase: "idle", "waiting", "asking", "done" or "stopped".
        ahead: searches of others that come before this one.
        share: of the work.
        doing: what is being done.
        seconds_left: an estimate; None at first.
        found: in the phase "done".
        picked: the chosen checkpoint and target, where a control has changed them since.
    """

    phase: str
    ahead: int = 0
    share: float = 0.0
    doing: str = ""
    seconds_left: int | None = None
    found: Found | None = None
    picked: Looked | None = None


def found_shown(report: CellsReport, called: str, key: str, unlearnt: str) -> Found:
    """A report as the browser draws it.

    Args:
        called: what the page calls the checkpoint.
        key: of the report in `KeptAnswers`.
        unlearnt: a sentence on why there are no snapshots.
    """
    result, finding = report.result, report.result.finding
    target = result.question.target
    return Found(
        key=key,
        called=called,
        target=named(target),
        control=result.control,
        sentence=result.verdict.sentence,
        doubts=result.verdict.doubts,
        source=_source(finding, result.source, result.warm_up),
        units=finding.units,
        moved=finding.null,
        probe=finding.probe,
        targets=finding.targets,
        taken=None if result.effects is None else _taken(result.effects, CLOSED[target]),
        written=None if result.rates is None else _written(result.rates),
        cost=result.cost,
        depth=depth_sentence(report),
        learnt=report.learnt,
        unlearnt="" if report.learnt else unlearnt,
    )


def depth_sentence(report: CellsReport) -> str:
    """On the unit that goes with the depth of the brackets; "" if nobody looked for it."""
    if (depth := report.depth) is None:
        return ""
    deepest = depth.rows[-1]
    return text(
        "brackets.cells.depth_held",
        unit=depth.unit,
        r=f"{depth.shown:.2f}".replace("-", "−"),
        depth=deepest.depth,
        held=f"{deepest.as_outside:.3f}",
        plain=f"{deepest.plain:.3f}",
    )


def _source(finding: Finding, name: str, warm_up: int) -> str:
    told = {
        "text": name,
        "characters": text("brackets.n.characters", n=finding.characters),
        "spans": text("brackets.n.spans", n=finding.spans),
        "target": named(finding.target),
        "warm_up": text("brackets.n.characters", n=warm_up),
    }
    if finding.whole:
        return text("brackets.find.source_whole", **told)
    return text("brackets.find.source_slice", **told)


def _taken(effects: Effects, closing: str) -> TakenAway:
    names = [str(len(one.units)) for one in effects.doses]
    doses = [_set(name, one) for name, one in zip(names, effects.doses, strict=True)]
    return TakenAway(
        closing=closing,
        places=effects.places[1],
        articles=effects.articles[1],
        gap=effects.gap,
        gap_chosen=effects.gap_chosen,
        singles=effects.singles,
        sets=[*doses, _set("chosen", effects.best)],
        pair=_set("pair", effects.pair),
        random=effects.random,
    )


def _set(name: str, effect: experiment.Effect) -> UnitSet:
    return UnitSet(name, effect.units, effect.chosen, effect.necessity, effect.sufficiency)


def _written(rates: Rates) -> Written:
    how = rates.sampling
    rows: Sequence[HeldRate] = [HeldRate(r.n, r.closed, r.rate, r.change) for r in rates.rows]
    return Written(
        text(
            "brackets.find.written_said",
            texts=text("brackets.n.texts", n=rates.texts),
            samples=text("brackets.n.samples", n=how.samples),
            characters=text("brackets.n.characters", n=how.horizon),
            at=f"{how.temperature:g}",
        ),
        [*rows[:3]],
        [*rows[3:]],
    )
