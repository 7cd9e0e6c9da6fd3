"""What a probe finds at one temperature, as plain values; `dataclasses.asdict` makes them JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.experiments.continuations import ProbeSample
from charlstm.experiments.intervals import newcombe_paired_interval, wilson_interval
from charlstm.experiments.open_curve import StillOpen
from charlstm.experiments.survival import Incidence, incidence


@dataclass(frozen=True)
class Control:
    """The same seed text with something else for the bracket, continued with the same dice.

    Counts the samples in which, within the horizon and before the paragraph ends, a closing bracket
    of the watched kind closes nothing by the stack of the control text. Closing what the
    continuation opened, or an outer bracket that the seed text leaves open, is not counted: with an
    outer "(" the first ")" has something to close, and only the next one is a stray.

    Attributes:
        seed_text: the text that was continued.
        n, closed, rate, interval: samples, those with such a stray, closed / n, and its 95 %
            interval after Wilson.
        distances: by sample number, characters after the seed text up to and including that
            stray; None where none came.
    """

    seed_text: str
    n: int
    closed: int
    rate: float
    interval: tuple[float, float]
    distances: list[int | None]

    @classmethod
    def of(cls, seed_text: str, distances: list[int | None]) -> Control:
        """Count the strays."""
        n, strays = len(distances), sum(d is not None for d in distances)
        return cls(seed_text, n, strays, strays / n, wilson_interval(strays, n), distances)


@dataclass(frozen=True)
class Difference:
    """Closing rate minus a control's rate of strays: sample number n of both has the same dice.

    Attributes:
        rate: the difference, -1 to 1.
        interval: its 95 % interval for paired rates, after Newcombe.
        both, asked_only, control_only: samples that closed the bracket and had a stray in the
            control, that only closed the bracket, and that only had the stray.
    """

    rate: float
    interval: tuple[float, float]
    both: int
    asked_only: int
    control_only: int

    @classmethod
    def between(cls, asked: Sequence[int | None], control: Sequence[int | None]) -> Difference:
        """Compare by sample number; what counts is whether there is a distance."""
        pairs = [(a is not None, c is not None) for a, c in zip(asked, control, strict=True)]
        both, asked_only, control_only, neither = (
            pairs.count(pair)
            for pair in ((True, True), (True, False), (False, True), (False, False))
        )
        interval = newcombe_paired_interval(both, asked_only, control_only, neither)
        rate = (asked_only - control_only) / len(pairs)
        return cls(rate, interval, both, asked_only, control_only)


@dataclass(frozen=True, kw_only=True)
class TemperatureResult:
    """What happened at one temperature.

    Attributes:
        n, closed, rate, interval: samples, those that closed the bracket within the horizon,
            closed / n, and its 95 % interval after Wilson.
        samples: all n of them, by sample number.
        control: with a comma for the bracket, n samples too.
        pair: with an already closed pair for it, n samples too.
        difference, pair_difference: the rate minus that of either control.
        incidence: how likely it is closed within so many characters.
        still_open: the same question with less noise (see `charlstm.experiments.open_curve`); None
            at a temperature of 0, where every stream is the same text.
    """

    temperature: float
    n: int
    closed: int
    rate: float
    interval: tuple[float, float]
    samples: list[ProbeSample]
    control: Control
    pair: Control
    difference: Difference
    pair_difference: Difference
    incidence: Incidence
    still_open: StillOpen | None

    @classmethod
    def of(
        cls,
        temperature: float,
        samples: list[ProbeSample],
        horizon: int,
        dice: int,
        control: Control,
        pair: Control,
        still_open: StillOpen | None,
    ) -> TemperatureResult:
        """Count the samples, and compare them with both controls."""
        n, distances = len(samples), [sample.distance for sample in samples]
        closed = sum(distance is not None for distance in distances)
        return cls(
            temperature=temperature,
            n=n,
            closed=closed,
            rate=closed / n,
            interval=wilson_interval(closed, n),
            samples=samples,
            control=control,
            pair=pair,
            difference=Difference.between(distances, control.distances),
            pair_difference=Difference.between(distances, pair.distances),
            incidence=incidence(samples, horizon, dice),
            still_open=still_open,
        )
