"""Tab Brackets, by hand: the seed text as a model reads it, and one continuation a temperature."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import gradio as gr

from charlstm.brackets import spaced
from charlstm.checkpoint import Checkpoints
from charlstm.errors import UserError
from charlstm.ui.bracket_continued import continued, rows_shown
from charlstm.ui.bracket_drawn import drawn
from charlstm.ui.bracket_inputs import SEED_TEXT, TEMPERATURES, Numbers, checked
from charlstm.ui.bracket_questions import IN_BROWSER, paced
from charlstm.ui.bracket_sample import sample_function
from charlstm.ui.bracket_strip import strip_functions
from charlstm.ui.bracket_words import spacing_sentence, watched_sentences
from charlstm.ui.limits import MAX_SHOWN_DICE, TYPING
from charlstm.ui.link import LINK_TEXT_LIMIT
from charlstm.ui.notes import notes_view
from charlstm.ui.render import unknown_sentence

# Rolling presses Continue at once. Gradio may hand the new dice to its components only after the
# question has left, so the question takes them itself: they are the last thing that was rolled.
_ROLLED = f"""() => {{
    window.charlstmRolled = Math.floor({MAX_SHOWN_DICE + 1} * Math.random());
    const dice = window.charlstmRolled;
    document.querySelector("#continue").click();
    return dice;
}}"""
HANDED = """(name, seed, horizon, dice, ...others) => {
    const rolled = window.charlstmRolled;
    window.charlstmRolled = undefined;
    return [name, seed, horizon, rolled ?? dice, ...others];
}"""


def build_balance(checkpoints: Checkpoints, picker: gr.Dropdown, seed: gr.Textbox) -> gr.HTML:
    """The seed text with its brackets marked and the strip below, and what is to be said of it."""
    balance = drawn(
        "mountReading",
        {"text": SEED_TEXT, "checkpoint": picker.value, "temperature": TEMPERATURES[1]},
        "bracket_balance.html",
        ("bracket_balance.js", "bracket_strip.js"),
        strip_functions(checkpoints),
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
            with suppress(UserError):  # a damaged checkpoint is said when it is asked to write
                measured_on = checkpoints.info(name).measured_on
                unknown = checkpoints.sampler(name).vocab.unknown(seed_text)
        respelled = spacing_sentence(measured_on, seed_text)
        remarks = [respelled, *watched_sentences(measured_on, seed_text), unknown_sentence(unknown)]
        if len(seed_text) > LINK_TEXT_LIMIT:
            remarks.append(
                f"A seed text past {LINK_TEXT_LIMIT:,} characters is left out of the link."
            )
        return [line for line in remarks if line], gr.Button(visible=respelled is not None)

    quiet: dict[str, Any] = {
        "show_progress": "hidden", "api_visibility": "private", **TYPING,
    }  # fmt: skip
    gr.on(
        [seed.change, picker.change],
        remark,
        inputs=[picker, seed],
        outputs=[notes, respell],
        **quiet,
    )
    respell.click(spaced, inputs=seed, outputs=seed, **quiet)
    return balance


def follow(balance: gr.HTML, picker: gr.Dropdown, seed: gr.Textbox, temperature: gr.Slider) -> None:
    """Draw the balance view anew whenever what it shows changes."""
    gr.on(
        [seed.change, picker.change, temperature.change],
        inputs=[seed, picker, temperature],
        outputs=balance,
        js="(text, checkpoint, temperature) => ({ text, checkpoint, temperature })",
        **IN_BROWSER,
    )


def build_sample(checkpoints: Checkpoints) -> gr.HTML:
    """The sample that the page's link names, if it names one."""
    return drawn(
        "mountSample",
        {"phase": "linked"},
        "bracket_sample.html",
        ("bracket_rows.js", "bracket_sample.js"),
        [sample_function(checkpoints)],
    )


def build_rows() -> gr.HTML:
    """Where the continuations are drawn."""
    return drawn("mountRows", {"phase": "idle"}, "bracket_rows.html", ("bracket_rows.js",))


def continuing(checkpoints: Checkpoints) -> Callable[..., Iterator[dict[str, Any]]]:
    """The handler of Continue; its inputs are those of `HANDED`, the others are temperatures."""

    def run(
        name: str | None, seed_text: str, horizon: int | None, dice: int | None, *at: float
    ) -> Iterator[dict[str, Any]]:
        sampler, target, horizon, dice = checked(checkpoints, name, seed_text, horizon, dice)
        for texts, fates in paced(continued(sampler, seed_text, target, at, horizon, dice)):
            yield rows_shown(seed_text, target, dice, at, texts, fates)

    return run


def wire_roll(numbers: Numbers) -> None:
    """Rolling continues with the new dice."""
    numbers.roll.click(outputs=numbers.dice, js=_ROLLED, **IN_BROWSER)
