"""Loss curves of runs as a figure, in the page's colours.

Dots are the losses of single steps, the line is their running mean, rings are validations, and a
dashed line marks the loss that no model can beat. matplotlib is imported only when a figure is
drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charlstm.checkpoints.title import given_title
from charlstm.counting import counted
from charlstm.errors import user_error
from charlstm.export.curves import By, Curve, Unit, curve_of, run_labels
from charlstm.export.figure import ACCENT, CARD, DIM, DPI, HOT, INK, LINE
from charlstm.export.palette import light
from charlstm.language import ENGLISH, speaking
from charlstm.runs.history import MEAN_OF

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_RUNS = 5

# One colour a run; the first run has the accent colour.
_RUNS = (ACCENT, *(light(f"run-{number}") for number in range(1, MOST_RUNS)))
_SIZE = (8.0, 4.6)  # inches
_LABEL_GAP, _CHARACTER = 12.0, 5.5  # points between labels; average width of a character in points
_STEEP_SHARE = 0.02  # of a run on the x axis, as in ui/train/plot/scales.js
_RING = 5.0  # outer radius of a ring in points


@speaking(ENGLISH)
def plot_runs(
    folders: Sequence[Path],
    unit: Unit = "bits",
    by: By = "step",
    log_x: bool = False,
    log_y: bool = False,
) -> Figure:
    """Draw the losses of one or more runs; single steps only of the first.

    Args:
        folders: folders of the runs, at most `MOST_RUNS`.
        unit: of the loss, per character.
        by: quantity on the x axis.
        log_x, log_y: whether the axis is logarithmic.

    Raises:
        UserError: a folder has no run or no step yet, is listed twice, or there are too many.
    """
    if not 1 <= len(folders) <= MOST_RUNS:
        raise user_error("export.runs", runs=len(folders), most=MOST_RUNS)
    paths = [folder.resolve() for folder in folders]
    if len(set(paths)) < len(paths):
        raise user_error("export.twice")
    labels = run_labels([(path.name, given_title(path)) for path in paths])
    curves = [
        curve_of(path, label, colour, unit, by)
        for path, label, colour in zip(paths, labels, _RUNS, strict=False)
    ]

    from matplotlib.figure import Figure

    figure = Figure(_SIZE, dpi=DPI, facecolor=CARD)
    axes = figure.add_axes((0.075, 0.12, 0.70 if len(curves) > 1 else 0.90, 0.72))
    _dress(figure, axes, curves, unit)
    for number, curve in reversed(list(enumerate(curves))):
        _draw(axes, curve, first=number == 0)
    if log_x:
        axes.set_xscale("log")
    else:
        axes.set_xlim(left=0)
    if log_y:
        axes.set_yscale("log")
    if not log_x and not log_y:
        _cut_start(axes, curves)
    _name_axes(axes, by, log_y)
    _label(figure, axes, curves)
    return figure


def _dress(figure: Figure, axes: Axes, curves: Sequence[Curve], unit: Unit) -> None:
    stride = curves[0].stride
    dots = "dots: each step" if stride == 1 else f"dots: 1 of {counted(stride, 'step')}"
    of_first = f" of {curves[0].label}" if len(curves) > 1 else ""
    title: dict[str, Any] = {"ha": "left", "va": "baseline", "parse_math": False}
    figure.text(0.025, 0.935, f"Loss, {unit} per character", color=INK, size=12,
                weight="bold", **title)  # fmt: skip
    legend = f"{dots}{of_first}, line: mean of {MEAN_OF}, rings: validation"
    figure.text(0.025, 0.885, legend, color=DIM, size=9, **title)
    if len({curve.corpus for curve in curves}) > 1:
        warning = "Not all read the same text, so their losses can't be compared."
        figure.text(0.025, 0.845, warning, color=DIM, size=9, **title)
        left, foot, width, height = axes.get_position().bounds
        axes.set_position((left, foot, width, height - 0.035))
    axes.set_facecolor(CARD)
    axes.spines[:].set_visible(False)
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", length=0, colors=DIM, labelsize=9, pad=6)


def _draw(axes: Axes, curve: Curve, first: bool) -> None:
    if first:
        axes.plot(
            curve.x, curve.losses, ".", color=curve.colour, alpha=0.35, markersize=3.5,
            markeredgewidth=0, gid="steps",
        )  # fmt: skip
    axes.plot(curve.x, curve.means, color=curve.colour, linewidth=2.0 if first else 1.6)
    rings: dict[str, Any] = {"color": HOT if first else curve.colour, "markeredgewidth": 1.6}
    rings["markersize"] = 3.5 if len(curve.rings) > 60 else 6 if first else 4.5
    scored_whole = [curve.rings[-1]] if curve.whole else []
    for points, fill in (
        (curve.rings[: len(curve.rings) - len(scored_whole)], CARD),
        (scored_whole, rings["color"]),
    ):
        if points:
            axes.plot(*zip(*points, strict=True), "o", markerfacecolor=fill, **rings)
    if first and curve.floor is not None:
        axes.axhline(curve.floor, color=DIM, linewidth=1.2, linestyle=(0, (4, 4)))


def _cut_start(axes: Axes, curves: Sequence[Curve]) -> None:
    """Limit linear axes to the losses after the steep start, and note the first loss."""
    drawn: list[float] = []
    later: list[float] = []
    for curve in curves:
        # Of a run that is short beside the others, no more than this share of its own length.
        after = _STEEP_SHARE * min(axes.get_xlim()[1], curve.x[-1])
        losses = curve.losses if curve is curves[0] else curve.means
        points = [*zip(curve.x, losses, strict=True), *curve.rings]
        points = [(x, y) for x, y in points if math.isfinite(y)]
        drawn += [y for _, y in points]
        later += [y for x, y in points if x >= after]
    begins = max(drawn, default=0.0)
    if not later or max(later) >= begins:
        return
    floor = curves[0].floor
    low = min(drawn + ([] if floor is None else [floor]))
    air = 0.05 * (max(later) - low)
    # Room for the floor's label, which is below the line.
    axes.set_ylim(low - (air if floor is None else 3 * air), max(later) + air)
    axes.annotate(
        f"↑ begins at {begins:.1f}", (0, 1), (18, -3), xycoords="axes fraction",
        textcoords="offset points", color=DIM, size=9,
    )  # fmt: skip


def _name_axes(axes: Axes, by: By, log_y: bool) -> None:
    from matplotlib.ticker import (
        EngFormatter,
        FuncFormatter,
        LogLocator,
        MultipleLocator,
        NullFormatter,
    )

    if log_y:
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 2.5, 3, 4, 5, 7)))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    high = axes.get_xlim()[1]
    if by == "step":
        name = "step"
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    elif by == "characters":
        name = "characters seen"
        axes.xaxis.set_major_formatter(EngFormatter())
    else:
        names = ((7200, 3600, "hours"), (180, 60, "minutes"), (0, 1, "seconds"))
        _, length, of_time = next(row for row in names if high >= row[0])
        name = f"{of_time} of training"
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / length:g}"))
        if axes.get_xscale() == "linear":
            axes.xaxis.set_major_locator(MultipleLocator(length * _round(high / length / 7)))
    axes.set_xlabel(name, color=DIM, size=9, loc="right", labelpad=4)


def _round(length: float) -> float:
    """The least number of the form 1, 2 or 5 times a power of ten that is at least ``length``."""
    power: float = 10 ** math.floor(math.log10(length))
    return power * next(m for m in (1, 2, 5, 10) if m * power >= length * 0.999)


def _label(figure: Figure, axes: Axes, curves: Sequence[Curve]) -> None:
    """Label curves with name and last loss, without overlaps."""
    shared: dict[str, Any] = {
        "size": 9,
        "textcoords": "offset points",
        "annotation_clip": False,
        "parse_math": False,
        "bbox": {"facecolor": CARD, "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
    }
    first = curves[0]
    if first.floor is not None:
        axes.annotate(
            f"no model can beat {first.floor:.2f}", (0, first.floor), (4, -11),
            xycoords=("axes fraction", "data"), color=DIM, **shared,
        )  # fmt: skip
        if axes.get_autoscaley_on():
            axes.margins(y=0.12)
    ends = [curve.rings[-1] if curve.rings else (curve.x[-1], curve.means[-1]) for curve in curves]
    several = len(curves) > 1
    if several:
        texts = [
            f"{curve.label}  {loss:.2f}" for curve, (_, loss) in zip(curves, ends, strict=True)
        ]
    else:
        texts = [f"{ends[0][1]:.2f}{' on the whole text' if first.whole else ''}"]
    figure.draw_without_rendering()  # fixes the axes' limits and scales

    def in_points(data: tuple[float, float]) -> tuple[float, float]:
        across, up = axes.transData.transform(data) * 72 / figure.dpi
        return float(across), float(up)

    rings = [in_points(ring) for curve in curves for ring in curve.rings]
    corners = [in_points(end) for end in ends]
    labels: list[tuple[float, float, float]] = []  # left, right and height, in points
    for i in sorted(range(len(curves)), key=lambda i: corners[i][1]):  # from the lowest up
        if not several and not first.rings:
            return
        across, up = corners[i]
        wide = _CHARACTER * len(texts[i])
        left, own = (across + 9, up) if several else (across + 4 - wide, up + 13)
        labels.append((left, left + wide, _free_height(own, left, left + wide, labels, rings)))
        side = {"ha": "left"} if several else {"ha": "right", "color": HOT}
        axes.annotate(
            texts[i], ends[i], (9 if several else 4, labels[-1][2] - up),
            va="center", **{"color": curves[i].colour, **side, **shared},
        )  # fmt: skip


def _free_height(
    own: float,
    left: float,
    right: float,
    labels: Sequence[tuple[float, float, float]],
    rings: Sequence[tuple[float, float]],
) -> float:
    """The height nearest to ``own`` at which a label overlaps neither another label nor a ring;
    ``own`` if there is none. All in points."""
    beside = [other for a, b, other in labels if left < b and a < right]
    near = [up for across, up in rings if left - _RING < across < right + _RING]
    for away in range(int(72 * _SIZE[1])):
        for height in (own + away, own - away):
            if all(abs(other - height) >= _LABEL_GAP for other in beside) and all(
                abs(up - height) >= _RING + _LABEL_GAP / 2 for up in near
            ):
                return height
    return own
