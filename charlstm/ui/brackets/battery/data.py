"""Converts the reports of a battery into the dataclasses that the browser draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.experiments.battery import BatteryProgress, BatteryResult
from charlstm.experiments.intervals import Estimate
from charlstm.texts import joined, text
from charlstm.ui.brackets.probe.data import seconds_left


@dataclass(frozen=True)
class BatteryRow:
    """The result for one seed text.

    Attributes:
        depth: brackets that the seed text leaves open.
        position, distance: index of its bracket in the validation text, and after how many
            characters that text closes it; None for a seed text that is not from it.
        n: samples, and as many controls.
        closed: samples that closed the bracket.
        strays: samples with a stray, in the control with a comma in place of the bracket.
    """

    text: str
    depth: int
    position: int | None
    distance: int | None
    n: int
    closed: int
    strays: int
    dice: int


@dataclass(frozen=True)
class BatteryFigures:
    """The means over all seed texts.

    Attributes:
        key: the result's key in `KeptAnswers`, for its file.
        said: `battery_sentence`.
        samples: number of samples at each seed text.
        closed, strays: mean closing rate, and mean rate of strays in the comma control.
    """

    key: str
    said: str
    samples: int
    horizon: int
    closed: Estimate
    strays: Estimate


@dataclass(frozen=True)
class Battery:
    """What `battery.js` draws.

    Attributes:
        phase: "idle", "waiting", "asking", "done" or "stopped".
        source: a sentence on where the seed texts come from.
        seeds: number of all seed texts.
        rows: results of the seed texts asked so far.
        figures: in the phase "done".
    """

    phase: str
    source: str = ""
    seeds: int = 0
    temperature: float = 1.0
    seconds_left: int | None = None
    rows: Sequence[BatteryRow] = ()
    figures: BatteryFigures | None = None


def battery_shown(
    progress: BatteryProgress,
    source: str,
    temperature: float,
    seeds: int,
    seconds: float,
    key: str | None,
) -> Battery:
    """The component's value for a report.

    Args:
        source: a sentence on where the seed texts come from.
        seeds: number of all seed texts.
        seconds: since the battery began.
        key: the result's key in `KeptAnswers`; None before there is a result.
    """
    figures = None
    if progress.result is not None and key is not None:
        result = progress.result
        figures = BatteryFigures(
            key=key,
            said=battery_sentence(result),
            samples=result.samples,
            horizon=result.horizon,
            closed=Estimate(result.rate, result.rate_interval),
            strays=Estimate(result.control, result.control_interval),
        )
    return Battery(
        phase="done" if figures else "asking",
        source=source,
        seeds=seeds,
        temperature=temperature,
        seconds_left=seconds_left(seconds, progress.share),
        rows=[
            BatteryRow(
                text=row.seed.text,
                depth=row.seed.depth,
                position=row.seed.position,
                distance=row.seed.distance,
                n=row.n,
                closed=row.closed,
                strays=row.strays,
                dice=row.dice,
            )
            for row in progress.rows
        ],
        figures=figures,
    )


def battery_sentence(result: BatteryResult) -> str:
    """The rates of a battery in sentences, and whether an open bracket makes closing likelier."""
    low, high = result.difference_interval
    if low > 0:
        shows = text("brackets.battery.likelier")
    elif high < 0:
        shows = text("brackets.battery.rarer")
    else:
        shows = text("brackets.battery.unshown")
    said = text(
        "brackets.battery.said",
        at=f"{result.temperature:g}",
        rate=_percent(result.rate),
        seeds=text("brackets.n.seed_texts", n=len(result.rows)),
        interval=_span(result.rate_interval),
        control=_percent(result.control),
        control_interval=_span(result.control_interval),
        shows=shows,
        difference=f"{100 * result.difference:.0f}",
        low=f"{100 * low:.0f}",
        high=f"{100 * high:.0f}",
    )
    return joined([said, text("brackets.battery.across")]) if result.across_lines else said


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _span(interval: tuple[float, float]) -> str:
    low, high = (f"{100 * bound:.0f}" for bound in interval)
    return text("brackets.range", low=low, high=f"{high} %")
