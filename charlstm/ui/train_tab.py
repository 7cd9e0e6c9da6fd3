"""The tab *Train*: start a run, watch its loss, stop it, find it again.

The browser asks `look` for what was appended to a run's history since its last question and draws
it itself (`loss_board.js`); nothing here keeps state of a run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import gradio as gr

from charlstm.corpus import store_pasted
from charlstm.errors import UserError
from charlstm.runs import Runs, RunStatus
from charlstm.train import PRESETS
from charlstm.ui.assets import asset
from charlstm.ui.errors import sentences
from charlstm.ui.loss_feed import news_of_run
from charlstm.ui.notes import notes_view

OWN_TEXT = "own"
CORPORA = {"wikitext2": "WikiText-2", "brackets": "Bracket language", OWN_TEXT: "Own text"}
PRESET_LABELS = {"quick": "A minute", "notebook": "The notebook's settings"}

_ALIVE = ("starting", "running")


@dataclass(frozen=True)
class TrainTab:
    """What others need of the tab.

    Attributes:
        settings: components whose values belong in the address bar, by their names there.
        news: registers a listener, ``news(handler, inputs, outputs)``: the run that is watched
            has validated or ended, so a new or a better checkpoint may exist.
    """

    settings: dict[str, gr.Dropdown]
    news: Callable[..., Any]


def build_train_tab(runs: Runs) -> TrainTab:
    """The tab's components and events, inside the caller's `gr.Blocks`."""

    def look(asked: Any) -> dict[str, Any]:
        return news_of_run(runs, asked)

    with gr.Row(elem_classes="train-bar"):
        corpus = _choice("Text", CORPORA, 200)
        preset = _choice("Settings", {name: PRESET_LABELS.get(name, name) for name in PRESETS}, 240)
        start = gr.Button("Start", variant="primary", scale=0, min_width=100)
        stop = gr.Button("Stop", variant="stop", scale=0, min_width=100, visible=False)
        resume = gr.Button("Resume", scale=0, min_width=90, visible=False)
        picker = gr.Dropdown([], label="Run", filterable=False, min_width=260, visible=False)
    with gr.Column(visible=False, elem_classes="train-own") as own:
        pasted = gr.Textbox(
            label="Your text",
            placeholder="Paste a text here, or upload a .txt file.",
            lines=6,
            max_lines=6,
        )
        with gr.Row(elem_classes="bar"):
            upload = gr.UploadButton(
                "Upload a .txt file",
                file_types=[".txt"],
                type="binary",
                size="md",
                scale=0,
                elem_classes="quiet",
            )
            told = notes_view([], elem_id="own-text-facts")
    uploaded = gr.State("")
    # Progress, plot and samples of one run, drawn in the browser from numbers. Its value is
    # {"run": name, "state": state} or None: which run to watch, and the state that the buttons
    # beside it stand for.
    board = gr.HTML(
        html_template=asset("loss_board.html"),
        js_on_load=asset("loss_plot.js") + asset("loss_board.js"),
        apply_default_css=False,
        server_functions=[look],
        elem_id="loss-board",
    )

    view = [board, picker, start, stop, resume]

    def shown(status: RunStatus | None) -> list[Any]:
        """Updates for `view`: this run is the one that is watched."""
        listed = runs.list()
        state = status.state if status else ""
        return [
            {"run": status.name, "state": state} if status else None,
            gr.Dropdown(
                choices=[(_run_label(run), run.name) for run in listed],
                value=status.name if status else None,
                visible=bool(listed),
            ),
            gr.Button(visible=state not in _ALIVE),
            gr.Button("Stop", visible=state in _ALIVE, interactive=True),
            gr.Button(visible=state in ("stopped", "interrupted")),
        ]

    @sentences
    def arrive(event: gr.EventData) -> list[Any]:
        """The page is open: show the run that its address names, else the one that trains, else
        the newest."""
        listed = runs.list()
        asked = event._data.get("run") if isinstance(event._data, dict) else None
        named = [run for run in listed if run.name == asked]
        alive = [run for run in listed if run.state in _ALIVE]
        return shown(next(iter(named + alive + listed), None))

    @sentences
    def begin(corpus: str, preset: str, pasted: str, uploaded: str) -> list[Any]:
        spec = corpus if corpus != OWN_TEXT else uploaded or store_pasted(pasted)
        return shown(runs.status(runs.start(spec, preset)))

    @sentences
    def end(name: str) -> dict[str, Any]:
        runs.stop(name)
        return gr.Button("Stopping", interactive=False)

    @sentences
    def go_on(name: str) -> list[Any]:
        runs.resume(name)
        return shown(runs.status(name))

    @sentences
    def turn(name: str | None) -> list[Any]:
        """Another run was picked, or the state of this one or the list may have changed."""
        return shown(runs.status(name) if name else None)

    @sentences
    def take_file(data: bytes) -> tuple[str, str, list[str]]:
        text = decoded(data)
        return store_pasted(text), "", [f"The file has {described(text)}"]

    def take_typed(text: str) -> tuple[str, list[str]]:
        """What is typed last counts: it puts an uploaded file aside."""
        return "", [f"The text has {described(text)}"] if text.strip() else []

    quiet = {"show_progress": "hidden", "api_visibility": "private"}
    # What may end in a sentence goes through the queue: without it no error is shown.
    asked = {**quiet, "concurrency_limit": None}
    quick = {**quiet, "queue": False}
    board.arrive(arrive, None, view, **asked)
    board.turn(turn, picker, view, **asked)
    start.click(begin, [corpus, preset, pasted, uploaded], view, **asked)
    stop.click(end, picker, stop, **asked)
    resume.click(go_on, picker, view, **asked)
    picker.input(turn, picker, view, **asked)
    picker.focus(turn, picker, view, **asked)
    corpus.change(lambda spec: gr.Column(visible=spec == OWN_TEXT), corpus, own, **quick)
    upload.upload(take_file, upload, [uploaded, pasted, told], **asked)
    pasted.input(take_typed, pasted, [uploaded, told], trigger_mode="always_last", **quick)
    return TrainTab(settings={"corpus": corpus, "preset": preset}, news=board.news)


def decoded(data: bytes) -> str:
    """The text of an uploaded file.

    Raises:
        UserError: it is not UTF-8; the sentence says where.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"The file is not UTF-8: the byte at position {error.start:,} is no part of a "
            "character.",
            "Save it as UTF-8 in an editor and upload it again.",
        ) from error


def described(text: str) -> str:
    """How much text there is and what of it is held out."""
    return (
        f"{len(text):,} characters, {len(set(text)):,} distinct; the last tenth is held out for "
        "validation."
    )


def _choice(label: str, names: dict[str, str], min_width: int) -> gr.Dropdown:
    return gr.Dropdown(
        [(shown, name) for name, shown in names.items()],
        value=next(iter(names)),
        label=label,
        filterable=False,
        scale=0,
        min_width=min_width,
    )


def _run_label(run: RunStatus) -> str:
    """Such as "24 Nov 23:11, finished: Bracket language, a minute"."""
    try:
        started = datetime.strptime(run.name[:15], "%Y%m%d-%H%M%S")
        name = f"{started.day} {started:%b %H:%M}"
    except ValueError:  # a folder that a person named
        name = run.name
    text = CORPORA.get(run.corpus, CORPORA[OWN_TEXT])
    settings = PRESET_LABELS.get(run.preset, run.preset)
    return f"{name}, {run.state}: {text}, {settings[:1].lower()}{settings[1:]}"
