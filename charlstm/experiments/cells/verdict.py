"""The verdict on units: what taking them away has shown, and the doubts about it, in words.

Units count as shown only by what follows when they are taken away, never by their areas. The words
are "the unit that closing depends on", not "the bracket neuron": the same unit may serve much else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from charlstm.experiments.cells.cost import Cost
from charlstm.experiments.cells.effects import ENOUGH, Effects, RandomSets
from charlstm.experiments.cells.ranking import Finding
from charlstm.experiments.cells.rates import Rates
from charlstm.texts import joined, listed, text

LEAST_GAP = 1.0
"""Nats by which a closing bracket must be likelier in the open text for there to be something to
take away: 2.7 times as likely."""
MOST_P = 0.05
_READS = 0.85  # the least area that raises a doubt
_PROBED_WELL = 0.75
_FEW = 10  # units that random sets are drawn from
_NOUNS = ("quote", "heading", "number", "capital", "marked")  # targets that have a name in words

Kind = Literal["found", "spread", "none", "unasked"]
"""Units that closing depends on were found; no 20 units suffice; there is nothing to find, or
nothing beyond random units; only areas were asked for."""


@dataclass(frozen=True)
class CellsVerdict:
    """An experiment on units in words.

    Attributes:
        kind: what was shown.
        units: names of the units that were found; empty otherwise.
        sentence: the conclusion, with its figures.
        doubts: reasons why it may be wrong or say less than it seems; never empty.
    """

    kind: Kind
    units: list[str]
    sentence: str
    doubts: list[str]


def verdict_on(
    target: str,
    closing: str | None,
    control: str,
    finding: Finding,
    effects: Effects | None,
    rates: Rates | None,
    cost: Cost | None,
    reads: Mapping[str, Mapping[str, float]],
) -> CellsVerdict:
    """Put an experiment's results into words.

    Args:
        target: its name (`targets.TARGETS`).
        closing: the closing bracket; None for a target without one.
        control: the character that replaces an opening bracket.
        finding, effects, rates, cost: the results; the last three None if they were not asked for
            or there was too little text.
        reads: for units of the best set, the area of each target.
    """
    kind, sentence = _found(target, closing, finding, effects)
    units = effects.best.units if effects is not None and kind == "found" else []
    doubts = list(_doubts(target, control, kind, finding, effects, rates, cost, reads))
    return CellsVerdict(kind, units, sentence, doubts)


def _found(
    target: str, closing: str | None, finding: Finding, effects: Effects | None
) -> tuple[Kind, str]:
    if effects is None:
        top = finding.units[0]
        sentence = text(
            f"cells.verdict.{'unclosed' if closing is None else 'too_few'}",
            unit=top.unit,
            target=named(target),
            area=f"{top.shown:.3f}",
            closing=closing or "",
        )
        return "unasked", sentence
    best, gap, random = effects.best, effects.gap, effects.random
    told = {"closing": closing or "", "gap": f"{gap.mean:.1f}"}
    if gap.interval[0] < LEAST_GAP:
        return "none", text("cells.verdict.no_gap", **told, **_range(gap.interval))
    if not effects.enough:
        most = effects.doses[-1]
        sentence = text(
            "cells.verdict.spread",
            **told,
            units=len(most.units),
            share=_percent(most.necessity_share),
            enough=_percent(ENOUGH),
        )
        return "spread", sentence
    if (
        best.necessity_share < ENOUGH / 2
        or best.necessity.interval[0] <= 0
        or random.necessity_p > MOST_P
    ):
        sentence = text(
            "cells.verdict.unshown",
            n=len(best.units),
            units=listed(best.units),
            chosen=f"{best.chosen:.2f}",
            shown=f"{best.necessity.mean:.2f}",
            **_range(best.necessity.interval),
            **_beside(random, random.necessity_p),
        )
        return "none", sentence
    low, high = (_percent(bound / gap.mean) for bound in best.necessity.interval)
    alike = random.necessity_p > 1 / (random.n + 1)
    sentences = [
        text(
            "cells.verdict.found",
            **told,
            n=len(best.units),
            units=listed(best.units),
            share=_percent(best.necessity_share),
            low=low,
            high=high,
            beside=text(
                f"cells.verdict.{'beside' if alike else 'beside_none'}",
                **_beside(random, random.necessity_p),
            ),
        )
    ]
    if len(best.units) > 1:
        alone = effects.doses[0].necessity_share
        sentences.append(text("cells.verdict.alone", share=_percent(alone)))
    suffices = best.sufficiency.interval[0] > 0 and random.sufficiency_p <= MOST_P
    sentences.append(
        text(
            f"cells.verdict.{'suffices' if suffices else 'suffices_not'}",
            n=len(best.units),
            share=_percent(best.sufficiency_share),
            **_beside(random, random.sufficiency_p),
        )
    )
    return "found", joined(sentences)


def _doubts(
    target: str,
    control: str,
    kind: Kind,
    finding: Finding,
    effects: Effects | None,
    rates: Rates | None,
    cost: Cost | None,
    reads: Mapping[str, Mapping[str, float]],
) -> Iterator[str]:
    """Reasons why the verdict may be wrong, the gravest first."""
    if kind == "found":
        for unit, areas in reads.items():
            also = [
                text("cells.doubt.area", target=named(name), area=f"{area:.2f}")
                for name, area in sorted(areas.items(), key=lambda pair: -pair[1])
                if name != target and area >= _READS
            ]
            if also:
                yield text("cells.doubt.also", unit=unit, also=listed(also))
        yield text("cells.doubt.path")
    if effects is not None:
        random = effects.random
        if random.moved < 1 or random.drawn_from < _FEW:
            yield text("cells.doubt.random", n=random.drawn_from, moved=_percent(random.moved))
        yield text("cells.doubt.places", brackets=effects.places[1], articles=effects.articles[1])
        yield text("cells.doubt.control", control=control)
    if rates is not None and kind == "found":
        free, held = rates.rows[0].rate.mean, rates.rows[1].rate.mean
        if held > free / 2:
            yield text("cells.doubt.rates", held=_percent(held), free=_percent(free))
    if cost is not None and kind == "found" and cost.difference.mean > 2 * max(cost.random):
        yield text("cells.doubt.cost", bits=f"{cost.difference.mean:.3f}")
    null, probe = finding.null, finding.probe
    yield text(
        "cells.doubt.null",
        n=null.passed,
        draws=null.draws,
        highest=f"{null.highest:.2f}",
        target=named(target),
    )
    if probe.control >= _PROBED_WELL:
        yield text(
            "cells.doubt.probe",
            target=named(target),
            area=f"{probe.target:.2f}",
            control=f"{probe.control:.2f}",
        )
    if not finding.whole:
        characters = text("experiments.characters", n=finding.characters)
        yield text("cells.doubt.slice", characters=characters)


def named(target: str) -> str:
    """A target as a noun."""
    if target in _NOUNS:
        return text(f"cells.targets.{target}")
    return text("experiments.quoted", character=target)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %".replace("-", "−")


def _range(interval: tuple[float, float]) -> dict[str, str]:
    return {"low": f"{interval[0]:.1f}", "high": f"{interval[1]:.1f}"}


def _beside(random: RandomSets, p: float) -> dict[str, str | int]:
    return {"p": f"{p:.2f}", "sets": random.n}
