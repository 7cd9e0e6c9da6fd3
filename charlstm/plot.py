"""Loss curves of runs as a figure, in the page's few colours.

Raw points stand behind their running mean, rings at the steps of the validations, and a dashed
line at the loss that no model can beat. matplotlib is imported when a figure is asked for.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from charlstm.curves import MEAN_OF, By, Curve, Unit, curve_of, run_labels
from charlstm.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS = ("svg", "png")
MOST_RUNS = 5

_INK, _DIM, _LINE, _CARD, _ACCENT, _HOT = (
    "#1d2433", "#5f6b7d", "#e3e0d8", "#ffffff", "#2f5d8a", "#c2472d",
)  # fmt: skip
# One colour a run, the first one's is the accent: --run-1 to --run-4 in loss_plot.css.
_RUNS = (_ACCENT, "#23805a", "#7a4fa3", "#9a7a1f", "#3c4656")
_SIZE, _DPI = (8.0, 4.6), 200  # inches; dots an inch
_LABEL_GAP, _CHARACTER = 12.0, 5.5  # points between labels; about as wide is a character


def plot_runs(
    folders: Sequence[Path],
    unit: Unit = "bits",
    by: By = "step",
    log_x: bool = False,
    log_y: bool = False,
) -> Figure:
    """Draw the loss of one or more runs; raw points only of the first.

    Args:
        folders: of the runs, at most `MOST_RUNS`.
        unit: of the loss, per character.
        by: what the runs are laid over one another by.
        log_x, log_y: logarithmic axes.

    Raises:
        UserError: a folder holds no run or no step yet, is given twice, or there are too many.
    """
    if not 1 <= len(folders) <= MOST_RUNS:
        raise UserError(
            f"A figure of {len(folders)} runs can't be drawn.", f"Give 1 to {MOST_RUNS} of them."
        )
    paths = [folder.resolve() for folder in folders]
    if len(set(paths)) < len(paths):
        raise UserError("A run is given twice.", "Give each one once.")
    labels = run_labels([path.name for path in paths])
    curves = [
        curve_of(path, label, colour, unit, by)
        for path, label, colour in zip(paths, labels, _RUNS, strict=False)
    ]

    from matplotlib.figure import Figure

    figure = Figure(_SIZE, dpi=_DPI, facecolor=_CARD)
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
    _name_axes(axes, by, log_y)
    _label(figure, axes, curves)
    return figure


def picture(figure: Figure, kind: str) -> bytes:
    """A figure as a file.

    Args:
        kind: one of `KINDS`.

    Raises:
        UserError: it is none of them.
    """
    if kind not in KINDS:
        raise UserError(
            f"A figure can't be written as {kind!r}.", f"Choose one of {', '.join(KINDS)}."
        )
    import matplotlib

    # Text stays text in an SVG; without a date and with a salt the same run gives the same file.
    own = {"svg.fonttype": "none", "svg.hashsalt": "charlstm"}
    with matplotlib.rc_context(own), io.BytesIO() as file:
        figure.savefig(file, format=kind, metadata={"Date": None} if kind == "svg" else {})
        return file.getvalue()


def _dress(figure: Figure, axes: Axes, curves: Sequence[Curve], unit: Unit) -> None:
    stride = curves[0].stride
    dots = "dots: each step" if stride == 1 else f"dots: 1 of {stride} steps"
    of_first = f" of {curves[0].label}" if len(curves) > 1 else ""
    title = {"ha": "left", "va": "baseline", "parse_math": False}
    figure.text(0.025, 0.935, f"Loss, {unit} per character", color=_INK, size=12,
                weight="bold", **title)  # fmt: skip
    told = f"{dots}{of_first}, line: mean of {MEAN_OF}, rings: validation"
    if len({curve.corpus for curve in curves}) > 1:
        told += "; not all read the same text, so their losses can't be compared"
    figure.text(0.025, 0.885, told, color=_DIM, size=9, **title)
    axes.set_facecolor(_CARD)
    axes.spines[:].set_visible(False)
    axes.grid(axis="y", color=_LINE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", length=0, colors=_DIM, labelsize=9, pad=6)


def _draw(axes: Axes, curve: Curve, first: bool) -> None:
    if first:
        axes.plot(
            curve.x, curve.losses, ".", color=curve.colour, alpha=0.35, markersize=3.5,
            markeredgewidth=0, gid="steps",
        )  # fmt: skip
    axes.plot(curve.x, curve.means, color=curve.colour, linewidth=2.0 if first else 1.6)
    rings = {"color": _HOT if first else curve.colour, "markeredgewidth": 1.6}
    rings["markersize"] = 3.5 if len(curve.rings) > 60 else 6 if first else 4.5
    scored_whole = [curve.rings[-1]] if curve.whole else []
    for found, fill in (
        (curve.rings[: len(curve.rings) - len(scored_whole)], _CARD),
        (scored_whole, rings["color"]),
    ):
        if found:
            axes.plot(*zip(*found, strict=True), "o", markerfacecolor=fill, **rings)
    if first and curve.floor is not None:
        axes.axhline(curve.floor, color=_DIM, linewidth=1.2, linestyle=(0, (4, 4)))


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
    axes.set_xlabel(name, color=_DIM, size=9, loc="right", labelpad=4)


def _round(length: float) -> float:
    """The next 1, 2 or 5 times a power of ten at or above a length."""
    power = 10 ** math.floor(math.log10(length))
    return power * next(m for m in (1, 2, 5, 10) if m * power >= length * 0.999)


def _label(figure: Figure, axes: Axes, curves: Sequence[Curve]) -> None:
    """Names and last values on the marks themselves, none over another."""
    shared = {
        "size": 9,
        "textcoords": "offset points",
        "annotation_clip": False,
        "parse_math": False,
        "bbox": {"facecolor": _CARD, "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
    }
    first = curves[0]
    if first.floor is not None:
        axes.annotate(
            f"no model can beat {first.floor:.2f}", (0, first.floor), (4, -11),
            xycoords=("axes fraction", "data"), color=_DIM, **shared,
        )  # fmt: skip
        axes.margins(y=0.12)
    ends = [curve.rings[-1] if curve.rings else (curve.x[-1], curve.means[-1]) for curve in curves]
    if len(curves) == 1:
        if first.rings:
            text = f"{ends[0][1]:.2f}{' on the whole text' if first.whole else ''}"
            axes.annotate(text, ends[0], (4, 9), ha="right", color=_HOT, **shared)
        return
    figure.draw_without_rendering()  # limits and scales are settled now
    texts = [f"{curve.label}  {nats:.2f}" for curve, (_, nats) in zip(curves, ends, strict=True)]
    corners = [axes.transData.transform(end) * 72 / figure.dpi for end in ends]
    placed: list[tuple[float, float, float]] = []  # left, right and height, in points
    for i in sorted(range(len(curves)), key=lambda i: corners[i][1]):
        left, height = corners[i]
        right = left + _CHARACTER * len(texts[i])
        for other_left, other_right, other in placed:  # from the lowest up
            if left < other_right and other_left < right:
                height = max(height, other + _LABEL_GAP)
        placed.append((left, right, height))
        axes.annotate(
            texts[i], ends[i], (9, height - corners[i][1]),
            va="center", color=curves[i].colour, **shared,
        )  # fmt: skip
