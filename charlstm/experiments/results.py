"""A probe's result at one temperature, as plain values; `dataclasses.asdict` makes them JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.experiments.continuations import ProbeSample
from charlstm.experiments.intervals import newcombe_paired_interval, wilson_interval
from charlstm.experiments.open_curve import StillOpen
from charlstm.experiments.survival import Incidence, incidence


@dataclass(frozen=True)
class Control:
    """Samples of a control text: the seed text with its target bracket replaced, the same dice.

    Counts the samples in which, within the horizon and before the line ends, a closing bracket
    of the target's kind is a stray in the control text. A closing bracket that closes one opened by
    the continuation, or an outer one of the seed text, is not counted: with an outer "(" the first
    ")" closes that one, and only the next is a stray.

    Attributes:
        seed_text: the control text.
        n, closed, rate, interval: samples, samples with such a stray, closed / n, and its 95 %
            Wilson interval.
        distances: by sample number, characters after the seed text up to and including the first
            such stray; None without one.
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
    """Closing rate minus a control's stray rate; samples of the same number share their noise.

    Attributes:
        rate: the difference, -1 to 1.
        interval: its 95 % Newcombe interval for paired rates.
        both, asked_only, control_only: samples that closed the bracket and had a stray in the
            control, that only closed the bracket, and that only had the stray.
    """

    rate: float
    interval: tuple[float, float]
    both: int
    asked_only: int
    control_only: int

    @classmethod
    def between(cls, closings: Sequence[int | None], strays: Sequence[int | None]) -> Difference:
        """Compare the distances of samples and control by sample number; None is no event."""
        pairs = [(c is not None, s is not None) for c, s in zip(closings, strays, strict=True)]
        both, asked_only, control_only, neither = (
            pairs.count(pair)
            for pair in ((True, True), (True, False), (False, True), (False, False))
        )
        interval = newcombe_paired_interval(both, asked_only, control_only, neither)
        rate = (asked_only - control_only) / len(pairs)
        return cls(rate, interval, both, asked_only, control_only)


@dataclass(frozen=True, kw_only=True)
class TemperatureResult:
    """The result at one temperature.

    Attributes:
        n, closed, rate, interval: samples, samples that closed the bracket within the horizon,
            closed / n, and its 95 % Wilson interval.
        samples: all n samples, by sample number.
        control: the comma control, n samples.
        pair: the closed-pair control, n samples.
        difference, pair_difference: the closing rate minus the stray rate of either control.
        incidence: the probability of closing, by distance.
        still_open: the probability of still being open, with less noise
            (`charlstm.experiments.open_curve`); None at a temperature of 0, where all streams are
            the same text.
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
