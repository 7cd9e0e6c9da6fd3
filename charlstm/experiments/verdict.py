"""The verdict on a probe: the conclusion its numbers support, and the doubts about it, in words.

An effect counts as shown only if the intervals of the paired differences from both controls exclude
zero. The verdict claims nothing about grammar, or about other seed texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from charlstm.experiments.results import Difference, TemperatureResult
from charlstm.text.brackets import Target, scan

_SHORT_SIGHT = 6  # characters of context of a 7-gram model
_MANY = 0.05  # the least share of samples that raises a doubt
_WIDE = 0.2  # the width of an interval from which on it raises a doubt


@dataclass(frozen=True)
class Verdict:
    """A probe in words.

    Attributes:
        sentence: the counts, and the conclusion from them.
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
    """The parts of the verdict's sentence."""
    yield (
        f"It closed the bracket within {_counted(horizon, 'character')} in "
        f"{_counts(t.closed for t in temperatures)} of "
        f"{_counted(temperatures[0].n, 'sample')} at {_named(temperatures)}."
    )
    yield (
        f"With a comma in its place a stray “{closing}” came in "
        f"{_counts(t.control.closed for t in temperatures)}, after a closed pair in "
        f"{_counts(t.pair.closed for t in temperatures)}."
    )
    # At T 0 all samples are the same text, so there is no rate.
    drawn = [t for t in temperatures if t.temperature > 0]
    if not drawn:
        yield "At T 0 every sample is the same text, and one text shows no rate."
        return
    beyond_comma = [t for t in drawn if t.difference.interval[0] > 0]
    beyond = [t for t in beyond_comma if t.pair_difference.interval[0] > 0]
    only_comma = [t for t in beyond_comma if t not in beyond]
    less = [t for t in drawn if t.difference.interval[1] < 0]
    nothing = [t for t in drawn if t not in beyond_comma and t not in less]
    if beyond:
        by = _points(t.difference for t in beyond)
        clear = f"by {by} percentage points over the comma, and clear of the closed pair too."
        if around:
            yield (
                f"So at {_named(beyond)} closing is more frequent than strays: {clear} But in the "
                f"controls {_counted(around, 'outer bracket')} may be closed before anything is a "
                f"stray: this does not show what the innermost bracket adds."
            )
        else:
            yield f"So at {_named(beyond)} the open bracket makes “{closing}” likelier: {clear}"
    if only_comma:
        yield (
            f"At {_named(only_comma)} that stands clear of the comma, but not of the closed pair "
            f"({_points(t.pair_difference for t in only_comma)} points): having read a "
            f"bracket at all may be what counts, not that it is open."
        )
    if less:
        yield (
            f"At {_named(less)} a stray came more often where nothing was open than the bracket "
            f"was closed where it was."
        )
    if nothing:
        yield (
            f"At {_named(nothing)} these samples don’t show that an open bracket makes closing "
            f"likelier: the difference, {_points(t.difference for t in nothing)} points, "
            f"may be none."
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
            f"The bracket stands {_counted(back, 'character')} before the end of the seed text. A "
            f"model that sees no more than the last {_SHORT_SIGHT} characters may close it as "
            f"well: compare the 7-gram model, and put more text after the bracket."
        )
    if most := _many(temperatures, "horizon", "sample"):
        yield (
            f"{most} were still open after {_counted(horizon, 'character')}. They were cut "
            f"off, which is not failing: a longer horizon can only raise the rate."
        )
    if around := _around(seed_text):
        yield (
            f"The seed text leaves {_counted(around, 'more bracket')} open. In the controls those "
            f"may take a closing bracket before one counts as a stray, so the controls are "
            f"lenient, and the difference may look larger than it is."
        )
    if most := _many(temperatures, "paragraph", "paragraph"):
        yield (
            f"{most} ended before the bracket was closed. That competes with closing, in the "
            f"controls with strays."
        )
    widest = max(temperatures, key=lambda t: _width(t.difference))
    if _width(widest.difference) > _WIDE:
        yield (
            f"{_counted(widest.n, 'sample')} leave much open: at T {widest.temperature:g} the "
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
    return f"At T {most.temperature:g}, {_counted(_count(most, fate), noun)} of {most.n:,}"


def _around(seed_text: str) -> int:
    """The number of open brackets around the target."""
    return len(scan(seed_text).unclosed) - 1


def _counts(counts: Iterable[int]) -> str:
    listed = [f"{count:,}" if count else "none" for count in counts]
    return "none" if {*listed} == {"none"} else _each(listed)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


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
