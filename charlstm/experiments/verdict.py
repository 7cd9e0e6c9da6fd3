"""The verdict on a probe: the conclusion its numbers support, and the doubts about it, in words.

An effect counts as shown only if the intervals of the paired differences from both controls exclude
zero. The verdict claims nothing about grammar, or about other seed texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from charlstm.experiments.results import Difference, TemperatureResult
from charlstm.text.brackets import Target, scan
from charlstm.texts import joined, listed, text

_SHORT_SIGHT = 6  # characters of context of a 7-gram model
_MANY = 0.05  # the least share of samples that raises a doubt
_WIDE = 0.2  # the width of an interval from which on it raises a doubt


@dataclass(frozen=True)
class Verdict:
    """A probe in words.

    Attributes:
        sentence: the answer to "Does the open bracket make closing likelier?", which begins with
            "Yes", "No" or "These samples don’t show it"; the counts; further conclusions.
        doubts: reasons why it may be wrong, the gravest first; never empty.
    """

    sentence: str
    doubts: list[str]


def verdict_on(
    seed_text: str,
    horizon: int,
    temperatures: Sequence[TemperatureResult],
    unknown: Sequence[str] = (),
) -> Verdict:
    """Put a probe's results into words.

    Args:
        seed_text: text that leaves at least one bracket open.
        horizon: characters after which samples were censored.
        temperatures: one or more results.
        unknown: characters of the seed text, and its target's closing bracket, that the model has
            never read (`Vocabulary.unknown`).
    """
    target = Target(seed_text)
    return Verdict(
        joined(list(_found(target.closing, _around(seed_text), horizon, temperatures))),
        list(_doubts(seed_text, target, horizon, temperatures, unknown)),
    )


@dataclass(frozen=True)
class _Shown:
    """What the numbers of some temperatures show.

    Attributes:
        name: of its text.
        temperatures: the results.
        points: the differences that its sentence states.
    """

    name: str
    temperatures: Sequence[TemperatureResult]
    points: Sequence[Difference]

    def sentence(self, at: str, closing: str, around: int) -> str:
        """The conclusion.

        Args:
            at: name of the text on the temperatures, which begins the sentence.
        """
        return text(
            f"experiments.verdict.{self.name}",
            n=around,
            at=text(at, temperatures=_named(self.temperatures)),
            closing=closing,
            points=_points(self.points),
        )


def _found(
    closing: str, around: int, horizon: int, temperatures: Sequence[TemperatureResult]
) -> Iterator[str]:
    """The verdict's sentences: the answer, the counts, and the other conclusions."""
    # At T 0 all samples are the same text, so there is no rate.
    drawn = [t for t in temperatures if t.temperature > 0]
    conclusions = _conclusions(around, drawn)
    first = conclusions[0] if conclusions else None
    answer = "unshown"
    if first is not None and first.name == "likelier":
        answer = "yes" if len(first.temperatures) == len(drawn) else "yes_not_each"
    elif first is not None and first.name == "rarer":
        answer = "no"  # at each temperature, since it is the last of the conclusions
    yield text(
        f"experiments.verdict.{answer}",
        shown=text("experiments.verdict.greedy")
        if first is None
        else first.sentence("experiments.verdict.at_inside", closing, around),
    )
    yield _closed(horizon, temperatures)
    yield text(
        "experiments.verdict.strays",
        closing=closing,
        comma=_counts([t.control.closed for t in temperatures]),
        pair=_counts([t.pair.closed for t in temperatures]),
    )
    for other in conclusions[1:]:
        yield other.sentence("experiments.verdict.at", closing, around)


def _conclusions(around: int, drawn: Sequence[TemperatureResult]) -> list[_Shown]:
    """What the numbers show, each at some of the temperatures, in the order of the answer."""
    beyond_comma = [t for t in drawn if t.difference.interval[0] > 0]
    beyond = [t for t in beyond_comma if t.pair_difference.interval[0] > 0]
    only_comma = [t for t in beyond_comma if t not in beyond]
    less = [t for t in drawn if t.difference.interval[1] < 0]
    nothing = [t for t in drawn if t not in beyond_comma and t not in less]
    found = [
        _Shown("outer" if around else "likelier", beyond, [t.difference for t in beyond]),
        _Shown("only_comma", only_comma, [t.pair_difference for t in only_comma]),
        _Shown("nothing", nothing, [t.difference for t in nothing]),
        _Shown("rarer", less, [t.difference for t in less]),
    ]
    return [shown for shown in found if shown.temperatures]


def _closed(horizon: int, temperatures: Sequence[TemperatureResult]) -> str:
    counts = [_count(t.closed) for t in temperatures]
    alike = len(counts) > 1 and len({*counts}) == 1
    return text(
        f"experiments.verdict.{'closed_each' if alike else 'closed'}",
        characters=text("experiments.characters", n=horizon),
        closed=counts[0] if alike else listed(counts),
        samples=text("experiments.samples", n=temperatures[0].n),
        temperatures=_named(temperatures),
    )


def _doubts(
    seed_text: str,
    target: Target,
    horizon: int,
    temperatures: Sequence[TemperatureResult],
    unknown: Sequence[str],
) -> Iterator[str]:
    """Reasons why the sentence may be wrong, the gravest first."""
    blind = [c for c in (seed_text[target.position], target.closing) if c in unknown]
    if blind:
        quoted = [text("experiments.quoted", character=c) for c in blind]
        yield text("experiments.doubt.never_read", characters=listed(quoted))
    if any(t.temperature == 0 for t in temperatures):
        yield text("experiments.doubt.greedy")
    yield text("experiments.doubt.one_text")
    back = len(seed_text) - target.position - 1
    if back < _SHORT_SIGHT and any(t.difference.interval[0] > 0 for t in temperatures):
        yield text(
            "experiments.doubt.short_sight",
            characters=text("experiments.characters", n=back),
            sight=_SHORT_SIGHT,
        )
    yield from _many("cut_off", "horizon", temperatures, horizon)
    if around := _around(seed_text):
        yield text("experiments.doubt.outer", n=around)
    yield from _many("line", "line", temperatures, horizon)
    widest = max(temperatures, key=lambda t: _width(t.difference))
    if _width(widest.difference) > _WIDE:
        yield text(
            "experiments.doubt.wide",
            n=widest.n,
            temperature=_name(widest),
            points=_points([widest.difference]),
        )
    if len(temperatures) > 1:
        yield text("experiments.doubt.many", comparisons=2 * len(temperatures))
    if all(t.temperature != 1 for t in temperatures):
        yield text("experiments.doubt.own_chances")
    yield text("experiments.doubt.control")


def _many(
    name: str, fate: str, temperatures: Sequence[TemperatureResult], horizon: int
) -> Iterator[str]:
    """A doubt about the samples that met a fate, where most did; none where they are few there."""
    most = max(temperatures, key=lambda t: _met(t, fate) / t.n)
    if (met := _met(most, fate)) / most.n >= _MANY:
        yield text(
            f"experiments.doubt.{name}",
            n=met,
            of=most.n,
            temperature=_name(most),
            characters=text("experiments.characters", n=horizon),
        )


def _around(seed_text: str) -> int:
    """The number of open brackets around the target."""
    return len(scan(seed_text).unclosed) - 1


def _name(at: TemperatureResult) -> str:
    return f"{at.temperature:g}"


def _named(some: Sequence[TemperatureResult]) -> str:
    return listed([_name(at) for at in some])


def _count(count: int) -> str:
    return f"{count:,}" if count else text("experiments.none")


def _counts(counts: Sequence[int]) -> str:
    return _each([_count(count) for count in counts]) if any(counts) else _count(0)


def _each(parts: Sequence[str]) -> str:
    """The parts as a list, or "X each" if all are equal."""
    alike = len(parts) > 1 and len({*parts}) == 1
    return text("experiments.each", what=parts[0]) if alike else listed(parts)


def _points(differences: Iterable[Difference]) -> str:
    """Intervals in percentage points; bounds below 1 have a decimal, so as not to look like 0."""
    bounds = [
        [f"{100 * b:.{int(abs(b) < 0.01)}f}".replace("-", "−") for b in difference.interval]
        for difference in differences
    ]
    return _each([text("experiments.range", low=low, high=high) for low, high in bounds])


def _width(difference: Difference) -> float:
    return difference.interval[1] - difference.interval[0]


def _met(result: TemperatureResult, fate: str) -> int:
    return sum(sample.fate == fate for sample in result.samples)
