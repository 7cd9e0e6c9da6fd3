"""The page: header, tabs, the event of its opening, and all wiring between tabs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.rooms import Rooms
from charlstm.errors import UserError
from charlstm.language import LANGUAGES, follow
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.limits import Limits
from charlstm.runs.manager import Runs
from charlstm.runs.status import TRAINS
from charlstm.texts import text
from charlstm.ui.api import add_api
from charlstm.ui.brackets.tab import build_bracket_tab
from charlstm.ui.classroom.api import add_room_api
from charlstm.ui.classroom.tab import build_class_tab
from charlstm.ui.components.component import drawn, source, styles
from charlstm.ui.components.contract import Nothing, Picked, plain
from charlstm.ui.components.events import (
    IN_BROWSER,
    QUEUE_SIZE,
    QUIET,
    SESSIONS,
    THREADS,
    TYPING,
    ended,
    handles,
    served,
)
from charlstm.ui.components.notes import notes_view
from charlstm.ui.components.settings import Setting
from charlstm.ui.components.visitor import visitor
from charlstm.ui.components.words import checkpoint_sentence, run_sentence
from charlstm.ui.gate import gate_options
from charlstm.ui.language import visitors_language
from charlstm.ui.link import checkpoint_remark, space_script
from charlstm.ui.notebook.tab import build_notebook_tab, build_return
from charlstm.ui.opening import keep_in_link, opening
from charlstm.ui.page import Page
from charlstm.ui.style.theme import colour_variables, playground_theme, temperature_scale
from charlstm.ui.temperature.columns.question import Columns
from charlstm.ui.temperature.tab import build_temperature_tab
from charlstm.ui.texts import filled_template, texts_script
from charlstm.ui.train.questions import Used
from charlstm.ui.train.tab import build_train_tab

_OPENED = "() => [charlstmWriting, charlstmHints, charlstmLink].forEach((each) => each.opened())"
_TO_WRITE = """() => {
  const tab = document.querySelector('#tabs [data-tab-id="temperature"]');
  tab?.click();
  tab?.focus();
}"""
_BODY = 1_000_000  # most bytes of a request beside the text that a person pasted
TABS = ("temperature", "brackets", "train", "class", "notebook")
"""The tabs by their names in a link."""
SCRIPTS = (
    "components/phrases.js",
    "components/joins.js",
    "components/colours.js",
    "opening.js",
    "link.js",
    "components/saving.js",
    "components/copying.js",
    "components/explaining.js",
    "components/hints.js",
    "early.js",
    "components/lists.js",
    "components/questions.js",
    "components/seeds.js",
    "components/owner.js",
    "train/order.js",
    "brackets/roll.js",
    "temperature/writing.js",
)  # loaded in the head of the page: the scripts of components use them


@dataclass(frozen=True)
class StatusQuestion:
    """A request for the sentence on the run that trains."""


@dataclass(frozen=True)
class StatusAnswer:
    """The sentence, "" if none trains."""

    sentence: str


def build_app(checkpoints: Checkpoints, runs: Runs, rooms: Rooms) -> Page:
    """The whole page, not yet launched; see `launch_options`.

    Each browser is offered what it may use of the checkpoints and runs.
    """

    checkpoints = checkpoints.offered_to(visitor)
    watchable = runs.catalog.offered_to(visitor)
    follow(visitors_language)
    demo = Page(page_head, title=text("page.title"), analytics_enabled=False)
    with demo:
        picker, facts = _header(checkpoints, watchable)
        link_notes = notes_view([], elem_id="link-notes")
        build_return()
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap") as tabs:
            with _tab("temperature") as temperature_page:
                temperature = build_temperature_tab(checkpoints, picker)
                demo.opens_with = temperature.opens_with
            with _tab("brackets") as brackets_page:
                brackets = build_bracket_tab(checkpoints, picker)
            with _tab("train") as train_page:
                train = build_train_tab(runs, watchable)
            with _tab("class") as class_page:
                build_class_tab(checkpoints, rooms)
            with _tab("notebook") as notebook_page:
                build_notebook_tab(checkpoints, picker)
        add_api(checkpoints)
        add_room_api(checkpoints, rooms)

        pages = dict(
            zip(
                TABS,
                (temperature_page, brackets_page, train_page, class_page, notebook_page),
                strict=True,
            )
        )
        settings: dict[str, Setting] = {"checkpoint": picker}
        for tab in (temperature, brackets, train):
            settings |= tab.settings
        keep_in_link(settings, pages)

        def opened(request: gr.Request) -> list[Any]:
            query = dict(request.query_params)
            found = opening(query, settings, tuple(pages), checkpoints)
            has_settings = query.keys() & {"checkpoint", "weights", "go", *temperature.shape}
            return [
                gr.Tabs(selected=found.tab) if found.tab else gr.skip(),
                _describe(checkpoints, found.checkpoint),
                checkpoint_remark(checkpoints, query, found.checkpoint),
                plain(temperature.linked(found.values)) if has_settings else gr.skip(),
                gr.Dropdown(choices=checkpoints.choices(), value=found.checkpoint),
                *(found.values.get(name, gr.skip()) for name in list(settings)[1:]),
            ]

        @handles(Picked)
        def news(asked: Picked) -> tuple[gr.Dropdown, list[str]]:
            choices = checkpoints.choices()
            names = [name for _, name in choices]
            chosen = asked.checkpoint if asked.checkpoint in names else next(iter(names), None)
            return gr.Dropdown(choices=choices, value=chosen), _describe(checkpoints, chosen)

        @handles(Used)
        def use(asked: Used) -> tuple[gr.Dropdown, list[str]]:
            """Choose the checkpoint of a run."""
            name = asked.event.run or ""
            checkpoints.folder(name)
            choices = checkpoints.choices()
            return gr.Dropdown(choices=choices, value=name), _describe(checkpoints, name)

        # The watched run has written a checkpoint: update the list and the figures beside it.
        train.news(news, picker, [picker, facts], queue=False, **QUIET)
        train.use(use, outputs=[picker, facts], **QUIET).success(js=_TO_WRITE, **IN_BROWSER)
        picker.input(outputs=link_notes, js="() => []", **IN_BROWSER)
        demo.load(outputs=train.storage, js="() => [charlstmOwner.remarks()]", **IN_BROWSER)
        load = demo.load(
            opened,
            outputs=[tabs, facts, link_notes, temperature.columns, *settings.values()],
            queue=False,
            **QUIET,
        )
        ended(load, js=_OPENED)
    demo.queue(max_size=QUEUE_SIZE)
    return demo


def launch_options(opens_with: Columns | None) -> dict[str, Any]:
    """Keyword arguments for `gr.Blocks.launch`: theme, styles, scripts and limits of the page.

    Args:
        opens_with: as `Page.opens_with`.
    """
    most = Limits.from_environment().text
    return {
        "theme": playground_theme(),
        "css": f"{colour_variables()}\n{styles()}",
        "head": page_head(),
        "footer_links": [],
        "run_history": False,
        "ssr_mode": False,
        "show_error": False,
        "max_threads": THREADS,
        "state_session_capacity": SESSIONS,
        "max_file_size": most,
        # JSON may need two bytes for one of a text.
        "app_kwargs": gate_options(_BODY + 2 * most, opens_with),
    }


def page_head() -> str:
    """The scripts of the whole page, and what they need to know, in the visitor's language."""
    known = [texts_script(), temperature_scale(), space_script(), tab_names()]
    scripts = [*known, *map(source, SCRIPTS)]
    return "".join(f"<script>{script}</script>" for script in scripts)


def tab_names() -> str:
    """A script with the names of the tabs in a link, for ``opening.js``."""
    return f"var charlstmTabs = {json.dumps(list(TABS))};"


def _tab(name: str) -> gr.Tab:
    return gr.Tab(text(f"page.tabs.{name}"), id=name)


def _header(checkpoints: Checkpoints, runs: RunCatalog) -> tuple[gr.Dropdown, gr.HTML]:
    choices = checkpoints.choices()
    chosen = choices[0][1] if choices else None

    @served(StatusQuestion)
    def training(_asked: StatusQuestion) -> StatusAnswer:
        running = [status for status in runs.list() if status.state in TRAINS]
        return StatusAnswer(run_sentence(running[0]) if running else "")

    with gr.Row(elem_id="masthead"):
        gr.HTML(
            html_template=filled_template("<h1>[[page.title]]</h1><p>[[page.subtitle]]</p>"),
            apply_default_css=False,
            elem_id="title",
        )
        drawn(__file__, "languages", list(LANGUAGES.items()), elem_id="language")
        picker = gr.Dropdown(
            choices,
            value=chosen,
            label=text("page.checkpoint"),
            filterable=False,
            scale=0,
            elem_id="checkpoint",
        )
        facts = notes_view(_describe(checkpoints, chosen), elem_id="checkpoint-facts")
        drawn(__file__, "status", server_functions=[training], elem_id="run-status")

    @handles(Picked)
    def described(asked: Picked) -> list[str]:
        return _describe(checkpoints, asked.checkpoint)

    @handles(Nothing)
    def listed(_asked: Nothing) -> gr.Dropdown:
        return gr.Dropdown(choices=checkpoints.choices())

    picker.change(described, picker, facts, **QUIET, **TYPING)
    picker.focus(listed, None, picker, queue=False, **QUIET)
    return picker, facts


def _describe(checkpoints: Checkpoints, name: str | None) -> list[str]:
    if name is None:
        return [text("page.no_checkpoint")]
    try:
        return [checkpoint_sentence(checkpoints.info(name))]
    except UserError as error:
        return [str(error)]
