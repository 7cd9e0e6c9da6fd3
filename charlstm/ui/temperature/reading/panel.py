"""The panel "Read a text": bits, ranks and explanations of the characters of a pasted text."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import user_error
from charlstm.model.reading import read
from charlstm.texts import joined, text
from charlstm.ui.components.contract import SeedTyped
from charlstm.ui.components.events import IN_BROWSER, QUIET, WRITING, handles
from charlstm.ui.components.seed_box import plain_box
from charlstm.ui.components.words import line_end_sentence, unknown_sentence
from charlstm.ui.temperature.reading.answers import Scores, scores_shown
from charlstm.ui.temperature.reading.feed import check_text
from charlstm.ui.temperature.reading.view import text_view

_WAITS = "(shown) => ({ ...shown, waiting: true })"
_ENDS = "(shown) => ({ ...shown, waiting: false })"


def build_reading_panel(checkpoints: Checkpoints, picker: gr.Dropdown) -> gr.Textbox:
    """Create the panel, a closed accordion, in the current Gradio context and wire its events.

    Returns:
        The box of the text.
    """
    with gr.Accordion(
        text("temperature.reading.title"), open=False, elem_classes="more", elem_id="reading"
    ):
        with gr.Row(elem_classes="bar"):
            box = plain_box(
                text("temperature.reading.label"),
                "reading-text",
                lines=3,
                max_lines=12,
                placeholder=text("temperature.reading.paste"),
            )
            go = gr.Button(
                text("temperature.reading.read"),
                size="md",
                scale=0,
                elem_id="read-text",
                elem_classes="quiet",
            )
        view = text_view(__file__, "panel", ReadText(""), checkpoints, elem_id="reading-shown")

    @handles(SeedTyped)
    def run(asked: SeedTyped) -> ReadText:
        return reading_shown(checkpoints, asked.checkpoint, asked.seed)

    go.click(inputs=view, outputs=view, js=_WAITS, **IN_BROWSER)
    read_event = go.click(
        run,
        inputs=[picker, box],
        outputs=view,
        trigger_mode="always_last",
        **QUIET,
        **WRITING,
    )
    for ended in (read_event.then, read_event.failure):
        ended(inputs=view, outputs=view, js=_ENDS, **IN_BROWSER)
    return box


@dataclass(frozen=True)
class ReadText:
    """What `panel.js` draws.

    Attributes:
        text: "" before a text was read.
        checkpoint, called: the name of the checkpoint, and what the page calls it.
        unknown: sentences on characters that the model has not seen, or None.
        waiting: whether another one is being read.
    """

    text: str
    checkpoint: str = ""
    called: str = ""
    fingerprint: str = ""
    scores: Scores | None = None
    unknown: str | None = None
    waiting: bool = False


def reading_shown(checkpoints: Checkpoints, name: str | None, pasted: str) -> ReadText:
    """Read a text.

    Args:
        name: the checkpoint's; None if there is none.

    Raises:
        UserError: there is no checkpoint, or `check_text` refuses the text.
    """
    if name is None:
        raise user_error("temperature.reading.no_reader")
    check_text(pasted)
    fingerprint = checkpoints.info(name).fingerprint
    sampler = checkpoints.sampler(name)
    scores = scores_shown(read(sampler, pasted))
    vocab = sampler.vocab
    told = (
        unknown_sentence(vocab.unknown(pasted)),
        line_end_sentence(vocab.read_as_newline(pasted)),
    )
    said = [sentence for sentence in told if sentence]
    called = checkpoints.called(name)
    return ReadText(pasted, name, called, fingerprint, scores, joined(said) if said else None)
