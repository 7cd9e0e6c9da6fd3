"""Progress, plot and samples of runs: one component, drawn in the browser from numbers."""

from __future__ import annotations

import base64
from typing import Any

import gradio as gr

from charlstm.errors import UserError
from charlstm.export.curves import ALONG, UNITS, run_labels
from charlstm.export.figure import picture
from charlstm.export.loss_figure import MOST_RUNS, plot_runs
from charlstm.export.run_files import checkpoint_zip, history_csv
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories
from charlstm.ui.components.component import drawn
from charlstm.ui.train.board.feed import news_of_run

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
_TYPES = {
    "csv": "text/csv",
    "png": "image/png",
    "svg": "image/svg+xml",
    "zip": "application/zip",
}


def loss_board(runs: RunCatalog) -> gr.HTML:
    """The component. Its value is ``{"run": name, "state": state}`` or None: which run to watch,
    and the state that the buttons beside it stand for."""

    histories = Histories()

    def look(asked: Any) -> dict[str, Any]:
        return news_of_run(runs, histories, asked)

    def others(_asked: None) -> list[list[str]]:  # Gradio always hands over what the browser sent
        return listed_runs(runs)

    def export(asked: Any) -> dict[str, str]:
        return exported(runs, asked)

    return drawn(
        __file__,
        "board",
        after=_SCRIPTS,
        server_functions=[look, others, export],
        elem_id="loss-board",
    )


def listed_runs(runs: RunCatalog) -> list[list[str]]:
    """[name, label, state, corpus] of each run, the newest first, then of those that shipped: what
    can be compared."""
    found = runs.to_watch()
    labels = run_labels([status.name for status in found])
    return [
        [
            status.name,
            f"{label}, shipped" if status.shipped else label,
            status.state,
            str(status.corpus),
        ]
        for status, label in zip(found, labels, strict=True)
    ]


def exported(runs: RunCatalog, asked: Any) -> dict[str, str]:
    """A file to save.

    Args:
        asked: from a browser, which may send anything; answered is [kind, run names, view], kind
            one of "csv", "png", "svg" and "zip" (of the first run), view
            {"unit", "by", "logX", "logY"} as the plot has them.

    Returns:
        ``{"name": file name, "type": media type, "data": base64}`` or ``{"error": sentence}``.
    """
    try:
        match asked:
            case [
                str(kind),
                [str(), *_] as names,
                {"unit": str(unit), "by": str(by), "logX": bool(log_x), "logY": bool(log_y)},
            ] if kind in _TYPES and unit in UNITS and by in ALONG and len(names) <= MOST_RUNS:
                pass
            case _:
                raise UserError("The page asked for a file in an unknown way.", "Reload the page.")
        names = [runs.status(name).name for name in names]  # only what Runs knows goes on
        data = _file(runs, kind, names, (unit, by, log_x, log_y))
    except UserError as error:
        return {"error": str(error)}
    ending = kind if kind in ("csv", "zip") else f"loss.{kind}"
    joined = "" if len(names) == 1 or kind == "zip" else f"-and-{len(names) - 1}-more"
    return {
        "name": f"{names[0]}{joined}.{ending}",
        "type": _TYPES[kind],
        "data": base64.b64encode(data).decode("ascii"),
    }


def _file(runs: RunCatalog, kind: str, names: list[str], view: tuple[Any, ...]) -> bytes:
    if kind == "csv":
        return history_csv({name: runs.history(name, 0)[0] for name in names}).encode()
    folders = [runs.folder(name) for name in names]
    if kind == "zip":
        return checkpoint_zip(folders[0])
    return picture(plot_runs(folders, *view), kind)
