"""Tab Temperature: one seed text, three temperatures, the same dice."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoint import Checkpoints
from charlstm.errors import UserError
from charlstm.sampler import MAX_LENGTH, MAX_TEMPERATURE, Sampler
from charlstm.ui.assets import asset
from charlstm.ui.errors import sentences
from charlstm.ui.limits import MAX_SHOWN_DICE, SAMPLING, TYPING, check_seed_text
from charlstm.ui.link import LINK_TEXT_LIMIT
from charlstm.ui.notes import notes_view
from charlstm.ui.render import text_columns, unknown_sentence

SEED_TEXT = "The meaning of life is "
TEMPERATURES = (0.2, 0.5, 1.0)
LENGTH = 400
DICE = 7

_BLOCK = 5  # characters between two looks at the clock and at Stop
_FRAME = 0.06  # seconds between two updates: about 16 a second
_STOPPABLE = 0.3  # seconds after which Stop appears: a shorter writing would only make it flash


@dataclass(frozen=True)
class TemperatureTab:
    """What the rest of the page needs of this tab.

    Attributes:
        settings: link name -> component, for the address bar.
    """

    settings: dict[str, gr.components.Component]


def build_temperature_tab(checkpoints: Checkpoints, picker: gr.Dropdown) -> TemperatureTab:
    """Create the tab's components in the current context and wire its events."""

    def remark(name: str | None, seed_text: str) -> list[str]:
        remarks = []
        if name is not None:
            with suppress(UserError):  # a damaged checkpoint is said when it is asked to write
                remarks.append(unknown_sentence(checkpoints.sampler(name).vocab.unknown(seed_text)))
        if len(seed_text) > LINK_TEXT_LIMIT:
            remarks.append(
                f"A seed text past {LINK_TEXT_LIMIT:,} characters is left out of the link."
            )
        return [sentence for sentence in remarks if sentence]

    with gr.Row(elem_classes="bar"):
        seed = gr.Textbox(
            SEED_TEXT,
            label="Seed text",
            lines=1,
            max_lines=6,
            scale=1,
            min_width=260,
            elem_id="seed-text",
            elem_classes="seed",
            html_attributes=gr.InputHTMLAttributes(
                autocomplete="off", autocorrect="off", autocapitalize="off", spellcheck=False
            ),
        )
        write = gr.Button("Write", variant="primary", scale=0, elem_id="write")
        stop = gr.Button("Stop", variant="stop", scale=0, visible=False, elem_id="stop-writing")
        dice = gr.Number(
            DICE,
            label="dice",
            precision=0,
            minimum=0,
            maximum=MAX_SHOWN_DICE,
            scale=0,
            min_width=112,
            elem_id="dice",
        )
        roll = gr.Button("Roll", size="md", scale=0, elem_id="roll", elem_classes="quiet")
    notes = notes_view(remark(picker.value, SEED_TEXT), elem_id="seed-notes")
    with gr.Accordion("More", open=False, elem_classes="more"), gr.Row():
        temperatures = [
            gr.Slider(
                0, MAX_TEMPERATURE, temperature, step=0.05, label=f"{place} temperature", buttons=[]
            )
            for temperature, place in zip(TEMPERATURES, ("First", "Second", "Third"), strict=True)
        ]
        length = gr.Slider(
            1, MAX_LENGTH, LENGTH, step=1, precision=0, label="Length in characters", buttons=[]
        )
    columns = gr.HTML(
        text_columns(SEED_TEXT, TEMPERATURES, [""] * len(TEMPERATURES), LENGTH, "ready"),
        html_template=(
            '<div class="text-columns"></div>'
            '<div class="text-columns-said unseen" role="status"></div>'
        ),
        js_on_load=asset("text_columns.js"),
        apply_default_css=False,
        elem_id="columns",
    )
    settings = {
        "seed": seed,
        "dice": dice,
        "t1": temperatures[0],
        "t2": temperatures[1],
        "t3": temperatures[2],
        "length": length,
    }

    @sentences
    def run(
        name: str | None, seed_text: str, dice: int | None, *shape: float
    ) -> Iterator[tuple[dict[str, Any], gr.Button]]:
        length, *at = shape
        check_seed_text(seed_text)
        if name is None:
            raise UserError("There is no checkpoint to write with.", "Train one in the Train tab.")
        if dice is None:
            raise UserError("The dice are missing.", "Type a whole number, or press Roll.")
        start = time.monotonic()
        for texts in _frames(checkpoints.sampler(name), seed_text, at, length, dice):
            phase = "written" if len(texts[0]) == length else "writing"
            stoppable = phase == "writing" and time.monotonic() - start > _STOPPABLE
            yield text_columns(seed_text, at, texts, length, phase), gr.Button(visible=stoppable)

    quiet = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    in_browser = {"fn": None, "api_visibility": "private"}
    shape = [length, *temperatures]
    writing = gr.on(
        [write.click, seed.submit],
        run,
        inputs=[picker, seed, dice, *shape],
        outputs=[columns, stop],
        trigger_mode="always_last",
        js="(...inputs) => { charlstmWriting.started(inputs); return inputs; }",
        show_progress="hidden",
        api_visibility="private",
        **SAMPLING,
    )
    # Gradio sends this after a cancelled run too, so it clears up after Stop as well.
    writing.failure(
        lambda: gr.Button(visible=False),
        outputs=stop,
        js="() => document.querySelector('.text-columns').dispatchEvent(new Event('stop'))",
        **quiet,
    )
    writing.then(js="() => charlstmWriting.ended()", **in_browser)
    stop.click(cancels=writing, **in_browser)
    roll.click(
        js=f"() => charlstmWriting.roll({MAX_SHOWN_DICE + 1})",
        outputs=dice,
        cancels=writing,
        **in_browser,
    )
    gr.on(
        [picker.change, *(control.release for control in shape)],
        inputs=[picker, *shape],
        js="(...now) => charlstmWriting.touched(now)",
        **in_browser,
    )
    gr.on(
        [seed.change, picker.change],
        remark,
        inputs=[picker, seed],
        outputs=notes,
        show_progress="hidden",
        api_visibility="private",
        **TYPING,
    )
    return TemperatureTab(settings)


def _frames(
    sampler: Sampler, seed_text: str, temperatures: Sequence[float], length: int, dice: int
) -> Iterator[list[str]]:
    """What each column holds so far: at most one answer a `_FRAME`, and the whole at the end."""
    texts = [""] * len(temperatures)
    shown = 0.0
    for block in sampler.stream(seed_text, temperatures, length, dice, every=_BLOCK):
        for column in range(len(texts)):
            texts[column] += sampler.vocab.decode(block[:, column, 0].tolist())
        if len(texts[0]) == length or time.monotonic() - shown >= _FRAME:
            yield texts.copy()
            shown = time.monotonic()
