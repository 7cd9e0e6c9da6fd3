"""Tab Brackets: does the model close what the seed text leaves open?

By hand: the seed text with its brackets marked as it is typed, and one continuation a temperature.
As an experiment: many samples, an interval and a control on the same dice (`charlstm.probe`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.brackets import Target, spaced
from charlstm.checkpoint import Checkpoints
from charlstm.errors import UserError
from charlstm.probe import MAX_HORIZON, MAX_SAMPLES, probing
from charlstm.sampler import MAX_TEMPERATURE, Sampler
from charlstm.ui.assets import asset
from charlstm.ui.bracket_data import answer_shown, continued, rows_shown, spacing_sentence
from charlstm.ui.errors import sentences
from charlstm.ui.limits import MAX_SHOWN_DICE, SAMPLING, TYPING, check_seed_text
from charlstm.ui.link import LINK_TEXT_LIMIT
from charlstm.ui.notes import notes_view
from charlstm.ui.render import unknown_sentence

SEED_TEXT = "He was born in London ( now part of England ( UK ) ) and died in 1912 ( aged 71 , "
TEMPERATURES = (0.2, 0.5, 1.0)
SAMPLES = 200
MIN_SAMPLES = 20  # fewer make an interval too wide to read anything from
HORIZON = 200
DICE = 7

_FRAME = 0.06  # seconds between two updates: about 16 a second

# In the browser: what is drawn waits for the model and Stop is there, from the click on. When it is
# over, a question that was answered is left as it is, one that was interrupted says so, and one
# that was never answered gives way to what stood there before.
_ASKED = """(value) => [
    { ...value, phase: "waiting", before: value.phase === "waiting" ? value.before : value.phase },
    { __type__: "update", visible: true },
]"""
_ENDED = """(own, other) => {
    const active = ({ phase }) => ["waiting", "asking", "writing"].includes(phase);
    const interrupted = own.phase === "waiting" ? own.before : "stopped";
    return [
        { ...own, phase: active(own) ? interrupted : own.phase },
        { __type__: "update", visible: active(other) },
    ];
}"""
# The dice reach the server only after this call, so the button is pressed a frame later.
_ROLLED = f"""() => {{
    requestAnimationFrame(() => document.querySelector("#continue").click());
    return Math.floor({MAX_SHOWN_DICE + 1} * Math.random());
}}"""


@dataclass(frozen=True)
class BracketTab:
    """What the rest of the page needs of this tab.

    Attributes:
        settings: link name -> component, for the address bar.
    """

    settings: dict[str, gr.components.Component]


def build_bracket_tab(checkpoints: Checkpoints, picker: gr.Dropdown) -> BracketTab:
    """Create the tab's components in the current context and wire its events."""
    with gr.Row(elem_classes="bar"):
        seed = gr.Textbox(
            SEED_TEXT,
            label="Seed text",
            lines=1,
            max_lines=6,
            scale=1,
            min_width=260,
            elem_id="bracket-seed",
            elem_classes="seed",
            html_attributes=gr.InputHTMLAttributes(
                autocomplete="off", autocorrect="off", autocapitalize="off", spellcheck=False
            ),
        )
        ask = gr.Button(_ask_label(SAMPLES), variant="primary", scale=0, elem_id="ask")
        go_on = gr.Button(
            _continue_label(TEMPERATURES),
            size="md",
            scale=0,
            elem_id="continue",
            elem_classes="quiet",
        )
        stop = gr.Button("Stop", variant="stop", scale=0, visible=False, elem_id="stop-asking")
    balance = _drawn("mountBalance", {"text": SEED_TEXT}, "bracket_balance.html", "bracket_view.js")
    with gr.Row(elem_classes="bar", elem_id="bracket-notes"):
        notes = notes_view([], elem_id="bracket-remarks")
        respell = gr.Button(
            "Add the spaces",
            size="md",
            scale=0,
            visible=False,
            elem_id="add-spaces",
            elem_classes="quiet",
        )
    with gr.Accordion("More", open=False, elem_classes="more"):
        with gr.Row():
            temperatures = [
                gr.Slider(
                    0,
                    MAX_TEMPERATURE,
                    temperature,
                    step=0.05,
                    label=f"{place} temperature",
                    min_width=240,
                )
                for temperature, place in zip(
                    TEMPERATURES, ("First", "Second", "Third"), strict=True
                )
            ]
        with gr.Row(elem_id="bracket-numbers"):
            samples = gr.Number(
                SAMPLES,
                label=f"Samples at each temperature, {MIN_SAMPLES} to {MAX_SAMPLES:,}",
                min_width=240,
                precision=0,
                minimum=MIN_SAMPLES,
                maximum=MAX_SAMPLES,
            )
            horizon = gr.Number(
                HORIZON,
                label=f"Horizon in characters, 1 to {MAX_HORIZON:,}",
                min_width=240,
                precision=0,
                minimum=1,
                maximum=MAX_HORIZON,
            )
            dice = gr.Number(
                DICE,
                label="Dice",
                min_width=120,
                precision=0,
                minimum=0,
                maximum=MAX_SHOWN_DICE,
                elem_id="bracket-dice",
            )
            roll = gr.Button(
                "Roll and continue",
                size="md",
                scale=0,
                min_width=160,
                elem_id="bracket-roll",
                elem_classes="quiet",
            )
    rows = _drawn("mountRows", {"phase": "idle"}, "bracket_rows.html", "bracket_view.js")
    answer = _drawn(
        "mountProbe", {"phase": "idle"}, "probe_chart.html", "bracket_view.js", "probe_chart.js"
    )

    def checked(
        name: str | None, seed_text: str, horizon: int | None, dice: int | None
    ) -> tuple[Sampler, Target, int, int]:
        """What both questions need, or a sentence."""
        check_seed_text(seed_text)
        target = Target(seed_text)
        if name is None:
            raise UserError("There is no checkpoint to ask.", "Train one in the Train tab.")
        if dice is None:
            raise UserError("The dice are missing.", "Type a whole number, or press Roll.")
        if horizon is None:
            raise UserError("The horizon is missing.", "Type a number of characters.")
        return checkpoints.sampler(name), target, horizon, dice

    @sentences
    def run_continue(
        name: str | None, seed_text: str, horizon: int | None, dice: int | None, *at: float
    ) -> Iterator[dict[str, Any]]:
        sampler, target, horizon, dice = checked(name, seed_text, horizon, dice)
        shown = 0.0
        for texts, fates in continued(sampler, seed_text, target, at, horizon, dice):
            if None not in fates or time.monotonic() - shown >= _FRAME:
                yield rows_shown(seed_text, target, dice, at, texts, fates)
                shown = time.monotonic()

    @sentences
    def run_ask(
        name: str | None,
        seed_text: str,
        horizon: int | None,
        dice: int | None,
        samples: int | None,
        *at: float,
    ) -> Iterator[dict[str, Any]]:
        sampler, target, horizon, dice = checked(name, seed_text, horizon, dice)
        if samples is None:
            raise UserError("The number of samples is missing.", "Type one.")
        started = time.monotonic()
        for progress in probing(sampler, seed_text, at, samples, horizon, dice):
            seconds = time.monotonic() - started
            yield answer_shown(progress, seed_text, target, at, samples, horizon, dice, seconds)

    def remark(name: str | None, seed_text: str) -> tuple[list[str], gr.Button]:
        remarks: list[str | None] = []
        respelled = None
        if name is not None:
            with suppress(UserError):  # a damaged checkpoint is said when it is asked to write
                respelled = spacing_sentence(checkpoints.info(name).measured_on, seed_text)
                unknown = checkpoints.sampler(name).vocab.unknown(seed_text)
                remarks += [respelled, unknown_sentence(unknown)]
        if len(seed_text) > LINK_TEXT_LIMIT:
            remarks.append(
                f"A seed text past {LINK_TEXT_LIMIT:,} characters is left out of the link."
            )
        return [line for line in remarks if line], gr.Button(visible=respelled is not None)

    quiet: dict[str, Any] = {
        "show_progress": "hidden", "api_visibility": "private", **TYPING,
    }  # fmt: skip
    in_browser: dict[str, Any] = {"fn": None, "api_visibility": "private"}

    def run(
        triggers: list[Any], handler: Any, own: gr.HTML, other: gr.HTML, *more: gr.Number
    ) -> gr.events.Dependency:
        """Wire one of the two questions; `other` is where the other one is drawn."""
        gr.on(triggers, inputs=own, outputs=[own, stop], js=_ASKED, **in_browser)
        event = gr.on(
            triggers,
            handler,
            inputs=[picker, seed, horizon, dice, *more, *temperatures],
            outputs=own,
            trigger_mode="always_last",
            show_progress="hidden",
            api_visibility="private",
            **SAMPLING,
        )
        # After an answer Gradio sends the one, after an error the other, after Stop both.
        for ended in (event.then, event.failure):
            ended(inputs=[own, other], outputs=[own, stop], js=_ENDED, **in_browser)
        return event

    asking = run([ask.click, seed.submit], run_ask, answer, rows, samples)
    continuing = run([go_on.click], run_continue, rows, answer)
    stop.click(cancels=[asking, continuing], **in_browser)
    roll.click(outputs=dice, js=_ROLLED, **in_browser)
    seed.change(inputs=seed, outputs=balance, js="(text) => ({ text })", **in_browser)
    gr.on(
        [seed.change, picker.change],
        remark,
        inputs=[picker, seed],
        outputs=[notes, respell],
        **quiet,
    )
    respell.click(spaced, inputs=seed, outputs=seed, **quiet)
    samples.change(_ask_label, inputs=samples, outputs=ask, **quiet)
    gr.on(
        [slider.change for slider in temperatures],
        lambda *at: _continue_label(at),
        inputs=temperatures,
        outputs=go_on,
        **quiet,
    )
    settings = {
        "bracket_seed": seed,
        "bracket_dice": dice,
        "bracket_t1": temperatures[0],
        "bracket_t2": temperatures[1],
        "bracket_t3": temperatures[2],
        "samples": samples,
        "horizon": horizon,
    }
    return BracketTab(settings)


def _drawn(mount: str, value: dict[str, Any], template: str, *scripts: str) -> gr.HTML:
    """A component that a script in the browser draws from JSON.

    Args:
        mount: the function of the scripts that does it.
    """
    return gr.HTML(
        value,
        html_template=asset(template),
        js_on_load="\n".join([*map(asset, scripts), f"{mount}(element, props, watch);"]),
        apply_default_css=False,
    )


def _ask_label(samples: int | None) -> str:
    return f"Ask {samples or SAMPLES:,} times"


def _continue_label(temperatures: Sequence[float]) -> str:
    return f"Continue at {' / '.join(str(float(t)) for t in temperatures)}"
