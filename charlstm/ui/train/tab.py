"""The Train tab: start a run or queue it, watch its loss, stop it, resume it.

The browser requests what was appended to a run's history since its last request (`look`) and draws
it (`train/board/board.js`); nothing here keeps the state of a run. A browser proves by its token
that it started a run (`components/owner.js`, `charlstm.checkpoints.owners`). Answers may overtake
each other: each repeats the number of its question, by which the board knows a late one
(`train/order.js`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoints.owners import check_token
from charlstm.checkpoints.title import LONGEST
from charlstm.errors import excerpt
from charlstm.folders import is_lasting
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.manager import Runs
from charlstm.runs.status import TRAINS, RunStatus
from charlstm.texts import text
from charlstm.training.config import PRESETS, preset_config
from charlstm.ui.components.events import IN_BROWSER, QUIET, handles
from charlstm.ui.components.notes import notes_view
from charlstm.ui.components.settings import Setting, Tab
from charlstm.ui.train.board.board import Watched, loss_board
from charlstm.ui.train.questions import Begun, PresetPicked, RunAsked, RunPicked
from charlstm.ui.train.text_inputs import (
    build_text_inputs,
    chosen_text,
    wire_text_inputs,
)
from charlstm.ui.train.words import (
    ALIVE,
    CORPORA,
    came_with,
    corpus_label,
    plain_number,
    preset_label,
    run_choices,
    settings_sentences,
    stop_label,
    typed_settings,
    whose_sentence,
)

_ASKS = "(...inputs) => charlstmOrder.asks(inputs)"
_ACTS = "(...inputs) => charlstmOrder.acts(inputs)"


@dataclass(frozen=True)
class TrainTab(Tab):
    """What the rest of the page needs of this tab.

    Attributes:
        news: registers a listener, ``news(handler, inputs, outputs)``: the run that is watched
            has validated or ended, so a new or a better checkpoint may exist.
        use: registers a listener likewise: the model of a run is to be used (`Used`).
        storage: shows the remarks of ``components/owner.js`` on this browser.
    """

    news: Callable[..., Any]
    use: Callable[..., Any]
    storage: gr.HTML


def build_train_tab(runs: Runs, watchable: RunCatalog) -> TrainTab:
    """Create the tab's components in the current Gradio context and wire its events.

    Args:
        runs: starts, stops and resumes runs.
        watchable: the runs that the browser may watch.
    """

    first_preset = next(iter(PRESETS))
    with gr.Row(elem_classes="train-bar"):
        corpus = _choice(text("train.text"), {name: corpus_label(name) for name in CORPORA}, 200)
        presets = {name: preset_label(name) for name in PRESETS}
        preset = _choice(text("train.settings"), presets, 240)
        title = gr.Textbox(
            "",
            label=text("train.name"),
            placeholder=text("train.optional"),
            max_length=LONGEST,
            scale=0,
            min_width=150,
        )
        start = gr.Button(text("train.start"), variant="primary", scale=0, min_width=100)
        stop = gr.Button(text("train.stop"), variant="stop", scale=0, min_width=100, visible=False)
        resume = gr.Button(text("train.resume"), scale=0, min_width=90, visible=False)
        picker = gr.Dropdown(
            [], label=text("train.run"), filterable=False, min_width=260, visible=False
        )
    inputs = build_text_inputs(runs.limits.text)
    with gr.Accordion(text("train.own_settings"), open=False, elem_classes="more"):
        with gr.Row(elem_classes="train-fields"):
            config = preset_config(first_preset)
            seconds = _field(text("train.seconds"), config.seconds)
            steps = _field(text("train.or_steps"), config.steps)
            hidden = _field(text("train.hidden_size"), config.hidden_size)
        settings_note = notes_view(settings_sentences(runs, first_preset), elem_id="settings-note")
    if not is_lasting():
        notes_view([text("train.temporary")], elem_id="temporary-note")
    storage = notes_view([], elem_id="storage-note")
    whose = notes_view([], elem_id="run-note")
    order = gr.Number(0, precision=0, visible=False)  # this and the token are set by `_ASKS`
    owner = gr.Textbox(visible=False)
    board = loss_board(watchable)

    view = [board, picker, start, stop, resume, whose]

    def watching(
        status: RunStatus | None,
        asked: RunPicked | Begun,
        remark: str = "",
        *,
        replaces: bool = True,
    ) -> list[Any]:
        """Updates of `view` that make this run the watched one, with a remark beside it.

        Args:
            replaces: as for `Watched`.
        """
        listed = watchable.to_watch()
        state = status.state if status else ""
        mine = status is not None and runs.may_control(status.name, asked.owner)
        over = status is not None and runs.is_out_of_time(status.name)
        said = whose_sentence(state, mine, over, came_with(watchable, status)) if status else ""
        return [
            Watched(status.name if status else "", state, asked.order, replaces),
            gr.Dropdown(
                choices=run_choices(listed),
                value=status.name if status else None,
                visible=bool(listed),
            ),
            gr.Button(visible=not (mine and state in ALIVE)),
            gr.Button(
                stop_label(state),
                visible=mine and state in ALIVE,
                interactive=True,
            ),
            gr.Button(visible=mine and state in ("stopped", "interrupted") and not over),
            [line for line in (remark, said) if line],
        ]

    def newest(name: str | None, asked: RunPicked, *, replaces: bool = True) -> list[Any]:
        """Watch the named run, else the one that trains, else the newest, else a shipped one."""
        listed = watchable.to_watch()
        named = [run for run in listed if run.name == name]
        trains = [run for run in listed if run.state in TRAINS]
        found = next(iter(named + trains + listed), None)
        if name is None or named:
            return watching(found, asked, replaces=replaces)
        instead = "another" if found else "none"
        remark = text(f"train.no_run.{instead}", run=repr(excerpt(name)))
        return watching(found, asked, remark)

    @handles(RunAsked)
    def watch(asked: RunAsked) -> list[Any]:
        """The page has opened, and its address may name a run; or a run was picked."""
        return newest(asked.event.run, asked)

    @handles(Begun)
    def begin(asked: Begun) -> list[Any]:
        token = check_token(asked.owner)  # first: nothing is stored for a request without one
        changes = typed_settings(asked.seconds, asked.steps, asked.hidden)
        config = runs.config(asked.preset, **changes)
        spec, called = chosen_text(asked, token, runs.limits.text, config)
        name = runs.start(
            spec, asked.preset, **changes, owner=token, shared=asked.shared, title=called
        )
        return [*watching(watchable.status(name), asked), ""]

    @handles(RunPicked)
    def end(asked: RunPicked) -> list[Any]:
        name, token = asked.run or "", check_token(asked.owner)
        withdrawn = watchable.status(name).state == "waiting"
        runs.stop(name, token)
        if withdrawn:
            return newest(name, asked)
        return (
            [gr.skip()] * 3
            + [gr.Button(text("train.stopping"), interactive=False)]
            + [gr.skip()] * 2
        )

    @handles(RunPicked)
    def go_on(asked: RunPicked) -> list[Any]:
        name, token = asked.run or "", check_token(asked.owner)
        runs.resume(name, token)
        return watching(watchable.status(name), asked)

    @handles(RunAsked)
    def turn(asked: RunAsked) -> list[Any]:
        """The state of the watched run has changed."""
        return newest(asked.event.run, asked, replaces=False)

    @handles(RunPicked)
    def look_up(asked: RunPicked) -> list[Any]:
        """The list is opened: other runs may have been started since."""
        return newest(asked.run, asked, replaces=False)

    @handles(PresetPicked)
    def set_up(asked: PresetPicked) -> list[Any]:
        """The preset's values as placeholders of the empty fields."""
        config = preset_config(asked.preset)
        fields = (config.seconds, config.steps, config.hidden_size)
        shown_values = [gr.Textbox(placeholder=plain_number(value)) for value in fields]
        return [*shown_values, settings_sentences(runs, asked.preset)]

    # Events that may raise a UserError are queued: Gradio shows no error of an unqueued one.
    queued: dict[str, Any] = {**QUIET, "concurrency_limit": None}
    quick: dict[str, Any] = {**QUIET, "queue": False}
    asks: dict[str, Any] = {**queued, "js": _ASKS}
    acts: dict[str, Any] = {**queued, "js": _ACTS}
    again: dict[str, Any] = {"trigger_mode": "multiple"}  # also while one is not answered yet
    own_settings: list[Setting] = [preset, seconds, steps, hidden]
    watched = [picker, order, owner]
    board.arrive(watch, watched, view, **asks)
    board.choose(watch, watched, view, **acts, **again)
    board.turn(turn, watched, view, **asks, **again)
    picker.focus(look_up, watched, view, **asks)
    picker.input(inputs=picker, js="run => charlstmOrder.picked(run)", **IN_BROWSER)
    start.click(
        begin,
        [
            *own_settings,
            corpus,
            inputs.dataset,
            inputs.column,
            inputs.subset,
            inputs.pasted,
            inputs.held,
            inputs.shared,
            title,
            order,
            owner,
        ],
        [*view, title],
        **acts,
    )
    stop.click(end, watched, view, **acts)
    resume.click(go_on, watched, view, **acts)
    preset.change(set_up, preset, [seconds, steps, hidden, settings_note], **quick)
    wire_text_inputs(inputs, corpus, title, own_settings, runs, watchable)
    return TrainTab(
        settings={"corpus": corpus, "preset": preset},
        news=board.news,
        use=board.use,
        storage=storage,
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


def _field(label: str, stands_for: float | None) -> gr.Textbox:
    """A text box for an optional number: an empty `gr.Number` would become 0."""
    return gr.Textbox(
        "", label=label, placeholder=plain_number(stands_for), max_length=15, min_width=120
    )
