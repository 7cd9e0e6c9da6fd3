"""The balance view of the Brackets tab: the seed text with its brackets, chances, and remarks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.text.brackets import spaced
from charlstm.ui.brackets.balance.remarks import spacing_sentence, watched_sentences
from charlstm.ui.brackets.balance.strip import strip_functions
from charlstm.ui.brackets.inputs import SEED_TEXT, TEMPERATURES
from charlstm.ui.components.component import drawn
from charlstm.ui.components.events import IN_BROWSER, QUIET, TYPING
from charlstm.ui.components.notes import notes_view
from charlstm.ui.components.words import unknown_sentence
from charlstm.ui.link import LINK_TEXT_LIMIT


@dataclass(frozen=True)
class Balance:
    """What `balance.js` draws; `follow` makes a new one in the browser when a control changes."""

    text: str
    checkpoint: str | None
    temperature: float


def build_balance(checkpoints: Checkpoints, picker: gr.Dropdown, seed: gr.Textbox) -> gr.HTML:
    """Create the balance view, and below it the remarks on the seed text, and wire the latter."""
    balance = drawn(
        __file__,
        "balance",
        Balance(SEED_TEXT, picker.value, TEMPERATURES[1]),
        after=("brackets/marks.js", "brackets/balance/strip.js"),
        server_functions=strip_functions(checkpoints),
    )
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

    def remark(name: str | None, seed_text: str) -> tuple[list[str], gr.Button]:
        measured_on, unknown = "", []
        if name is not None:
            with suppress(UserError):  # Ask and Continue report a damaged checkpoint
                measured_on = checkpoints.info(name).measured_on
                unknown = checkpoints.sampler(name).vocab.unknown(seed_text)
        respelled = spacing_sentence(measured_on, seed_text)
        remarks = [respelled, *watched_sentences(measured_on, seed_text), unknown_sentence(unknown)]
        if len(seed_text) > LINK_TEXT_LIMIT:
            remarks.append(
                f"A seed text of more than {LINK_TEXT_LIMIT:,} characters is left out of the link."
            )
        return [line for line in remarks if line], gr.Button(visible=respelled is not None)

    gr.on(
        [seed.change, picker.change],
        remark,
        inputs=[picker, seed],
        outputs=[notes, respell],
        **QUIET,
        **TYPING,
    )
    respell.click(spaced, inputs=seed, outputs=seed, **QUIET, **TYPING)
    return balance


def follow(balance: gr.HTML, picker: gr.Dropdown, seed: gr.Textbox, temperature: gr.Slider) -> None:
    """Update the balance view whenever seed text, checkpoint or temperature changes."""
    gr.on(
        [seed.change, picker.change, temperature.change],
        inputs=[seed, picker, temperature],
        outputs=balance,
        js="(text, checkpoint, temperature) => ({ text, checkpoint, temperature })",
        **IN_BROWSER,
    )
