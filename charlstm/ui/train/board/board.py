"""Progress, plot and samples of runs: one component, drawn in the browser from numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import gradio as gr
from pydantic import Field, Strict

from charlstm.export.curves import run_labels
from charlstm.export.figure import picture
from charlstm.export.loss_figure import MOST_RUNS, plot_runs
from charlstm.export.run_files import checkpoint_zip, history_csv
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Text
from charlstm.ui.components.events import served
from charlstm.ui.components.files import SavedFile, saved_file
from charlstm.ui.train.board.feed import RunNews, RunQuestion, news_of_run

_SCRIPTS = (
    "train/plot/scales.js",
    "train/board/run.js",
    "train/plot/draw.js",
    "train/plot/plot.js",
    "train/board/words.js",
    "train/board/samples.js",
    "train/board/closing.js",
    "train/board/compare.js",
    "train/board/exports.js",
)


@dataclass(frozen=True)
class Watched:
    """The displayed run, and the state that the buttons beside the board are drawn for."""

    run: str
    state: str


@dataclass(frozen=True)
class RunsQuestion:
    """A request for the list of runs."""


@dataclass(frozen=True)
class ListedRun:
    """A run that the displayed one can be compared with."""

    name: str
    label: str
    state: str
    corpus: str


@dataclass(frozen=True)
class RunsAnswer:
    """The runs, the newest first, then the shipped ones."""

    runs: list[ListedRun]


@dataclass(frozen=True)
class PlotView:
    """The plot's options: unit of the loss, quantity of the x axis, logarithmic axes."""

    unit: Literal["bits", "nats"]
    by: Literal["step", "characters", "seconds"]
    log_x: Annotated[bool, Strict()]
    log_y: Annotated[bool, Strict()]


@dataclass(frozen=True)
class ExportQuestion:
    """A request for a file about runs, by their names; a "zip" holds the first one only."""

    kind: Literal["csv", "png", "svg", "zip"]
    runs: Annotated[list[Text], Field(min_length=1, max_length=MOST_RUNS)]
    view: PlotView


def loss_board(runs: RunCatalog) -> gr.HTML:
    """The component; its value is a `Watched`, or None."""
    histories = Histories()

    @served(RunQuestion)
    def look(asked: RunQuestion) -> RunNews:
        return news_of_run(runs, histories, asked)

    @served(RunsQuestion)
    def others(_asked: RunsQuestion) -> RunsAnswer:
        return RunsAnswer(listed_runs(runs))

    @served(ExportQuestion)
    def export(asked: ExportQuestion) -> SavedFile:
        return exported(runs, asked)

    return drawn(
        __file__,
        "board",
        after=_SCRIPTS,
        server_functions=[look, others, export],
        elem_id="loss-board",
    )


def listed_runs(runs: RunCatalog) -> list[ListedRun]:
    """All runs, the newest first, then the shipped ones."""
    statuses = runs.to_watch()
    labels = run_labels([status.name for status in statuses])
    return [
        ListedRun(
            status.name,
            f"{label}, shipped" if status.shipped else label,
            status.state,
            str(status.corpus),
        )
        for status, label in zip(statuses, labels, strict=True)
    ]


def exported(runs: RunCatalog, asked: ExportQuestion) -> SavedFile:
    """The requested file.

    Raises:
        UserError: there is no such run, or it has no step or checkpoint yet.
    """
    kind = asked.kind
    names = [runs.status(name).name for name in asked.runs]  # refuses unknown names
    joined = "" if len(names) == 1 or kind == "zip" else f"-and-{len(names) - 1}-more"
    loss = "" if kind in ("csv", "zip") else ".loss"
    return saved_file(f"{names[0]}{joined}{loss}", kind, _file(runs, kind, names, asked.view))


def _file(runs: RunCatalog, kind: str, names: list[str], view: PlotView) -> bytes:
    if kind == "csv":
        return history_csv({name: runs.history(name, 0)[0] for name in names}).encode()
    folders = [runs.folder(name) for name in names]
    if kind == "zip":
        return checkpoint_zip(folders[0])
    return picture(plot_runs(folders, view.unit, view.by, view.log_x, view.log_y), kind)
