"""The controls of the tab Brackets: the seed text, the buttons and the folded numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.experiments.question import MAX_HORIZON, MAX_SAMPLES, ProbeQuestion
from charlstm.model.sampler import MAX_TEMPERATURE, Sampler
from charlstm.ui.components.asker import asker
from charlstm.ui.components.events import IN_BROWSER
from charlstm.ui.components.limits import MAX_SHOWN_DICE, check_seed_text
from charlstm.ui.components.seed_box import seed_box

SEED_TEXT = "He was born in London ( now part of England ( UK ) ) and died in 1912 ( aged 71 , "
TEMPERATURES = (0.2, 0.5, 1.0)
SAMPLES = 200
MIN_SAMPLES = 20  # fewer make an interval too wide to read anything from
HORIZON = 200
DICE = 7

# In the browser: the buttons say what they ask with.
TEMPERATURE_NAME = "((t) => (Number.isInteger(t) ? t.toFixed(1) : String(t)))"
_ASK_LABEL = f"(samples) => `Ask ${{(samples || {SAMPLES}).toLocaleString('en')}} times`"
_CONTINUE_LABEL = f"(...at) => `Continue at ${{at.map({TEMPERATURE_NAME}).join(' / ')}}`"


@dataclass(frozen=True)
class Bar:
    """The seed text and the buttons beside it."""

    seed: gr.Textbox
    ask: gr.Button
    go_on: gr.Button
    stop: gr.Button


@dataclass(frozen=True)
class Numbers:
    """The folded controls of a question: temperatures, samples, horizon and dice."""

    temperatures: list[gr.Slider]
    samples: gr.Number
    horizon: gr.Number
    dice: gr.Number
    roll: gr.Button


def build_bar() -> Bar:
    """The first row of the tab."""
    with gr.Row(elem_classes="bar"):
        seed = seed_box(SEED_TEXT, "bracket-seed")
        ask = gr.Button(f"Ask {SAMPLES:,} times", variant="primary", scale=0, elem_id="ask")
        go_on = gr.Button(
            f"Continue at {' / '.join(map(str, TEMPERATURES))}",
            size="md",
            scale=0,
            elem_id="continue",
            elem_classes="quiet",
        )
        stop = gr.Button("Stop", variant="stop", scale=0, visible=False, elem_id="stop-asking")
    return Bar(seed, ask, go_on, stop)


def build_numbers(bar: Bar) -> Numbers:
    """The folded controls; the labels of the bar's buttons repeat their values."""
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
            samples = _whole_number(
                SAMPLES, "Samples at each temperature, {} to {:,}", MIN_SAMPLES, MAX_SAMPLES
            )
            horizon = _whole_number(HORIZON, "Horizon in characters, {} to {:,}", 1, MAX_HORIZON)
            dice = _whole_number(DICE, "Dice", 0, MAX_SHOWN_DICE, 120, "bracket-dice")
            roll = gr.Button(
                "Roll and continue",
                size="md",
                scale=0,
                min_width=160,
                elem_id="bracket-roll",
                elem_classes="quiet",
            )
    samples.change(inputs=samples, outputs=bar.ask, js=_ASK_LABEL, **IN_BROWSER)
    gr.on(
        [slider.change for slider in temperatures],
        inputs=temperatures,
        outputs=bar.go_on,
        js=_CONTINUE_LABEL,
        **IN_BROWSER,
    )
    return Numbers(temperatures, samples, horizon, dice, roll)


def _whole_number(
    value: int, label: str, least: int, most: int, width: int = 240, elem_id: str | None = None
) -> gr.Number:
    """A box for a whole number; the label may name its range."""
    return gr.Number(
        value,
        label=label.format(least, most),
        precision=0,
        minimum=least,
        maximum=most,
        min_width=width,
        elem_id=elem_id,
    )


def checked(
    checkpoints: Checkpoints,
    name: str | None,
    seed_text: str,
    horizon: int | None,
    dice: int | None,
    temperatures: Sequence[float],
    samples: int | None = 1,
    *,
    urgent: bool = False,
) -> tuple[Sampler, ProbeQuestion]:
    """The model, and the question that the controls state.

    Raises:
        UserError: a value is missing or out of its range, or the seed text can't be probed.
    """
    check_seed_text(seed_text)
    sampler = model_of(checkpoints, name, urgent=urgent)
    horizon, dice = given(horizon, "horizon"), given(dice, "dice")
    question = ProbeQuestion(
        seed_text, tuple(temperatures), given(samples, "samples"), horizon, dice
    )
    return sampler, question


def model_of(checkpoints: Checkpoints, name: str | None, *, urgent: bool = False) -> Sampler:
    """The sampler of the chosen checkpoint; ``urgent`` as for `asker`.

    Raises:
        UserError: no checkpoint is chosen, or it can't be used.
    """
    if name is None:
        raise UserError("There is no checkpoint to ask.", "Train one in the Train tab.")
    return checkpoints.sampler(name).asked_by(asker(urgent=urgent))


def given(number: int | None, what: str) -> int:
    """The number in a box, which a person may have deleted.

    Raises:
        UserError: it is missing.
    """
    if number is None:
        raise UserError(*_MISSING[what])
    return number


_MISSING = {
    "dice": ("The dice are missing.", "Type a whole number, or press Roll."),
    "horizon": ("The horizon is missing.", "Type a number of characters."),
    "samples": ("The number of samples is missing.", "Type one."),
}
