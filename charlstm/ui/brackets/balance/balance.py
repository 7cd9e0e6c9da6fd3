"""The balance view of the Brackets tab: the seed text with its brackets, chances, and remarks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.text.brackets import other_brackets_sentence, spaced
from charlstm.texts import text
from charlstm.ui.brackets.balance.remarks import spacing_sentence, watched_sentences
from charlstm.ui.brackets.balance.strip import strip_functions
from charlstm.ui.brackets.inputs import SEED_TEXT, TEMPERATURES
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import SeedTyped, Text
from charlstm.ui.components.events import IN_BROWSER, QUIET, TYPING, handles
from charlstm.ui.components.limits import SEED_TEXT_LIMIT, check_characters
from charlstm.ui.components.notes import notes_view
from charlstm.ui.components.words import line_end_sentence, unknown_sentence
from charlstm.ui.link import LINK_TEXT_LIMIT


@dataclass(frozen=True)
class Balance:
    """What `balance.js` draws; `follow` makes a new one in the browser when a control changes."""

    text: str
    checkpoint: str | None
    temperature: float


@dataclass(frozen=True)
class Respelled:
    """The seed text whose brackets are to get spaces."""

    seed: Text


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
            text("brackets.add_spaces"),
            size="md",
            scale=0,
            visible=False,
            elem_id="add-spaces",
            elem_classes="quiet",
        )

    @handles(SeedTyped)
    def remark(asked: SeedTyped) -> tuple[list[str], gr.Button]:
        name, seed_text = asked.checkpoint, asked.seed
        measured_on, reading = "", []
        if name is not None:
            with suppress(UserError):  # Ask and Continue report a damaged checkpoint
                measured_on = checkpoints.info(name).measured_on
                vocab = checkpoints.sampler(name).vocab
                reading = [
                    unknown_sentence(vocab.unknown(seed_text)),
                    line_end_sentence(vocab.read_as_newline(seed_text)),
                ]
        respelled = spacing_sentence(measured_on, seed_text)
        remarks = [
            respelled,
            other_brackets_sentence(seed_text),
            *watched_sentences(measured_on, seed_text),
            *reading,
        ]
        if len(seed_text) > LINK_TEXT_LIMIT:
            remarks.append(text("brackets.remark.not_linked", n=LINK_TEXT_LIMIT))
        return [line for line in remarks if line], gr.Button(visible=respelled is not None)

    gr.on(
        [seed.change, picker.change],
        remark,
        inputs=[picker, seed],
        outputs=[notes, respell],
        **QUIET,
        **TYPING,
    )

    @handles(Respelled)
    def with_spaces(asked: Respelled) -> str:
        return spaced(check_characters(asked.seed, "seed_text", SEED_TEXT_LIMIT))

    respell.click(with_spaces, inputs=seed, outputs=seed, **QUIET, **TYPING)
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
