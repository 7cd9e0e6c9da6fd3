"""The verdict on units: what taking them away has shown, and the doubts about it, in words.

Units count as shown only by what follows when they are taken away, never by their areas. The words
are "the unit that closing depends on", not "the bracket neuron": the same unit may serve much else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from charlstm.counting import counted
from charlstm.experiments.cells.cost import Cost
from charlstm.experiments.cells.effects import ENOUGH, Effect, Effects
from charlstm.experiments.cells.ranking import Finding
from charlstm.experiments.cells.rates import Rates

LEAST_GAP = 1.0
"""Nats by which a closing bracket must be likelier in the open text for there to be something to
take away: 2.7 times as likely."""
MOST_P = 0.05
_READS = 0.85  # the least area that raises a doubt
_PROBED_WELL = 0.75
_FEW = 10  # units that random sets are drawn from

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
    top = finding.units[0]
    if effects is None:
        lacks = (
            "nothing closes this target, so no unit was taken away"
            if closing is None
            else f"the text has too few “{closing}” to take units away at"
        )
        return (
            "unasked",
            f"Unit {top.unit} tells best whether a character is inside {named(target)}: area "
            f"{top.shown:.3f} on articles that it was not chosen on. But {lacks}: that it tells "
            f"does not show that the model makes use of it.",
        )
    best, gap, random = effects.best, effects.gap, effects.random
    if gap.interval[0] < LEAST_GAP:
        return (
            "none",
            f"None: where the text closes the bracket, “{closing}” is {_nats(gap.mean)} likelier "
            f"than with the control ({_range(gap.interval)}), too little for any unit to carry.",
        )
    if not effects.enough:
        most = effects.doses[-1]
        return (
            "spread",
            f"None: closing depends on no few units. The {len(most.units)} best together take "
            f"{_percent(most.necessity_share)} of the {_nats(gap.mean)} by which “{closing}” is "
            f"likelier in the open text, where {_percent(ENOUGH)} was asked for.",
        )
    shown = best.necessity_share >= ENOUGH / 2 and best.necessity.interval[0] > 0
    if not shown or random.necessity_p > MOST_P:
        return (
            "none",
            f"None: {_the_units(best)} took {best.chosen:.2f} nats where they were chosen, but "
            f"{best.necessity.mean:.2f} ({_range(best.necessity.interval)}) on other articles, and "
            f"p = {random.necessity_p:.2f} against {random.n} random sets.",
        )
    one = len(best.units) == 1
    share = best.necessity_share
    low, high = (bound / gap.mean for bound in best.necessity.interval)
    taking = (
        f"{_the_units(best)} {'is the unit' if one else 'are the units'} that closing the bracket "
        f"depends on{'' if one else ' together'}: at the places where the text closes, holding "
        f"{'it at its' if one else 'them at their'} control value{'' if one else 's'} takes "
        f"{_percent(share)} ({_percent(low)} to {_percent(high)}) of the {_nats(gap.mean)} by "
        f"which “{closing}” is likelier inside, on articles {'it was' if one else 'they were'} not "
        f"chosen on"
    )
    others = (
        f"none of {random.n} random sets that move h as much does that"
        if random.necessity_p <= 1 / (random.n + 1)
        else f"p = {random.necessity_p:.2f} against {random.n} random sets that move h as much"
    )
    parts = [f"{taking}; {others}."]
    if not one:
        alone = effects.doses[0]
        parts.append(
            f"The best unit alone takes {_percent(alone.necessity_share)}: they stand in for each "
            f"other."
        )
    if best.sufficiency.interval[0] > 0 and random.sufficiency_p <= MOST_P:
        parts.append(
            f"The open value{'' if one else 's'} in the control text give{'s' if one else ''} back "
            f"{_percent(best.sufficiency_share)}."
        )
    else:
        parts.append(
            f"{'It is' if one else 'They are'} not shown to suffice: in the control text the open "
            f"value{'' if one else 's'} give{'s' if one else ''} back "
            f"{_percent(best.sufficiency_share)}, p = {random.sufficiency_p:.2f}."
        )
    return "found", " ".join(parts)


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
                f"{named(name)} ({area:.2f})"
                for name, area in sorted(areas.items(), key=lambda pair: -pair[1])
                if name != target and area >= _READS
            ]
            if also:
                yield (
                    f"Unit {unit} also tells {_listed(also)} from other text (area under the ROC "
                    f"curve): it does not serve this bracket alone."
                )
        yield (
            "That closing depends on it does not show how the value came there, nor that other "
            "units do nothing: what is taken away is one path."
        )
    if effects is not None:
        if effects.random.moved < 1 or effects.random.drawn_from < _FEW:
            yield (
                f"Random sets could draw on {counted(effects.random.drawn_from, 'unit')} only, "
                f"and move h {_percent(effects.random.moved)} as much: the comparison is a weak "
                "one."
            )
        yield (
            f"The places are {counted(effects.places[1], 'bracket')} in {effects.articles[1]} "
            f"articles, none "
            f"within another bracket; the intervals speak of text like theirs."
        )
        yield (
            f"The control has “{control}” for the opening bracket, which changes more than what is "
            f"open."
        )
    if rates is not None and kind == "found":
        free, held = rates.rows[0].rate.mean, rates.rows[1].rate.mean
        if held > free / 2:
            yield (
                f"Samples close the bracket in {_percent(held)} with the hold, in "
                f"{_percent(free)} without: less changes there than at the places where the text "
                f"closes."
            )
    if cost is not None and kind == "found" and cost.difference.mean > 2 * max(cost.random):
        yield (
            f"The hold costs {cost.difference.mean:.3f} bits per character of ordinary text, more "
            f"than twice what random units cost: it breaks other things too."
        )
    null = finding.null
    yield (
        f"Of the areas alone little follows: {counted(null.passed, 'unit')} are above the best of "
        f"{null.draws} labellings whose spans were moved ({null.highest:.2f}), since those have "
        f"lost whatever else goes with {named(target)}."
    )
    if finding.probe.control >= _PROBED_WELL:
        yield (
            f"A linear probe on all units reads {named(target)} with an area of "
            f"{finding.probe.target:.2f}, but a random label of each beginning of a word with "
            f"{finding.probe.control:.2f}: some of it may be memory."
        )
    if not finding.whole:
        yield (
            f"Areas are from a slice of {counted(finding.characters, 'character')}; the whole "
            f"text may rank "
            f"units otherwise."
        )


def named(target: str) -> str:
    """A target as a noun."""
    nouns = {
        "quote": "quotes",
        "heading": "headings",
        "number": "numbers",
        "capital": "capitalized words",
        "marked": "what was marked",
    }
    return nouns.get(target, f"“{target}”")


def _the_units(effect: Effect) -> str:
    one = len(effect.units) == 1
    return f"Unit{'' if one else 's'} {_listed(effect.units)}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %".replace("-", "−")


def _nats(value: float) -> str:
    return f"{value:.1f} nats"


def _range(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.1f} to {interval[1]:.1f}"


def _listed(parts: list[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
