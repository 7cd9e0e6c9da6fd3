"""The verdict on a probe: the conclusion its numbers support, and the doubts about it, in words.

An effect counts as shown only if the intervals of the paired differences from both controls exclude
zero. The verdict claims nothing about grammar, or about other seed texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from charlstm.counting import counted
from charlstm.experiments.results import Difference, TemperatureResult
from charlstm.text.brackets import Target, scan

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
        " ".join(_found(target.closing, _around(seed_text), horizon, temperatures)),
        list(_doubts(seed_text, target, horizon, temperatures, unknown)),
    )


def _found(
    closing: str, around: int, horizon: int, temperatures: Sequence[TemperatureResult]
) -> Iterator[str]:
    """The parts of the verdict's sentence: the answer, the counts, and the other conclusions."""
    # At T 0 all samples are the same text, so there is no rate.
    drawn = [t for t in temperatures if t.temperature > 0]
    beyond_comma = [t for t in drawn if t.difference.interval[0] > 0]
    beyond = [t for t in beyond_comma if t.pair_difference.interval[0] > 0]
    less = [t for t in drawn if t.difference.interval[1] < 0]
    first, *others = _conclusions(closing, around, drawn, beyond_comma, beyond, less)
    if beyond and not around:
        some = "" if len(beyond) == len(drawn) else ", but not at each temperature"
        yield f"Yes, on this seed text{some}: {first}"
    elif less and len(less) == len(drawn):
        yield f"No, on this seed text: {first}"
    else:
        yield f"These samples don’t show it: {first}"
    yield (
        f"It closed the bracket within {counted(horizon, 'character')} in "
        f"{_share_of(temperatures)} at {_named(temperatures)}."
    )
    yield (
        f"With a comma in its place an unmatched “{closing}” came in "
        f"{_counts(t.control.closed for t in temperatures)}, after a closed pair in "
        f"{_counts(t.pair.closed for t in temperatures)}."
    )
    yield from (f"{other[0].upper()}{other[1:]}" for other in others)


def _conclusions(
    closing: str,
    around: int,
    drawn: list[TemperatureResult],
    beyond_comma: list[TemperatureResult],
    beyond: list[TemperatureResult],
    less: list[TemperatureResult],
) -> Iterator[str]:
    """What the numbers of some temperatures show: one or more sentences that begin with "at"."""
    only_comma = [t for t in beyond_comma if t not in beyond]
    nothing = [t for t in drawn if t not in beyond_comma and t not in less]
    if beyond:
        by = _points(t.difference for t in beyond)
        clear = f"by {by} percentage points over the comma, and clear of the closed pair too."
        if around:
            yield (
                f"at {_named(beyond)} closing is more frequent than an unmatched “{closing}”, "
                f"{clear} But in the controls {counted(around, 'outer bracket')} may be closed "
                f"before anything is unmatched: this does not show what the innermost bracket adds."
            )
        else:
            yield f"at {_named(beyond)} the open bracket makes “{closing}” likelier, {clear}"
    if only_comma:
        yield (
            f"at {_named(only_comma)} closing stands clear of the comma, but not of the closed "
            f"pair ({_points(t.pair_difference for t in only_comma)} points): having read a "
            f"bracket at all may be what counts, not that it is open."
        )
    if nothing:
        yield (
            f"at {_named(nothing)} the difference from the comma, "
            f"{_points(t.difference for t in nothing)} percentage points, may be none."
        )
    if less:
        yield (
            f"at {_named(less)} an unmatched one came more often where nothing was open than the "
            f"bracket was closed where it was."
        )
    if not drawn:
        yield "at T 0 every sample is the same text, and one text shows no rate."


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
        yield (
            f"The model has never read {_listed(f'“{c}”' for c in blind)}: it can’t tell or can’t "
            f"write what this asks about."
        )
    if any(t.temperature == 0 for t in temperatures):
        yield (
            "At T 0 every sample is the same text: its numbers are those of one sample, and its "
            "intervals mean nothing."
        )
    yield (
        "All samples continue one seed text, and the intervals speak of that one. Another may turn "
        "out differently: only many seed texts say something about the model."
    )
    back = len(seed_text) - target.position - 1
    if back < _SHORT_SIGHT and any(t.difference.interval[0] > 0 for t in temperatures):
        yield (
            f"The bracket stands {counted(back, 'character')} before the end of the seed text. A "
            f"model that sees no more than the last {_SHORT_SIGHT} characters may close it as "
            f"well: compare the 7-gram model, and put more text after the bracket."
        )
    if most := _many(temperatures, "horizon", "sample"):
        yield (
            f"{most} were still open after {counted(horizon, 'character')}. They were cut "
            f"off, which is not failing: more characters can only raise the rate."
        )
    if around := _around(seed_text):
        yield (
            f"The seed text leaves {counted(around, 'more bracket')} open. In the controls those "
            f"may take a closing bracket before one counts as unmatched, so the controls are "
            f"lenient, and the difference may look larger than it is."
        )
    if most := _many(temperatures, "line", "line"):
        yield (
            f"{most} ended before the bracket was closed. That competes with closing, in the "
            f"controls with unmatched brackets."
        )
    widest = max(temperatures, key=lambda t: _width(t.difference))
    if _width(widest.difference) > _WIDE:
        yield (
            f"{counted(widest.n, 'sample')} leave much open: at T {widest.temperature:g} the "
            f"difference may be {_points([widest.difference])} points. More samples narrow that."
        )
    if len(temperatures) > 1:
        yield (
            f"Each interval by itself misses the truth about one time in twenty; of "
            f"{2 * len(temperatures)} comparisons one may well."
        )
    if all(t.temperature != 1 for t in temperatures):
        yield (
            "The model’s own chances are those at T 1, which was not probed: other temperatures "
            "sharpen or flatten them."
        )
    yield (
        "A control changes more than what is open: a comma reads differently, and an empty pair of "
        "brackets is rare in running text."
    )


def _many(temperatures: Sequence[TemperatureResult], fate: str, noun: str) -> str:
    """Where most samples met a fate, and how many; "" where they are few there too."""
    most = max(temperatures, key=lambda t: _share(t, fate))
    if _share(most, fate) < _MANY:
        return ""
    return f"At T {most.temperature:g}, {counted(_count(most, fate), noun)} of {most.n:,}"


def _around(seed_text: str) -> int:
    """The number of open brackets around the target."""
    return len(scan(seed_text).unclosed) - 1


def _share_of(temperatures: Sequence[TemperatureResult]) -> str:
    """The counts of closings, and the number of samples that they are of."""
    closed = [f"{t.closed:,}" if t.closed else "none" for t in temperatures]
    of = counted(temperatures[0].n, "sample")
    if len({*closed}) == 1:
        return f"{closed[0]} of {of}{' each' if len(closed) > 1 else ''}"
    return f"{_listed(closed)} of {of}"


def _counts(counts: Iterable[int]) -> str:
    listed = [f"{count:,}" if count else "none" for count in counts]
    return "none" if {*listed} == {"none"} else _each(listed)


def _listed(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _named(some: Sequence[TemperatureResult]) -> str:
    return "T " + _listed(f"{t.temperature:g}" for t in some)


def _each(parts: Sequence[str]) -> str:
    """The parts as a list, or "X each" if all are equal."""
    return f"{parts[0]} each" if len(parts) > 1 and len({*parts}) == 1 else _listed(parts)


def _points(differences: Iterable[Difference]) -> str:
    """Intervals in percentage points; bounds below 1 have a decimal, so as not to look like 0."""
    return _each(
        [
            " to ".join(
                f"{100 * bound:.{int(abs(bound) < 0.01)}f}".replace("-", "−")
                for bound in difference.interval
            )
            for difference in differences
        ]
    )


def _width(difference: Difference) -> float:
    return difference.interval[1] - difference.interval[0]


def _count(result: TemperatureResult, fate: str) -> int:
    return sum(sample.fate == fate for sample in result.samples)


def _share(result: TemperatureResult, fate: str) -> float:
    return _count(result, fate) / result.n
