"""A probe as a figure: closing rates and controls with intervals, and closing by distance.

In the style of `charlstm.export.loss_figure`. matplotlib is imported only when a figure is drawn.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from charlstm.counting import counted
from charlstm.experiments.baselines import Baseline, RealIncidence
from charlstm.experiments.probe import ProbeResult
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.results import TemperatureResult
from charlstm.export.figure import CARD, DIM, DPI, INK, LINE
from charlstm.export.palette import TEMPERATURES, light

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLDEST = next(iter(TEMPERATURES.values()))
_COLOURS = [(at, light(name)) for at, name in [(0.0, _COLDEST), *TEMPERATURES.items()]]
_OPEN = light("open")
_WIDTH = 8.0  # inches, as are the heights below
_TITLE, _ROW, _CURVES = 0.95, 0.34, 2.2  # of the title, a row of rates, a panel of curves
_AXIS, _KEY = 0.5, 0.4  # of the labels below an axis, and of the legend above the curves
_ACROSS = 3  # panels of curves in a row
_QUOTED = 70  # characters of the seed text in the title


def plot_probe(
    result: ProbeResult, ngram: Baseline | None = None, real: RealIncidence | None = None
) -> Figure:
    """Draw a probe's result.

    Above, a row a temperature: the closing rate as a dot, the comma control's stray rate as a ring,
    the closed-pair control's as a square, each with its 95 % interval; and a row for the 7-gram
    model. Below, a panel a temperature, with probabilities by distance: that the bracket is closed,
    with its band; that the line has ended first; that the bracket is still open, from the
    weighted streams; and that the real text has closed it.

    Args:
        result: the probe's result.
        ngram: `baselines.ngram_baseline` for the same seed text; None if there is none.
        real: `baselines.real_incidence` for the same seed text; None if there is none.
    """
    from matplotlib.figure import Figure

    results = result.temperatures
    rates = _ROW * (len(results) + (ngram is not None))
    first_curve = _TITLE + rates + _AXIS + _KEY
    height = first_curve + math.ceil(len(results) / _ACROSS) * (_CURVES + _AXIS)
    figure = Figure((_WIDTH, height), dpi=DPI, facecolor=CARD)

    def axes(left: float, top: float, width: float, high: float) -> Axes:
        box = (left / _WIDTH, 1 - (top + high) / height, width / _WIDTH, high / height)
        made = figure.add_axes(box, facecolor=CARD)
        made.spines[:].set_visible(False)
        made.set_axisbelow(True)
        made.tick_params(which="both", length=0, colors=DIM, labelsize=9, pad=6)
        return made

    question = result.question
    seed_text = question.seed_text.replace("\n", " ")
    quoted = seed_text if len(seed_text) <= _QUOTED else f"…{seed_text[-_QUOTED:]}"
    limit = counted(question.horizon, "character")
    _write(figure, 0.3, height, f"Closed the bracket within {limit}", INK, 12, "bold")
    _write(figure, 0.53, height, f"after “{quoted}”", DIM, 9)
    legend = (
        f"{counted(question.samples, 'sample')} a temperature, dice {question.dice}; whiskers and "
        "bands: 95 %; ring: comma control, square: closed pair"
        + ("; across lines" if question.across_lines else "")
    )
    _write(figure, 0.72, height, legend, DIM, 9)
    _draw_rates(axes(0.7, _TITLE, 5.0, rates), result, ngram)
    across = min(_ACROSS, len(results))
    width = (_WIDTH - 0.7) / across
    for number, at in enumerate(results):
        line, column = divmod(number, across)
        top = first_curve + line * (_CURVES + _AXIS)
        panel = axes(0.7 + column * width, top, width - 0.25, _CURVES)
        _draw_curves(panel, at, question, real)
        if column:
            panel.tick_params(labelleft=False)
    handles, names = panel.get_legend_handles_labels()
    figure.legend(
        handles, names, loc="lower left", ncols=len(names), frameon=False, labelcolor=DIM,
        fontsize=9, borderpad=0, handlelength=1.8, columnspacing=1.4,
        bbox_to_anchor=(0.025, 1 - (first_curve - 0.27) / height),
    )  # fmt: skip
    return figure


def _draw_rates(axes: Axes, result: ProbeResult, ngram: Baseline | None) -> None:
    from matplotlib.ticker import PercentFormatter

    for row, at in enumerate(result.temperatures):
        colour = _colour(at.temperature)
        _draw_rate(axes, row, at.rate, at.interval, colour, "o", colour)
        _draw_rate(axes, row + 0.22, at.control.rate, at.control.interval, DIM, "o", CARD)
        _draw_rate(axes, row + 0.36, at.pair.rate, at.pair.interval, DIM, "s", CARD)
        strays = f"{at.control.closed:,} and {at.pair.closed:,}"
        text = f"{at.closed:,} of {at.n:,}, unmatched {strays}"
        _say(axes, row, text, f"T {at.temperature:g}", colour)
    if ngram is not None:
        row = len(result.temperatures)
        _draw_rate(axes, row, ngram.rate, ngram.interval, INK, "o", INK)
        _draw_rate(axes, row + 0.22, ngram.control, ngram.control_interval, DIM, "o", CARD)
        _say(
            axes, row, f"{ngram.closed:,} of {ngram.n:,}, unmatched {ngram.strays:,}", "7-gram", INK
        )
    axes.set_ylim(len(result.temperatures) + (ngram is not None) - 0.4, -0.4)
    axes.set_xlim(-0.02, 1.02)
    axes.set_yticks([])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.grid(axis="x", color=LINE, linewidth=0.8)


def _draw_rate(
    axes: Axes, row: float, rate: float, interval: tuple[float, float], colour: str, mark: str,
    fill: str,
) -> None:  # fmt: skip
    axes.plot(interval, [row, row], color=colour, linewidth=1.8, solid_capstyle="butt")
    axes.plot(rate, row, mark, color=colour, markerfacecolor=fill, markersize=5.5)


def _say(axes: Axes, row: int, text: str, name: str, colour: str) -> None:
    """Write a row's name on its left, and its counts on its right."""
    style: dict[str, Any] = {
        "va": "center",
        "size": 9,
        "annotation_clip": False,
        "parse_math": False,
    }
    where = ("axes fraction", "data")
    axes.annotate(name, (0, row), (-8, 0), where, "offset points", color=colour, ha="right",
                  weight="bold", **style)  # fmt: skip
    axes.annotate(text, (1, row), (8, 0), where, "offset points", color=INK, **style)


def _draw_curves(
    axes: Axes, at: TemperatureResult, question: ProbeQuestion, real: RealIncidence | None
) -> None:
    from matplotlib.ticker import PercentFormatter

    colour, curve, along = _colour(at.temperature), at.incidence, range(question.horizon + 1)
    style: dict[str, Any] = {"drawstyle": "steps-post"}
    axes.fill_between(along, curve.closed_low, curve.closed_high, step="post", color=colour,
                      alpha=0.18, linewidth=0)  # fmt: skip
    axes.plot(along, curve.closed, color=colour, linewidth=2.0, label="closed", **style)
    if not question.across_lines:
        axes.plot(along, curve.line, color=colour, linewidth=1.2, linestyle=(0, (1, 1.5)),
                  label="line ended first", **style)  # fmt: skip
    if at.still_open is not None:
        weighted = at.still_open
        axes.fill_between(along, weighted.low, weighted.high, step="post", color=_OPEN, alpha=0.15,
                          linewidth=0)  # fmt: skip
        axes.plot(along, weighted.open, color=_OPEN, linewidth=1.2, linestyle=(0, (7, 1.5, 1, 1.5)),
                  label="still open, weighted", **style)  # fmt: skip
    if real is not None:
        axes.plot(along, real.closed, color=DIM, linewidth=1.2, linestyle=(0, (4, 3)),
                  label="the real text closed", **style)  # fmt: skip
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlim(0, question.horizon)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_title(f"T {at.temperature:g}", loc="left", color=colour, size=9, weight="bold")
    axes.set_xlabel("characters after the seed text", color=DIM, size=9, loc="right", labelpad=2)


def _write(
    figure: Figure, top: float, height: float, text: str, colour: str, size: float,
    weight: str = "normal",
) -> None:  # fmt: skip
    figure.text(0.025, 1 - top / height, text, color=colour, size=size, weight=weight, ha="left",
                va="baseline", parse_math=False)  # fmt: skip


def _colour(temperature: float) -> str:
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    scale = LinearSegmentedColormap.from_list("temperature", _COLOURS)
    return to_hex(scale(float(min(temperature, 1.0))))  # a whole number would be an index
