"""The controls of the tab Brackets: the seed text, the buttons and the folded numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import gradio as gr
from pydantic import Field

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import user_error
from charlstm.experiments.question import MAX_HORIZON, MAX_SAMPLES, ProbeQuestion
from charlstm.model.limits import MAX_TEMPERATURE, check_temperature
from charlstm.model.sampler import Sampler
from charlstm.texts import text
from charlstm.ui.components.contract import SeedTyped, Switch, Typed
from charlstm.ui.components.events import IN_BROWSER
from charlstm.ui.components.glossary import explained
from charlstm.ui.components.limits import MAX_SHOWN_DICE, check_seed_text, whole_number
from charlstm.ui.components.seed_box import seed_box
from charlstm.ui.components.visitor import asker

SEED_TEXT = "He was born in London ( now part of England ( UK ) ) and died in 1912 ( aged 71 "
TEMPERATURES = (0.2, 0.5, 1.0)
SAMPLES = 200
MIN_SAMPLES = 20  # fewer make an interval too wide to read anything from
HORIZON = 200
DICE = 7

# In the browser: the buttons say what they ask with.
TEMPERATURE_NAME = "((t) => (Number.isInteger(t) ? t.toFixed(1) : String(t)))"
_ASK_LABEL = f"(samples) => phrase('brackets.test', {{ n: samples || {SAMPLES} }})"
_CONTINUE_LABEL = (
    f"(...at) => phrase('brackets.continue', {{ at: at.map({TEMPERATURE_NAME}).join(' / ') }})"
)


@dataclass(frozen=True)
class Bar:
    """The seed text and the buttons beside it."""

    seed: gr.Textbox
    ask: gr.Button
    go_on: gr.Button
    stop: gr.Button


@dataclass(frozen=True)
class Numbers:
    """The folded controls of a question: temperatures, samples, horizon, dice, and whether samples
    go on after a newline."""

    temperatures: list[gr.Slider]
    samples: gr.Number
    horizon: gr.Number
    dice: gr.Number
    across_lines: gr.Checkbox
    roll: gr.Button


def build_bar() -> Bar:
    """The first row of the tab."""
    with gr.Row(elem_classes="bar"):
        seed = seed_box(SEED_TEXT, "bracket-seed")
        ask = gr.Button(text("brackets.test", n=SAMPLES), variant="primary", scale=0, elem_id="ask")
        go_on = gr.Button(
            text("brackets.continue", at=" / ".join(map(str, TEMPERATURES))),
            size="md",
            scale=0,
            elem_id="continue",
            elem_classes="quiet",
        )
        stop = gr.Button(
            text("brackets.stop"), variant="stop", scale=0, visible=False, elem_id="stop-asking"
        )
    return Bar(seed, ask, go_on, stop)


def build_numbers(bar: Bar) -> Numbers:
    """The folded controls; the labels of the bar's buttons repeat their values."""
    with gr.Accordion(text("brackets.more"), open=False, elem_classes="more"):
        with gr.Row():
            temperatures = [
                gr.Slider(
                    0,
                    MAX_TEMPERATURE,
                    temperature,
                    step=0.05,
                    label=text(f"brackets.temperatures.{place}"),
                    min_width=240,
                )
                for place, temperature in enumerate(TEMPERATURES)
            ]
        with gr.Row(elem_id="bracket-numbers"):
            samples = _whole_number(SAMPLES, "samples", MIN_SAMPLES, MAX_SAMPLES)
            horizon = _whole_number(HORIZON, "most", 1, MAX_HORIZON, term="at-most")
            dice = _whole_number(DICE, "dice", 0, MAX_SHOWN_DICE, 120, "bracket-dice", term="dice")
            roll = gr.Button(
                text("brackets.roll"),
                size="md",
                scale=0,
                min_width=160,
                elem_id="bracket-roll",
                elem_classes="quiet",
            )
        across_lines = gr.Checkbox(
            False,
            label=text("brackets.lines_label"),
            container=False,
            elem_id="across-lines",
        )
    samples.change(inputs=samples, outputs=bar.ask, js=_ASK_LABEL, **IN_BROWSER)
    gr.on(
        [slider.change for slider in temperatures],
        inputs=temperatures,
        outputs=bar.go_on,
        js=_CONTINUE_LABEL,
        **IN_BROWSER,
    )
    return Numbers(temperatures, samples, horizon, dice, across_lines, roll)


def _whole_number(
    value: int,
    label: str,
    least: int,
    most: int,
    width: int = 240,
    elem_id: str | None = None,
    term: str | None = None,
) -> gr.Number:
    """A box for a whole number; its label's text may name the range, and the glossary may explain
    it."""
    return gr.Number(
        value,
        label=text(f"brackets.numbers.{label}", least=least, most=most),
        precision=0,
        minimum=least,
        maximum=most,
        min_width=width,
        elem_id=elem_id,
        elem_classes=explained(term) if term else None,
    )


@dataclass(frozen=True)
class BracketQuestion(SeedTyped):
    """The controls that each question on one seed text is asked with."""

    horizon: Typed
    dice: Typed
    across_lines: Switch


Temperatures = Annotated[
    list[Typed], Field(min_length=len(TEMPERATURES), max_length=len(TEMPERATURES))
]
"""The values of all sliders for temperatures."""


def checked(
    checkpoints: Checkpoints,
    asked: BracketQuestion,
    temperatures: Sequence[float | None],
    samples: int = 1,
    *,
    urgent: bool = False,
) -> tuple[Sampler, ProbeQuestion]:
    """The model, and the question that the controls state.

    Raises:
        UserError: a value is missing or out of its range, or the seed text can't be probed.
    """
    check_seed_text(asked.seed)
    sampler = model_of(checkpoints, asked.checkpoint, urgent=urgent)
    horizon, dice = given(asked.horizon, "horizon"), given(asked.dice, "dice")
    at = temperatures_of(temperatures)
    return sampler, ProbeQuestion(asked.seed, at, samples, horizon, dice, asked.across_lines)


def model_of(checkpoints: Checkpoints, name: str | None, *, urgent: bool = False) -> Sampler:
    """The sampler of the chosen checkpoint; ``urgent`` as for `asker`.

    Raises:
        UserError: no checkpoint is chosen, or it can't be used.
    """
    if name is None:
        raise user_error("brackets.no_checkpoint")
    return checkpoints.sampler(name).asked_by(asker(urgent=urgent))


def given(number: float | None, what: str) -> int:
    """The whole number in a box, which a person may have deleted.

    Args:
        what: "dice", "horizon" or "samples".

    Raises:
        UserError: it is missing or out of its range.
    """
    least, most = _BOXES[what]
    if number is None:
        raise user_error(f"brackets.missing.{what}")
    return whole_number(number, what, least, most)


def temperatures_of(sliders: Sequence[float | None]) -> tuple[float, ...]:
    """The values of sliders, whose boxes a person may have emptied.

    Raises:
        UserError: one is missing or out of its range.
    """
    present = tuple(at for at in sliders if at is not None)
    if len(present) < len(sliders):
        raise user_error("brackets.no_temperature")
    for at in present:
        check_temperature(at)
    return present


_BOXES = {
    "dice": (0, MAX_SHOWN_DICE),
    "horizon": (1, MAX_HORIZON),
    "samples": (MIN_SAMPLES, MAX_SAMPLES),
}
"""Name of a box -> its range."""
