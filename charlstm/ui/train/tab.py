"""The Train tab: start a run or queue it, watch its loss, stop it, resume it.

The browser requests what was appended to a run's history since its last request (`look`) and draws
it (`train/board/board.js`); nothing here keeps the state of a run. A browser proves by its token
that it started a run (`components/owner.js`, `charlstm.runs.owners`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.errors import UserError
from charlstm.runs.manager import Runs
from charlstm.runs.owners import check_token
from charlstm.runs.status import TRAINS, RunStatus
from charlstm.text.corpus import store_pasted
from charlstm.text.hub_dataset import HubText
from charlstm.text.spec import CorpusSpec
from charlstm.training.config import PRESETS, preset_config
from charlstm.ui.components.contract import plain
from charlstm.ui.components.events import OWNED, QUIET, sentences
from charlstm.ui.components.notes import notes_view
from charlstm.ui.components.settings import Setting, Tab
from charlstm.ui.train.board.board import Watched, loss_board
from charlstm.ui.train.own_text import (
    TextFacts,
    check_length,
    check_size,
    decoded,
    facts_of,
    megabytes,
    remarks,
)
from charlstm.ui.train.words import (
    ALIVE,
    CORPORA,
    HUB,
    OWN_TEXT,
    came_with,
    pace_of,
    plain_number,
    preset_label,
    run_label,
    settings_sentences,
    typed_settings,
    whose_sentence,
)


@dataclass(frozen=True)
class TrainTab(Tab):
    """What the rest of the page needs of this tab.

    Attributes:
        news: registers a listener, ``news(handler, inputs, outputs)``: the run that is watched
            has validated or ended, so a new or a better checkpoint may exist.
    """

    news: Callable[..., Any]


def build_train_tab(runs: Runs) -> TrainTab:
    """Create the tab's components in the current Gradio context and wire its events."""

    first_preset = next(iter(PRESETS))
    with gr.Row(elem_classes="train-bar"):
        corpus = _choice("Text", CORPORA, 200)
        preset = _choice("Settings", {name: preset_label(name) for name in PRESETS}, 240)
        start = gr.Button("Start", variant="primary", scale=0, min_width=100)
        stop = gr.Button("Stop", variant="stop", scale=0, min_width=100, visible=False)
        resume = gr.Button("Resume", scale=0, min_width=90, visible=False)
        picker = gr.Dropdown([], label="Run", filterable=False, min_width=260, visible=False)
    with gr.Column(visible=False, elem_classes="train-own") as own:
        pasted = gr.Textbox(
            "",
            label="Your text",
            placeholder="Paste a text here, or upload a .txt file.",
            lines=6,
            max_lines=6,
        )
        with gr.Row(elem_classes="bar"):
            upload = gr.UploadButton(
                f"Upload a .txt file, UTF-8, at most {megabytes(runs.limits.text)}",
                file_types=[".txt"],
                type="binary",
                size="md",
                scale=0,
                elem_classes="quiet",
            )
        own_notes = notes_view([], elem_id="own-text-facts")
    with gr.Column(visible=False, elem_classes="train-own") as from_hub:
        with gr.Row(elem_classes="train-fields"):
            dataset = gr.Textbox("", label="Dataset on the Hub", placeholder="owner/name")
            column = gr.Textbox("text", label="Column of texts")
            subset = gr.Textbox("", label="Configuration", placeholder="if it has several")
        notes_view(
            [
                f"A public dataset; its first {runs.limits.text:,} characters are read. Without a "
                "validation split, the last tenth of them is held out for validation."
            ],
            elem_id="hub-facts",
        )
    with gr.Accordion("Own settings", open=False, elem_classes="more"):
        with gr.Row(elem_classes="train-fields"):
            config = preset_config(first_preset)
            seconds = _field("Seconds", config.seconds)
            steps = _field("or steps", config.steps)
            hidden = _field("Hidden size", config.hidden_size)
        settings_note = notes_view(settings_sentences(runs, first_preset), elem_id="settings-note")
    whose = notes_view([], elem_id="run-note")
    owner = gr.Textbox(visible=False)  # its value is the browser's token, by `OWNED`
    uploaded = gr.State("")  # corpus spec of the uploaded file, "" for none
    facts = gr.State(None)  # TextFacts of the own text
    board = loss_board(runs.catalog)

    view = [board, picker, start, stop, resume, whose]

    def watching(status: RunStatus | None, token: str) -> list[Any]:
        """Updates of `view` that make this run the watched one."""
        listed = runs.catalog.to_watch()
        state = status.state if status else ""
        mine = status is not None and runs.may_control(status.name, str(token))
        over = status is not None and runs.is_out_of_time(status.name)
        return [
            plain(Watched(status.name, state)) if status else None,
            gr.Dropdown(
                choices=[(run_label(run), run.name) for run in listed],
                value=status.name if status else None,
                visible=bool(listed),
            ),
            gr.Button(visible=not (mine and state in ALIVE)),
            gr.Button(
                {"waiting": "Withdraw", "scoring": "Skip the score"}.get(state, "Stop"),
                visible=mine and state in ALIVE,
                interactive=True,
            ),
            gr.Button(visible=mine and state in ("stopped", "interrupted") and not over),
            [whose_sentence(state, mine, over, came_with(runs.catalog, status))] if status else [],
        ]

    def newest(name: str | None, token: str) -> list[Any]:
        """Watch the named run, else the one that trains, else the newest, else a shipped one."""
        listed = runs.catalog.to_watch()
        named = [run for run in listed if run.name == name]
        trains = [run for run in listed if run.state in TRAINS]
        return watching(next(iter(named + trains + listed), None), token)

    @sentences
    def arrive(_picked: str | None, token: str, event: gr.EventData) -> list[Any]:
        """The page has opened; its address may name a run."""
        name = event._data.get("run") if isinstance(event._data, dict) else None
        return newest(name, token)

    @sentences
    def begin(
        corpus: str, preset: str, pasted: str, uploaded: str, facts: TextFacts | None,
        dataset: str, column: str, subset: str,
        seconds: str, steps: str, hidden: str, token: str,
    ) -> list[Any]:  # fmt: skip
        changes = typed_settings(seconds, steps, hidden)
        config = runs.config(preset, **changes)
        if corpus == OWN_TEXT and not uploaded:
            check_size(len(pasted.encode("utf-8", "surrogatepass")), runs.limits.text)
            spec, facts = store_pasted(pasted), facts_of(pasted, "The text")
        elif corpus == HUB:
            hub = HubText(dataset.strip(), column.strip(), subset.strip())
            spec = CorpusSpec.parse(hub.spec)
        else:
            spec = CorpusSpec.parse(uploaded if corpus == OWN_TEXT else corpus)
        if corpus == OWN_TEXT:
            assert facts is not None  # set together with `uploaded`
            check_length(facts, config)
        name = runs.start(spec, preset, **changes, owner=check_token(token))
        return watching(runs.catalog.status(name), token)

    @sentences
    def end(name: str, token: str) -> list[Any]:
        withdrawn = runs.catalog.status(name).state == "waiting"
        runs.stop(name, check_token(token))
        if withdrawn:
            return newest(name, token)
        return [gr.skip()] * 3 + [gr.Button("Stopping", interactive=False)] + [gr.skip()] * 2

    @sentences
    def go_on(name: str, token: str) -> list[Any]:
        runs.resume(name, check_token(token))
        return watching(runs.catalog.status(name), token)

    @sentences
    def turn(name: str | None, token: str) -> list[Any]:
        """Another run was picked, or this run's state or the list of runs may have changed."""
        return newest(name, token)

    def told_of(facts: TextFacts | None, preset: str, *own: str) -> list[str]:
        """Remarks on the own text; invalid settings are reported only by Start."""
        if facts is None:
            return []
        try:
            config = runs.config(preset, **typed_settings(*own))
        except UserError:
            config = preset_config(preset)
        return remarks(facts, config, pace_of(runs.catalog, preset, config))

    @sentences
    def take_file(data: bytes) -> tuple[str, TextFacts, str]:
        check_size(len(data), runs.limits.text)
        text = decoded(data)
        facts = facts_of(text, "The file")
        return str(store_pasted(text)), facts, ""

    def take_typed(
        text: str, uploaded: str, facts: TextFacts | None
    ) -> tuple[str, TextFacts | None]:
        """Replace an uploaded file by a typed text; an upload itself empties the text box."""
        if text.strip():
            uploaded, facts = "", facts_of(text, "The text")
        elif not uploaded:
            facts = None
        return uploaded, facts

    def set_up(preset: str) -> list[Any]:
        """The preset's values as placeholders of the empty fields."""
        config = preset_config(preset)
        fields = (config.seconds, config.steps, config.hidden_size)
        shown_values = [gr.Textbox(placeholder=plain_number(value)) for value in fields]
        return [*shown_values, settings_sentences(runs, preset)]

    # Events that may raise a UserError are queued: Gradio shows no error of an unqueued one.
    queued: dict[str, Any] = {**QUIET, "concurrency_limit": None}
    quick: dict[str, Any] = {**QUIET, "queue": False}
    known: dict[str, Any] = {**queued, "js": OWNED}
    own_settings: list[Setting] = [preset, seconds, steps, hidden]
    board.arrive(arrive, [picker, owner], view, **known)
    board.turn(turn, [picker, owner], view, **known)
    start.click(
        begin,
        [
            corpus, preset, pasted, uploaded, facts, dataset, column, subset,
            seconds, steps, hidden, owner,
        ],
        view,
        **known,
    )  # fmt: skip
    stop.click(end, [picker, owner], view, **known)
    resume.click(go_on, [picker, owner], view, **known)
    picker.input(turn, [picker, owner], view, **known)
    picker.focus(turn, [picker, owner], view, **known)
    corpus.change(
        lambda chosen: (gr.Column(visible=chosen == OWN_TEXT), gr.Column(visible=chosen == HUB)),
        corpus,
        [own, from_hub],
        **quick,
    )
    upload.upload(take_file, upload, [uploaded, facts, pasted], **queued)
    pasted.change(  # Gradio's `input` event misses pasted text
        take_typed,
        [pasted, uploaded, facts],
        [uploaded, facts],
        trigger_mode="always_last",
        **queued,
    )
    preset.change(set_up, preset, [seconds, steps, hidden, settings_note], **quick)
    # One event writes the remarks, so that none on older settings can arrive after a newer one.
    gr.on(
        [component.change for component in (facts, *own_settings)],
        told_of,
        [facts, *own_settings],
        own_notes,
        trigger_mode="always_last",
        **queued,
    )
    return TrainTab(settings={"corpus": corpus, "preset": preset}, news=board.news)


def _choice(label: str, names: dict[str, str], min_width: int) -> gr.Dropdown:
    return gr.Dropdown(
        [(shown, name) for name, shown in names.items()],
        value=next(iter(names)),
        label=label,
        filterable=False,
        scale=0,
        min_width=min_width,
    )


def _field(label: str, stands_for: float | None) -> gr.Textbox:
    """A text box for an optional number: an empty `gr.Number` would become 0."""
    return gr.Textbox(
        "", label=label, placeholder=plain_number(stands_for), max_length=15, min_width=120
    )
