"""Progress, plot and samples of runs: one component, drawn in the browser from numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import gradio as gr
from pydantic import Field, Strict

from charlstm.checkpoints.title import file_name, told_apart
from charlstm.errors import UserError
from charlstm.export.curves import run_labels
from charlstm.export.figure import picture
from charlstm.export.loss_figure import MOST_RUNS, plot_runs
from charlstm.export.run_files import checkpoint_zip, history_csv
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories
from charlstm.runs.status import RunStatus
from charlstm.texts import text
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Text
from charlstm.ui.components.events import served
from charlstm.ui.components.files import SavedFile, saved_file
from charlstm.ui.train.board.feed import RunNews, RunQuestion, news_of_run

_SCRIPTS = (
    "train/plot/scales.js",
    "train/board/run.js",
    "train/plot/draw.js",
    "train/plot/tip.js",
    "train/plot/plot.js",
    "train/board/words.js",
    "train/board/samples.js",
    "train/board/closing.js",
    "train/board/compare.js",
    "train/board/exports.js",
)


@dataclass(frozen=True)
class Watched:
    """The run to display.

    Attributes:
        run: its name, "" where there is none.
        state: the state that the buttons beside it match.
        order: number of the question that this answers (``train/order.js``).
        replaces: whether it may replace another run: not the answer to a question about the run
            that was displayed then.
    """

    run: str
    state: str
    order: int
    replaces: bool


@dataclass(frozen=True)
class RunsQuestion:
    """A request for the list of runs."""


@dataclass(frozen=True)
class ListedRun:
    """A run that the displayed one can be compared with.

    Attributes:
        corpus: names its text; runs of one public text have the same. A private text has no name
            here: each run on one counts as of a text of its own.
    """

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
    """The component; its value is a `Watched`, or None until the page has asked for one."""
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
    labels = run_labels([(status.name, status.title) for status in statuses])
    return [
        ListedRun(
            status.name,
            text("train.runs.shipped", run=label) if status.shipped else label,
            status.state,
            str(status.corpus) if status.corpus.is_public else status.name,
        )
        for status, label in zip(statuses, labels, strict=True)
    ]


def exported(runs: RunCatalog, asked: ExportQuestion) -> SavedFile:
    """The requested file.

    Raises:
        UserError: there is no such run, it is damaged, or it has no step or checkpoint yet.
    """
    kind = asked.kind
    found = [sound(runs, name) for name in asked.runs]
    joined = "" if len(found) == 1 or kind == "zip" else f"-and-{len(found) - 1}-more"
    loss = "" if kind in ("csv", "zip") else ".loss"
    name = file_name(found[0].name, found[0].title)
    return saved_file(f"{name}{joined}{loss}", kind, _file(runs, kind, found, asked.view))


def sound(runs: RunCatalog, name: str) -> RunStatus:
    """The status of a run.

    Raises:
        UserError: there is no such run, or it is damaged.
    """
    status = runs.status(name)
    if status.state == "damaged":
        raise UserError(text("train.runs.is_damaged", run=status.called), status.message)
    return status


def _file(runs: RunCatalog, kind: str, found: list[RunStatus], view: PlotView) -> bytes:
    names = [status.name for status in found]
    if kind == "csv":
        called = told_apart([status.title or status.name for status in found], names)
        histories = {one: runs.history(name, 0)[0] for one, name in zip(called, names, strict=True)}
        return history_csv(histories).encode()
    folders = [runs.folder(name) for name in names]
    if kind == "zip":
        return checkpoint_zip(folders[0])
    return picture(plot_runs(folders, view.unit, view.by, view.log_x, view.log_y), kind)
