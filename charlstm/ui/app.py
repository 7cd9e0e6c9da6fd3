"""The page: header, tabs, the event of its opening, and all wiring between tabs."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.runs.limits import Limits
from charlstm.runs.manager import Runs
from charlstm.runs.status import TRAINS
from charlstm.ui.api import add_api
from charlstm.ui.brackets.tab import build_bracket_tab
from charlstm.ui.components.component import drawn, source, styles
from charlstm.ui.components.contract import plain
from charlstm.ui.components.events import IN_BROWSER, QUEUE_SIZE, QUIET, THREADS, TYPING
from charlstm.ui.components.notes import notes_view
from charlstm.ui.components.settings import Setting
from charlstm.ui.components.words import checkpoint_sentence, run_sentence
from charlstm.ui.link import (
    LINK_TEXT_LIMIT,
    Choice,
    Kind,
    Number,
    Switch,
    Text,
    checkpoint_remark,
    read_link,
    space_script,
)
from charlstm.ui.notebook.tab import build_notebook_tab
from charlstm.ui.style.theme import colour_variables, playground_theme, temperature_scale
from charlstm.ui.temperature.tab import build_temperature_tab
from charlstm.ui.train.tab import build_train_tab

TITLE = "CharLSTM playground"
TABS = {
    "temperature": "Temperature",
    "brackets": "Brackets",
    "train": "Train",
    "notebook": "Notebook",
}
SCRIPTS = (
    "components/colours.js",
    "link.js",
    "components/saving.js",
    "components/copying.js",
    "components/questions.js",
    "components/owner.js",
    "brackets/roll.js",
    "temperature/writing.js",
)  # loaded in the head of the page: the scripts of components use them


def build_app(checkpoints: Checkpoints, runs: Runs) -> gr.Blocks:
    """The whole page, not yet launched; see `launch_options`."""
    with gr.Blocks(title=TITLE, analytics_enabled=False) as demo:
        picker, facts = _header(checkpoints, runs)
        link_notes = notes_view([], elem_id="link-notes")
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap") as tabs:
            with gr.Tab(TABS["temperature"], id="temperature") as temperature_page:
                temperature = build_temperature_tab(checkpoints, picker)
            with gr.Tab(TABS["brackets"], id="brackets") as brackets_page:
                brackets = build_bracket_tab(checkpoints, picker)
            with gr.Tab(TABS["train"], id="train") as train_page:
                train = build_train_tab(runs)
            with gr.Tab(TABS["notebook"], id="notebook") as notebook_page:
                notebook = build_notebook_tab()
        add_api(checkpoints)

        pages = dict(
            zip(TABS, (temperature_page, brackets_page, train_page, notebook_page), strict=True)
        )
        settings: dict[str, Setting] = {"checkpoint": picker}
        for tab in (temperature, brackets, train, notebook):
            settings |= tab.settings
        _keep_in_link(settings, pages)

        def opened(request: gr.Request) -> list[Any]:
            names = checkpoints.names()
            kinds = {name: _kind(component) for name, component in settings.items()}
            kinds |= {
                "checkpoint": Choice(tuple(names)),
                "tab": Choice(tuple(TABS)),
            }
            query = dict(request.query_params)
            values = read_link(query, kinds)
            linked = values.pop("checkpoint", None)
            chosen = next(iter(names), None) if linked is None else str(linked)
            has_settings = query.keys() & {"checkpoint", "weights", "go", *temperature.settings}
            return [
                gr.Tabs(selected=str(values["tab"])) if "tab" in values else gr.skip(),
                _describe(checkpoints, chosen),
                checkpoint_remark(checkpoints, query, chosen),
                plain(temperature.empty) if has_settings else gr.skip(),
                gr.Dropdown(choices=names, value=chosen),
                *(values.get(name, gr.skip()) for name in list(settings)[1:]),
            ]

        def news(name: str | None) -> tuple[gr.Dropdown, list[str]]:
            names = checkpoints.names()
            chosen = name if name in names else next(iter(names), None)
            return gr.Dropdown(choices=names, value=chosen), _describe(checkpoints, chosen)

        # The watched run has written a checkpoint: update the list and the figures beside it.
        train.news(news, picker, [picker, facts], queue=False, **QUIET)
        picker.input(outputs=link_notes, js="() => []", **IN_BROWSER)
        demo.load(
            opened,
            outputs=[tabs, facts, link_notes, temperature.columns, *settings.values()],
            queue=False,
            **QUIET,
        ).then(js="() => { charlstmWriting.opened(); charlstmLink.opened(); }", **IN_BROWSER)
    page: gr.Blocks = demo.queue(max_size=QUEUE_SIZE)
    return page


def launch_options() -> dict[str, Any]:
    """Keyword arguments for `gr.Blocks.launch`: theme, styles, scripts and limits of the page."""
    head = [temperature_scale(), space_script(), *map(source, SCRIPTS)]
    return {
        "theme": playground_theme(),
        "css": f"{colour_variables()}\n{styles()}",
        "head": "".join(f"<script>{script}</script>" for script in head),
        "footer_links": [],
        "run_history": False,
        "ssr_mode": False,
        "show_error": False,
        "max_threads": THREADS,
        "max_file_size": Limits.from_environment().text,
    }


def _header(checkpoints: Checkpoints, runs: Runs) -> tuple[gr.Dropdown, gr.HTML]:
    names = checkpoints.names()
    chosen = names[0] if names else None

    def training(_sent: None) -> str:  # Gradio always passes one argument
        running = [status for status in runs.catalog.list() if status.state in TRAINS]
        return run_sentence(running[0]) if running else ""

    with gr.Row(elem_id="masthead"):
        gr.HTML(
            html_template=f"<h1>{TITLE}</h1><p>one character at a time</p>",
            apply_default_css=False,
            elem_id="title",
        )
        picker = gr.Dropdown(
            names, value=chosen, label="Checkpoint", filterable=False, scale=0, elem_id="checkpoint"
        )
        facts = notes_view(_describe(checkpoints, chosen), elem_id="checkpoint-facts")
        drawn(__file__, "status", server_functions=[training], elem_id="run-status")
    picker.change(
        lambda name: _describe(checkpoints, name),
        picker,
        facts,
        **QUIET,
        **TYPING,
    )
    picker.focus(
        lambda: gr.Dropdown(choices=checkpoints.names()), None, picker, queue=False, **QUIET
    )
    return picker, facts


def _describe(checkpoints: Checkpoints, name: str | None) -> list[str]:
    if name is None:
        return ["None yet: train one in the Train tab."]
    try:
        return [checkpoint_sentence(checkpoints.info(name))]
    except UserError as error:
        return [str(error)]


def _kind(component: Setting) -> Kind:
    """The values that a link may have for a component: those that a person can set there."""
    if isinstance(component, (gr.Slider, gr.Number)):
        assert component.minimum is not None
        assert component.maximum is not None
        return Number(component.minimum, component.maximum, component.precision == 0)
    if isinstance(component, (gr.Dropdown, gr.Radio)):
        return Choice(tuple(str(value) for _, value in component.choices))
    if isinstance(component, gr.Checkbox):
        return Switch()
    return Text()


def _keep_in_link(settings: dict[str, Setting], pages: dict[str, gr.Tab]) -> None:
    """Wire the events that write settings into the address bar, in the browser alone."""
    components = list(settings.values())
    names = ", ".join(settings)
    defaults = json.dumps({name: component.value for name, component in settings.items()})
    save = (
        f"({names}) => {{ charlstmLink.settings({{ values: {{ {names} }}, defaults: {defaults}, "
        f"textLimit: {LINK_TEXT_LIMIT} }}); }}"
    )
    changes = [component.change for component in components]
    gr.on(changes, inputs=components, js=save, **IN_BROWSER)
    for name, page in pages.items():
        value = "null" if name == next(iter(TABS)) else f"'{name}'"
        page.select(js=f"() => charlstmLink.set({{ tab: {value} }})", **IN_BROWSER)
