"""The Temperature tab: one seed text, two to four temperatures, the same dice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.truncation import Truncation
from charlstm.texts import text
from charlstm.ui.components.contract import SeedTyped, Switch, Typed
from charlstm.ui.components.events import (
    IN_BROWSER,
    QUIET,
    TYPING,
    WRITING,
    handles,
    paced,
)
from charlstm.ui.components.limits import MAX_SHOWN_DICE
from charlstm.ui.components.notes import notes_view
from charlstm.ui.components.settings import Setting, Tab
from charlstm.ui.components.visitor import asker
from charlstm.ui.components.words import line_end_sentence, unknown_sentence
from charlstm.ui.link import LINK_TEXT_LIMIT
from charlstm.ui.temperature.blind.panel import build_blind_panel
from charlstm.ui.temperature.columns.columns import build_columns
from charlstm.ui.temperature.columns.example import empty_columns, opening_columns
from charlstm.ui.temperature.columns.question import (
    MOST_COLUMNS,
    Columns,
    WriteQuestion,
    answers,
    question,
)
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
class DiceRemarked(SeedTyped):
    """The controls that `remarks` are on."""

    lock: Switch
    dice: Typed


@dataclass(frozen=True)
class TemperatureTab(Tab):
    """What `charlstm.ui.app` needs of this tab.

    Attributes:
        columns: the component of the text columns.
        opens_with: its value when the page opens.
        linked: makes its value for a page that opens with some of a link's settings, by their link
            names: the example that it holds otherwise was written with the defaults.
        shape: link names of the settings that the texts of the columns depend on.
    """

    columns: gr.HTML
    opens_with: Columns
    linked: Callable[[Mapping[str, Any]], Columns]
    shape: frozenset[str]


def build_temperature_tab(checkpoints: Checkpoints, picker: gr.Dropdown) -> TemperatureTab:
    """Create the tab's components in the current context and wire its events."""
    inputs = build_inputs(checkpoints, picker)
    inputs.examples.input(js="() => charlstmWriting.tried()", **IN_BROWSER)
    notes = notes_view(remarks(checkpoints, picker.value, SEED_TEXT), elem_id="seed-notes")
    defaults = (SEED_TEXT, TEMPERATURES, LENGTH, DICE)
    opens_with = opening_columns(checkpoints, *defaults)
    columns = build_columns(checkpoints, opens_with)
    read = build_reading_panel(checkpoints, picker)
    effect_dice = build_effect_panel(checkpoints, picker, inputs.seed)
    round_number = build_blind_panel(checkpoints, picker)
    _wire_writing(checkpoints, picker, inputs, columns)

    @handles(DiceRemarked)
    def remarked(asked: DiceRemarked) -> list[str]:
        return remarks(checkpoints, asked.checkpoint, asked.seed, asked.lock, asked.dice)

    gr.on(
        [inputs.seed.change, picker.change, inputs.lock.change, inputs.dice.change],
        remarked,
        inputs=[picker, inputs.seed, inputs.lock, inputs.dice],
        outputs=notes,
        **QUIET,
        **TYPING,
    )
    settings: dict[str, Setting] = {
        **inputs.settings,
        "reading": read,
        "effect_dice": effect_dice,
        "round": round_number,
    }

    def linked(values: Mapping[str, Any]) -> Columns:
        given = {name: values.get(name, box.value) for name, box in inputs.settings.items()}
        temperatures = [float(given[f"t{i}"]) for i in range(1, int(given["columns"]) + 1)]
        cut = Truncation(given["top_k"], given["top_p"], given["min_p"])
        return empty_columns(
            given["seed"], tuple(temperatures), given["length"], round(given["dice"]), cut
        )

    return TemperatureTab(settings, columns, opens_with, linked, frozenset(inputs.settings))


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
            vocab = checkpoints.sampler(name).vocab
            sentences.append(unknown_sentence(vocab.unknown(seed_text)))
            sentences.append(line_end_sentence(vocab.read_as_newline(seed_text)))
    if len(seed_text) > LINK_TEXT_LIMIT:
        sentences.append(text("components.left_out", most=LINK_TEXT_LIMIT))
    if locked and dice is not None:
        sentences.append(text("temperature.locked", dice=f"{dice:g}"))
    return [sentence for sentence in sentences if sentence]


def _wire_writing(
    checkpoints: Checkpoints, picker: gr.Dropdown, inputs: Inputs, columns: gr.HTML
) -> None:
    """Wire the events that start, stop and repeat the writing of the columns.

    `writing.js` decides when to press Write and Stop.
    """

    @handles(WriteQuestion)
    def run(sent: WriteQuestion) -> Iterator[tuple[Columns, gr.Button]]:
        asked = question(checkpoints, sent)
        start = time.monotonic()
        sampler = checkpoints.sampler(asked.checkpoint).asked_by(asker(urgent=True))
        for texts in paced(answers(sampler, asked)):
            phase = "written" if len(texts[0]) == asked.length else "writing"
            stoppable = phase == "writing" and time.monotonic() - start > _STOPPABLE
            yield asked.shown(texts, phase), gr.Button(visible=stoppable or "hidden")

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
    for ends, how in ((writing.then, "ended"), (writing.failure, "failed")):
        hides = f"() => (charlstmWriting.{how}(), {{ __type__: 'update', visible: 'hidden' }})"
        ends(outputs=inputs.stop, js=hides, **IN_BROWSER)
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
