"""An experiment on units as a figure: areas with their null, doses beside random sets, and rates.

In the style of `charlstm.export.loss_figure`. matplotlib is imported only when a figure is drawn.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from charlstm.experiments.cells.effects import Effect, Effects
from charlstm.experiments.cells.ranking import Finding
from charlstm.experiments.cells.rates import Rates
from charlstm.experiments.cells.report import CellsReport
from charlstm.experiments.cells.verdict import named
from charlstm.experiments.intervals import Estimate
from charlstm.export.figure import ACCENT, CARD, DIM, DPI, INK, LINE
from charlstm.export.palette import light
from charlstm.language import ENGLISH, speaking

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_OPEN = light("open")
_WIDTH = 10.0  # inches, as are the lengths below
_LEFT, _PANEL, _BETWEEN = 0.95, 2.35, 0.62
_HIGH, _FOOT, _LINE = 2.5, 0.95, 0.2
_LETTERS = 135  # of a line of the verdict
_KINDS = ("free", "units held", "random held")


@speaking(ENGLISH)
def plot_cells(report: CellsReport) -> Figure:
    """Draw an experiment's result.

    Left, the best units' areas on the half that they were not chosen on, above the band of the
    null. In the middle, necessity (dots) and sufficiency (rings) of the k best units as shares of
    the gap, beside the random sets (points). Right, closing and stray rates by samples, with
    intervals over texts. Only the first panel where nothing was taken away.
    """
    from matplotlib.figure import Figure

    result = report.result
    lines = textwrap.wrap(result.verdict.sentence, _LETTERS)
    top = 0.62 + _LINE * len(lines) + 0.35
    height = top + _HIGH + _FOOT
    figure = Figure((_WIDTH, height), dpi=DPI, facecolor=CARD)

    def axes(column: int, title: str, panels: int = 1) -> Axes:
        left, width = _LEFT + column * (_PANEL + _BETWEEN), panels * (_PANEL + _BETWEEN) - _BETWEEN
        box = (left / _WIDTH, _FOOT / height, width / _WIDTH, _HIGH / height)
        made = figure.add_axes(box, facecolor=CARD)
        made.spines[:].set_visible(False)
        made.set_axisbelow(True)
        made.tick_params(which="both", length=0, colors=DIM, labelsize=8, pad=5)
        made.set_title(title, loc="left", color=INK, size=9, weight="bold")
        return made

    def write(at: float, text: str, colour: str, size: float, weight: str = "normal") -> None:
        figure.text(0.025, 1 - at / height, text, color=colour, size=size, weight=weight,
                    parse_math=False)  # fmt: skip

    title = f"{report.checkpoint}: which units remember {named(result.question.target)}?"
    write(0.32, title, INK, 12, "bold")
    for number, line in enumerate(lines):
        write(0.6 + number * _LINE, line, DIM, 9)
    alone = result.effects is None
    areas = axes(0, "Tells inside from outside", 3 if alone else 1)
    _draw_areas(areas, result.finding, 20 if alone else 10)
    if result.effects is not None:
        _draw_doses(axes(1, "Share of the gap"), result.effects)
    if result.rates is not None:
        _draw_rates(axes(2, "Closed, or an unmatched bracket"), result.rates)
    return figure


def _draw_areas(axes: Axes, finding: Finding, most: int) -> None:
    units = finding.units[:most]
    axes.axhspan(0.5, finding.null.highest, color=LINE, alpha=0.6, linewidth=0)
    axes.axhline(finding.null.median, color=DIM, linewidth=0.8)
    axes.plot(range(len(units)), [one.shown for one in units], "o", color=ACCENT, markersize=5)
    axes.set_xticks(range(len(units)), [one.unit for one in units], rotation=90)
    axes.set_ylim(0.44, 1.02)
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.annotate("best of moved labels", (0.98, finding.null.highest),
                  xycoords=("axes fraction", "data"), xytext=(0, -9), textcoords="offset points",
                  ha="right", color=DIM, size=7)  # fmt: skip


def _draw_doses(axes: Axes, effects: Effects) -> None:
    from matplotlib.ticker import PercentFormatter

    gap, doses = effects.gap.mean, effects.doses
    shown: list[Effect] = [*doses, effects.best]
    places = [*range(len(doses)), len(doses) + 0.4]
    for place, effect in zip(places, shown, strict=True):
        for part, shift, fill in (
            (effect.necessity, -0.12, ACCENT),
            (effect.sufficiency, 0.12, CARD),
        ):
            _draw_estimate(axes, place + shift, part, gap, ACCENT, fill)
    last = len(doses) + 1.4
    for values, shift, mark in (
        (effects.random.necessity, -0.12, ACCENT),
        (effects.random.sufficiency, 0.12, DIM),
    ):
        spread = [last + shift] * len(values)
        axes.plot(spread, [value / gap for value in values], "_", color=mark, alpha=0.4)
    labels = [*(str(len(one.units)) for one in doses), "chosen", "random"]
    axes.set_xticks([*places, last], labels, rotation=90)
    axes.set_xlabel("best units; dot: necessity, ring: sufficiency", color=DIM, size=8, loc="right")
    axes.set_xlim(-0.6, last + 0.6)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.grid(axis="y", color=LINE, linewidth=0.8)


def _draw_rates(axes: Axes, rates: Rates) -> None:
    from matplotlib.ticker import PercentFormatter

    for place, row in enumerate(rates.rows):
        colour = _OPEN if place < 3 else DIM
        _draw_estimate(axes, place, row.rate, 1.0, colour, colour if place % 3 == 0 else CARD)
        label: dict[str, Any] = {"ha": "center", "size": 7, "color": DIM}
        axes.annotate(f"{row.closed}/{row.n}", (place, row.rate.interval[1]), (0, 4),
                      textcoords="offset points", **label)  # fmt: skip
    axes.set_xticks(range(len(rates.rows)), _KINDS * 2, rotation=90)
    axes.set_xlim(-0.6, len(rates.rows) - 0.4)
    axes.set_ylim(-0.04, 1.1)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    for place, name in ((1, "open text"), (4, "control text")):
        axes.annotate(name, (place, 1.0), xycoords=("data", "axes fraction"), xytext=(0, -6),
                      textcoords="offset points", ha="center", color=INK, size=7)  # fmt: skip


def _draw_estimate(
    axes: Axes, place: float, estimate: Estimate, whole: float, colour: str, fill: str
) -> None:
    low, high = (bound / whole for bound in estimate.interval)
    axes.plot([place, place], [low, high], color=colour, linewidth=1.6, solid_capstyle="butt")
    axes.plot(place, estimate.mean / whole, "o", color=colour, markerfacecolor=fill, markersize=5)
