"""A probe as a figure: rates with their intervals beside the controls, and closing over distance.

In the conventions of `charlstm.export.loss_figure`. matplotlib is imported when a figure is asked
for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from charlstm.experiments.baselines import Baseline, RealIncidence
from charlstm.experiments.probe import ProbeResult
from charlstm.experiments.results import TemperatureResult
from charlstm.export.figure import CARD, DIM, DPI, INK, LINE
from charlstm.export.palette import TEMPERATURES, light

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLDEST = next(iter(TEMPERATURES.values()))
_COLOURS = [(at, light(name)) for at, name in [(0.0, _COLDEST), *TEMPERATURES.items()]]
_OPEN = light("open")
_WIDTH = 8.0  # inches, as all that follows
_TITLE, _ROW, _CURVES = 0.95, 0.34, 2.2  # high: above the rates, a row of them, a panel of curves
_AXIS, _KEY = 0.5, 0.4  # below an axis, above the curves
_ACROSS = 3  # panels of curves side by side
_QUOTED = 70  # characters of the seed text in the title


def plot_probe(
    result: ProbeResult, ngram: Baseline | None = None, real: RealIncidence | None = None
) -> Figure:
    """Draw a probe's result.

    Above, a row a temperature: the closing rate as a dot, the control with a comma as a ring, that
    with a closed pair as a square, each with its 95 % interval; and a row for the 7-gram model.
    Below, a panel a temperature: how likely the bracket is closed within so many characters, with
    its band; how likely the paragraph has ended first; the weighted curve of still being open; and
    the real text.

    Args:
        ngram: `baselines.ngram_baseline` for the same seed text, where there is one.
        real: `baselines.real_incidence` for the same seed text, where there is one.
    """
    from matplotlib.figure import Figure

    found = result.temperatures
    rates = _ROW * (len(found) + (ngram is not None))
    first_curve = _TITLE + rates + _AXIS + _KEY
    height = first_curve + math.ceil(len(found) / _ACROSS) * (_CURVES + _AXIS)
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
    limit = f"{question.horizon:,} character{'s' if question.horizon > 1 else ''}"
    _write(figure, 0.3, height, f"Closed the bracket within {limit}", INK, 12, "bold")
    _write(figure, 0.53, height, f"after “{quoted}”", DIM, 9)
    told = (
        f"{question.samples:,} samples a temperature, dice {question.dice}; whiskers and bands: "
        "95 %; ring: comma control, square: closed pair"
    )
    _write(figure, 0.72, height, told, DIM, 9)
    _draw_rates(axes(0.7, _TITLE, 5.0, rates), result, ngram)
    across = min(_ACROSS, len(found))
    width = (_WIDTH - 0.7) / across
    for number, at in enumerate(found):
        line, column = divmod(number, across)
        top = first_curve + line * (_CURVES + _AXIS)
        place = axes(0.7 + column * width, top, width - 0.25, _CURVES)
        _draw_curves(place, at, question.horizon, real)
        if column:
            place.tick_params(labelleft=False)
    handles, names = place.get_legend_handles_labels()
    figure.legend(
        handles, names, loc="lower left", ncols=len(names), frameon=False, labelcolor=DIM,
        fontsize=9, borderpad=0, handlelength=1.8, columnspacing=1.4,
        bbox_to_anchor=(0.025, 1 - (first_curve - 0.27) / height),
    )  # fmt: skip
    return figure


def _draw_rates(axes: Axes, result: ProbeResult, ngram: Baseline | None) -> None:
    from matplotlib.ticker import PercentFormatter

    for row, found in enumerate(result.temperatures):
        colour = _colour(found.temperature)
        _draw_rate(axes, row, found.rate, found.interval, colour, "o", colour)
        _draw_rate(axes, row + 0.22, found.control.rate, found.control.interval, DIM, "o", CARD)
        _draw_rate(axes, row + 0.36, found.pair.rate, found.pair.interval, DIM, "s", CARD)
        strays = f"{found.control.closed:,} and {found.pair.closed:,}"
        text = f"{found.closed:,} of {found.n:,}, strays {strays}"
        _say(axes, row, text, f"T {found.temperature:g}", colour)
    if ngram is not None:
        row = len(result.temperatures)
        _draw_rate(axes, row, ngram.rate, ngram.interval, INK, "o", INK)
        _draw_rate(axes, row + 0.22, ngram.control, ngram.control_interval, DIM, "o", CARD)
        _say(axes, row, f"{ngram.closed:,} of {ngram.n:,}, strays {ngram.strays:,}", "7-gram", INK)
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
    """Name a row at its left, and put its counts into words at its right."""
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
    axes: Axes, found: TemperatureResult, horizon: int, real: RealIncidence | None
) -> None:
    from matplotlib.ticker import PercentFormatter

    colour, curve, along = _colour(found.temperature), found.incidence, range(horizon + 1)
    style: dict[str, Any] = {"drawstyle": "steps-post"}
    axes.fill_between(along, curve.closed_low, curve.closed_high, step="post", color=colour,
                      alpha=0.18, linewidth=0)  # fmt: skip
    axes.plot(along, curve.closed, color=colour, linewidth=2.0, label="closed", **style)
    axes.plot(along, curve.paragraph, color=colour, linewidth=1.2, linestyle=(0, (1, 1.5)),
              label="paragraph ended first", **style)  # fmt: skip
    if found.still_open is not None:
        weighted = found.still_open
        axes.fill_between(along, weighted.low, weighted.high, step="post", color=_OPEN, alpha=0.15,
                          linewidth=0)  # fmt: skip
        axes.plot(along, weighted.open, color=_OPEN, linewidth=1.2, linestyle=(0, (7, 1.5, 1, 1.5)),
                  label="still open, weighted", **style)  # fmt: skip
    if real is not None:
        axes.plot(along, real.closed, color=DIM, linewidth=1.2, linestyle=(0, (4, 3)),
                  label="the real text closed", **style)  # fmt: skip
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlim(0, horizon)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_title(f"T {found.temperature:g}", loc="left", color=colour, size=9, weight="bold")
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
    return to_hex(scale(min(temperature, 1.0)))
