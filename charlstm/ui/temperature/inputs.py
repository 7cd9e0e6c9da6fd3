"""The controls of the Temperature tab: seed text, dice, and settings that are rarely changed."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.model.limits import MAX_LENGTH, MAX_TEMPERATURE
from charlstm.texts import text
from charlstm.ui.components.examples import build_examples
from charlstm.ui.components.glossary import explained
from charlstm.ui.components.limits import MAX_SHOWN_DICE
from charlstm.ui.components.seed_box import seed_box
from charlstm.ui.components.settings import Setting
from charlstm.ui.temperature.columns.question import MOST_COLUMNS

SEED_TEXT = "The meaning of life is "
TEMPERATURES = (0.2, 0.5, 1.0)
"""The notebook's temperatures: the page's defaults, which the preset button sets again."""
LENGTH = 400
DICE = 7

_FOURTH = 1.5  # initial temperature of the fourth column
_MOST_K = 200  # about as many characters as a vocabulary has that are ever drawn


@dataclass(frozen=True)
class Inputs:
    """The controls.

    Attributes:
        examples: seed texts that suit the checkpoint; its event ``input`` tells of a press.
        columns: the number of columns, as text.
        cut: top-k, top-p and min-p.
        temperatures: one for each possible column, always hidden: a column's card sets its value.
    """

    seed: gr.Textbox
    examples: gr.HTML
    write: gr.Button
    stop: gr.Button
    dice: gr.Number
    lock: gr.Checkbox
    roll: gr.Button
    preset: gr.Button
    columns: gr.Radio
    length: gr.Slider
    cut: tuple[gr.Slider, gr.Slider, gr.Slider]
    temperatures: list[gr.Number]

    @property
    def settings(self) -> dict[str, Setting]:
        """Link name -> component."""
        temperatures = {f"t{i}": control for i, control in enumerate(self.temperatures, 1)}
        names = ("top_k", "top_p", "min_p")
        return {
            "seed": self.seed,
            "dice": self.dice,
            "lock": self.lock,
            "columns": self.columns,
            **temperatures,
            "length": self.length,
            **dict(zip(names, self.cut, strict=True)),
        }


def build_inputs(checkpoints: Checkpoints, picker: gr.Dropdown) -> Inputs:
    """Create the controls in the current Gradio context: a row, seed texts, and an accordion with
    the rest."""
    with gr.Row(elem_classes="bar"):
        seed = seed_box(SEED_TEXT, "seed-text")
        write = gr.Button(text("temperature.write"), variant="primary", scale=0, elem_id="write")
        # "hidden" keeps it in the DOM: `writing.js` clicks it before it starts a new question.
        stop = gr.Button(
            text("components.stop"),
            variant="stop",
            scale=0,
            visible="hidden",
            elem_id="stop-writing",
        )
        dice = gr.Number(
            DICE,
            label=text("temperature.dice"),
            minimum=0,
            maximum=MAX_SHOWN_DICE,
            scale=0,
            min_width=112,
            elem_id="dice",
            elem_classes=explained("dice"),
        )
        lock = gr.Checkbox(
            False,
            label=text("temperature.lock"),
            container=False,
            scale=0,
            min_width=60,
            elem_id="lock-dice",
        )
        roll = gr.Button(
            text("temperature.roll"), size="md", scale=0, elem_id="roll", elem_classes="quiet"
        )
        preset = gr.Button(
            " / ".join(map(str, TEMPERATURES)),
            size="md",
            scale=0,
            elem_id="preset",
            elem_classes="quiet",
        )
    examples = build_examples(checkpoints, picker, seed)
    return Inputs(seed, examples, write, stop, dice, lock, roll, preset, *_folded())


def _folded() -> tuple[
    gr.Radio, gr.Slider, tuple[gr.Slider, gr.Slider, gr.Slider], list[gr.Number]
]:
    with gr.Accordion(text("components.more"), open=False, elem_classes="more"):
        with gr.Row():
            columns = gr.Radio(
                [str(n) for n in range(2, MOST_COLUMNS + 1)],
                value=str(len(TEMPERATURES)),
                label=text("temperature.column_count"),
                min_width=200,
                elem_id="column-count",
            )
            length = gr.Slider(
                1,
                MAX_LENGTH,
                LENGTH,
                step=1,
                precision=0,
                label=text("temperature.length"),
                min_width=260,
                buttons=[],
            )
        with gr.Row():
            cut = (
                gr.Slider(
                    0,
                    _MOST_K,
                    0,
                    step=1,
                    precision=0,
                    label=text("temperature.top_k"),
                    min_width=260,
                    buttons=[],
                    elem_classes=explained("top-k"),
                ),
                gr.Slider(
                    0.01,
                    1,
                    1,
                    step=0.01,
                    label=text("temperature.top_p"),
                    min_width=260,
                    buttons=[],
                    elem_classes=explained("top-p"),
                ),
                gr.Slider(
                    0,
                    1,
                    0,
                    step=0.01,
                    label=text("temperature.min_p"),
                    min_width=260,
                    buttons=[],
                    elem_classes=explained("min-p"),
                ),
            )
    temperatures = [
        gr.Number(
            value,
            label=text("temperature.temperature", number=number),
            minimum=0,
            maximum=MAX_TEMPERATURE,
            visible="hidden",
        )
        for number, value in enumerate((*TEMPERATURES, _FOURTH), 1)
    ]
    return columns, length, cut, temperatures
