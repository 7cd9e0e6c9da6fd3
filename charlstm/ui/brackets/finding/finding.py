"""Which unit does it? Finds it in any model, takes it away, and shows what that does.

A checkpoint that ships has a report beside it, which is displayed at once; so is one that was made
for somebody else, unless it was made of a private text. One search runs at a time, for the whole
process: it takes as much of the processor as it gets, and two would each take twice as long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import CheckpointInfo, Checkpoints
from charlstm.errors import UserError, user_error
from charlstm.experiments.cells.experiment import CellsQuestion
from charlstm.experiments.cells.report import CellsReport, report_beside
from charlstm.experiments.cells.reporting import reporting
from charlstm.experiments.cells.targets import CLOSED, TARGETS
from charlstm.experiments.snapshots import kept_snapshots
from charlstm.export.cells_figure import plot_cells
from charlstm.export.cells_report import cells_csv
from charlstm.export.figure import picture
from charlstm.text.corpus import at_hand
from charlstm.texts import text
from charlstm.ui.brackets.answer_cache import FileQuestion, KeptAnswers
from charlstm.ui.brackets.finding.data import Find, Found, Looked, found_shown
from charlstm.ui.brackets.finding.marking import build_marking
from charlstm.ui.brackets.finding.turns import Turns
from charlstm.ui.brackets.inputs import model_of
from charlstm.ui.brackets.probe.data import seconds_left
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Picked, Switch, Text
from charlstm.ui.components.events import (
    FINDING,
    IN_BROWSER,
    handles,
    long_question,
    paced,
    served,
)
from charlstm.ui.components.files import SavedFile, saved_file
from charlstm.ui.components.settings import Setting

_IN_FILES = {"(": "round", "[": "square"}  # what a file's name has for a target
_LOOKED = (
    "(find, checkpoint, target, whole) => ({ ...find, picked: { checkpoint, target, whole } })"
)


@dataclass(frozen=True)
class FindQuestion(Picked):
    """The controls that a search is started with."""

    target: Text
    whole: Switch


@dataclass(frozen=True)
class KnownQuestion:
    """A request for the report on a checkpoint's units that there is already."""

    checkpoint: Text
    target: Text
    whole: Switch


@dataclass(frozen=True)
class KnownAnswer:
    """That report; None if there is none."""

    found: Found | None


def build_finding(
    checkpoints: Checkpoints, kept: KeptAnswers, picker: gr.Dropdown, seed: gr.Textbox
) -> dict[str, Setting]:
    """Create the accordion's components and wire their events.

    Returns:
        the controls that a link keeps, by their names in it.
    """
    with gr.Accordion(
        text("brackets.find.accordion"),
        open=False,
        elem_classes="more",
        elem_id="finding",
    ):
        with gr.Row(elem_classes="bar", elem_id="find-bar"):
            target = gr.Dropdown(
                [(text(f"brackets.find.targets.{name}"), name) for name in TARGETS],
                value="(",
                label=text("brackets.find.target"),
                filterable=False,
                scale=0,
                elem_id="find-target",
            )
            whole = gr.Checkbox(
                False,
                label=text("brackets.find.whole"),
                container=False,
                scale=0,
                elem_id="find-whole",
            )
            find = gr.Button(
                text("brackets.find.find"), size="md", scale=0, elem_id="find", elem_classes="quiet"
            )
            stop = gr.Button(
                text("brackets.stop"),
                variant="stop",
                scale=0,
                visible=False,
                elem_id="stop-finding",
            )
        view = drawn(
            __file__,
            "finding",
            Find("idle", picked=Looked(picker.value, "(", False)),
            after=(
                "brackets/files.js",
                "brackets/figure.js",
                "brackets/finding/rows.js",
                "brackets/finding/doses.js",
                "brackets/finding/learnt.js",
                "brackets/finding/tables.js",
                "brackets/finding/figures.js",
            ),
            server_functions=[known_units_of(checkpoints, kept), saving(kept)],
            elem_id="found-units",
        )
        build_marking(checkpoints, picker, seed)
    asked = long_question(
        [find.click], searching(checkpoints, kept), [picker, target, whole], view, stop,
        work=FINDING,
    )  # fmt: skip
    stop.click(cancels=asked, **IN_BROWSER)
    gr.on(
        [picker.change, target.change, whole.change],
        inputs=[view, picker, target, whole],
        outputs=view,
        js=_LOOKED,
        **IN_BROWSER,
    )
    return {"find": target, "find_whole": whole}


def searching(checkpoints: Checkpoints, kept: KeptAnswers) -> Callable[..., Iterator[Find]]:
    """The event handler of the button."""
    turns = Turns()

    @handles(FindQuestion)
    def run(asked: FindQuestion) -> Iterator[Find]:
        sampler = model_of(checkpoints, asked.checkpoint)
        info = checkpoints.info(str(asked.checkpoint))
        question = CellsQuestion(asked.target, asked.whole)
        if info.corpus is None:
            raise _without_text(info)
        turn = turns.join()
        try:
            for ahead in turn.waiting():
                yield Find("asking", ahead=ahead)
            report = kept.cells_of(info, question)  # made while this one waited, or earlier
            if report is None:
                yield Find("asking", doing=text("brackets.find.opening"))
                if (corpus := at_hand(info.corpus)) is None:
                    raise _without_text(info)
                started = time.monotonic()
                work = reporting(
                    info, sampler, corpus, question, kept_snapshots(checkpoints.folder(info.name))
                )
                with closing(work):
                    for progress in paced(work):
                        report = progress.result
                        seconds = seconds_left(time.monotonic() - started, progress.share)
                        if report is None:
                            yield Find(
                                "asking",
                                share=progress.share,
                                doing=progress.doing,
                                seconds_left=seconds,
                            )
            assert report is not None
            yield Find("done", found=_shown(checkpoints, kept, info, report))
        finally:
            turn.end()

    return run


def known_units_of(checkpoints: Checkpoints, kept: KeptAnswers) -> Callable[[Any], dict[str, Any]]:
    """The server function ``known_units``: a report that was made already."""

    @served(KnownQuestion)
    def known_units(asked: KnownQuestion) -> KnownAnswer:
        info = checkpoints.info(asked.checkpoint)
        question = CellsQuestion(asked.target, asked.whole)
        report = kept.cells_of(info, question)
        if report is None:
            report = report_beside(checkpoints.folder(info.name), info.fingerprint)
            if report is None or report.result.question.target != asked.target:
                return KnownAnswer(None)
        return KnownAnswer(_shown(checkpoints, kept, info, report))

    return known_units


def saving(kept: KeptAnswers) -> Callable[[Any], dict[str, Any]]:
    """The server function ``save``: a report as a file."""

    @served(FileQuestion)
    def save(request: FileQuestion) -> SavedFile:
        report = kept.cells(request.key)
        target = report.result.question.target
        name = f"units-{report.checkpoint}-{_IN_FILES.get(target, target)}"
        if request.kind == "csv":
            data = cells_csv(report).encode()
        elif request.kind == "json":
            data = report.json().encode()
        else:
            data = picture(plot_cells(report), request.kind)
        return saved_file(name, request.kind, data)

    return save


def _shown(
    checkpoints: Checkpoints, kept: KeptAnswers, info: CheckpointInfo, report: CellsReport
) -> Found:
    called, key = checkpoints.called(info.name), kept.keep_cells(info, report)
    return found_shown(report, called, key, _unlearnt(report, info))


def _unlearnt(report: CellsReport, info: CheckpointInfo) -> str:
    """A sentence on why it can't be said when the units were learnt."""
    if report.result.question.target not in CLOSED:
        return text("brackets.find.unlearnt_brackets")
    if info.shipped:
        return text("brackets.find.unlearnt_shipped")
    return text("brackets.find.unlearnt_own")


def _without_text(info: CheckpointInfo) -> UserError:
    return user_error("brackets.find.without_text", why=info.no_text)
