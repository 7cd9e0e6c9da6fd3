"""The Temperature tab: one seed text, two to four temperatures, the same dice."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.ui.components.asker import asker
from charlstm.ui.components.contract import plain
from charlstm.ui.components.events import (
    IN_BROWSER,
    QUIET,
    TYPING,
    WRITING,
    paced,
    sentences,
)
from charlstm.ui.components.limits import MAX_SHOWN_DICE
from charlstm.ui.components.notes import notes_view
from charlstm.ui.components.settings import Setting, Tab
from charlstm.ui.components.words import unknown_sentence
from charlstm.ui.link import LINK_TEXT_LIMIT
from charlstm.ui.temperature.blind.panel import build_blind_panel
from charlstm.ui.temperature.columns.columns import build_columns
from charlstm.ui.temperature.columns.example import empty_columns, opening_columns
from charlstm.ui.temperature.columns.question import MOST_COLUMNS, Columns, answers, question
from charlstm.ui.temperature.effect.panel import build_effect_panel
from charlstm.ui.temperature.inputs import (
    DICE,
    LENGTH,
    SEED_TEXT,
    TEMPERATURES,
    Inputs,
    build_inputs,
)
from charlstm.ui.temperature.reading.panel import build_reading_panel

_STOPPABLE = 0.3  # seconds until Stop appears: in shorter answers it would only flash


@dataclass(frozen=True)
class TemperatureTab(Tab):
    """What `charlstm.ui.app` needs of this tab.

    Attributes:
        columns: the component of the text columns.
        empty: its value for a page that opens with a link's settings: the example that it holds
            otherwise was written with the defaults.
    """

    columns: gr.HTML
    empty: Columns


def build_temperature_tab(checkpoints: Checkpoints, picker: gr.Dropdown) -> TemperatureTab:
    """Create the tab's components in the current context and wire its events."""
    inputs = build_inputs()
    notes = notes_view(remarks(checkpoints, picker.value, SEED_TEXT), elem_id="seed-notes")
    defaults = (SEED_TEXT, TEMPERATURES, LENGTH, DICE)
    columns = build_columns(checkpoints, opening_columns(checkpoints, *defaults))
    build_reading_panel(checkpoints, picker)
    build_effect_panel(checkpoints, picker, inputs.seed)
    build_blind_panel(checkpoints, picker)
    _wire_writing(checkpoints, picker, inputs, columns)
    gr.on(
        [inputs.seed.change, picker.change, inputs.lock.change, inputs.dice.change],
        lambda *now: remarks(checkpoints, *now),
        inputs=[picker, inputs.seed, inputs.lock, inputs.dice],
        outputs=notes,
        **QUIET,
        **TYPING,
    )
    return TemperatureTab(inputs.settings, columns, empty_columns(*defaults))


def remarks(
    checkpoints: Checkpoints,
    name: str | None,
    seed_text: str,
    locked: bool = False,
    dice: float | None = None,
) -> list[str]:
    """Sentences about the controls' values, displayed before Write is pressed.

    Args:
        name: the checkpoint's; None if there is none.
        locked: whether the dice are locked.
    """
    sentences: list[str | None] = []
    if name is not None:
        with suppress(UserError):  # Write reports a damaged checkpoint
            sentences.append(unknown_sentence(checkpoints.sampler(name).vocab.unknown(seed_text)))
    if len(seed_text) > LINK_TEXT_LIMIT:
        sentences.append(
            f"A seed text of more than {LINK_TEXT_LIMIT:,} characters is left out of the link."
        )
    if locked and dice is not None:
        sentences.append(
            f"The dice are locked at {dice:g}: nothing on this page moves them until you unlock "
            "them. A link carries dice and lock, so everyone in a class who opens it has both."
        )
    return [sentence for sentence in sentences if sentence]


def _wire_writing(
    checkpoints: Checkpoints, picker: gr.Dropdown, inputs: Inputs, columns: gr.HTML
) -> None:
    """Wire the events that start, stop and repeat the writing of the columns.

    `writing.js` decides when to press Write and Stop.
    """

    @sentences
    def run(
        name: str | None,
        seed_text: str,
        dice: Any,
        count: str | None,
        length: Any,
        top_k: Any,
        top_p: Any,
        min_p: Any,
        *temperatures: Any,
    ) -> Iterator[tuple[dict[str, Any], gr.Button]]:
        cut, at = (top_k, top_p, min_p), temperatures[: int(count or 0)]
        asked = question(checkpoints, name, seed_text, dice, length, cut, at)
        start = time.monotonic()
        sampler = checkpoints.sampler(asked.checkpoint).asked_by(asker(urgent=True))
        for texts in paced(answers(sampler, asked)):
            phase = "written" if len(texts[0]) == asked.length else "writing"
            stoppable = phase == "writing" and time.monotonic() - start > _STOPPABLE
            yield plain(asked.shown(texts, phase)), gr.Button(visible=stoppable or "hidden")

    controls = {"checkpoint": picker, **inputs.settings}
    named = ("checkpoint", "columns", "length", "top_k", "top_p", "min_p")
    shape = {name: controls[name] for name in named}
    asked_with = {name: controls[name] for name in ("checkpoint", "seed", "dice", *named[1:])}
    asking = [inputs.write.click, inputs.seed.submit, inputs.dice.submit]
    # With trigger_mode="once" Gradio ignores a question while the last one is answered: this stops
    # the answer, and asks again when it has ended.
    gr.on(asking, js="() => charlstmWriting.asked()", **IN_BROWSER)
    writing = gr.on(
        asking,
        run,
        inputs=[*asked_with.values(), *inputs.temperatures],
        outputs=[columns, inputs.stop],
        trigger_mode="once",
        js=f"""({", ".join(asked_with)}, ...temperatures) => {{
            charlstmWriting.started({{ {", ".join(asked_with)}, temperatures }});
            return [{", ".join(asked_with)}, ...temperatures];
        }}""",
        **QUIET,
        **WRITING,
    )
    # Gradio calls this after an answer, after an error and after Stop.
    writing.then(
        outputs=inputs.stop,
        js="() => (charlstmWriting.ended(), { __type__: 'update', visible: 'hidden' })",
        **IN_BROWSER,
    )
    inputs.stop.click(cancels=writing, **IN_BROWSER)
    inputs.roll.click(
        inputs=[inputs.dice, inputs.lock],
        outputs=inputs.dice,
        js=f"(dice, locked) => charlstmWriting.roll({MAX_SHOWN_DICE + 1}, dice, locked)",
        **IN_BROWSER,
    )
    inputs.lock.change(
        inputs=inputs.lock,
        outputs=[inputs.dice, inputs.roll],
        js="(locked) => Array(2).fill({ __type__: 'update', interactive: !locked })",
        **IN_BROWSER,
    )
    fourth = inputs.temperatures[MOST_COLUMNS - 1]
    preset = json.dumps([str(len(TEMPERATURES)), *TEMPERATURES])
    inputs.preset.click(
        inputs=fourth,
        outputs=[inputs.columns, *inputs.temperatures],
        js=f"(fourth) => [...{preset}, fourth]",
        **IN_BROWSER,
    )
    columns.input(
        inputs=inputs.temperatures,
        outputs=inputs.temperatures,
        js="(...temperatures) => charlstmWriting.turned(temperatures)",
        **IN_BROWSER,
    )
    turned: list[Setting] = [picker, inputs.columns, *inputs.temperatures]
    gr.on(
        [
            *(control.change for control in turned),
            *(control.release for control in (inputs.length, *inputs.cut)),
        ],
        inputs=[columns, *shape.values(), *inputs.temperatures],
        outputs=columns,
        js=f"""(shown, {", ".join(shape)}, ...temperatures) =>
            charlstmWriting.touched(shown, {{ {", ".join(shape)}, temperatures }})""",
        **IN_BROWSER,
    )
