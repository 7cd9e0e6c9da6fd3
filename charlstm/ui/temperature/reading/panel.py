"""The panel "Read a text": bits, ranks and explanations of the characters of a pasted text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.reading import read
from charlstm.ui.components.contract import plain
from charlstm.ui.components.events import QUIET, WRITING, sentences
from charlstm.ui.components.seed_box import plain_box
from charlstm.ui.components.words import unknown_sentence
from charlstm.ui.temperature.reading.feed import Scores, check_text, scores_shown
from charlstm.ui.temperature.reading.view import text_view


def build_reading_panel(checkpoints: Checkpoints, picker: gr.Dropdown) -> None:
    """Create the panel, a closed accordion, in the current Gradio context and wire its events."""
    with gr.Accordion("Read a text", open=False, elem_classes="more", elem_id="reading"):
        with gr.Row(elem_classes="bar"):
            text = plain_box(
                "Text to read",
                "reading-text",
                lines=3,
                max_lines=12,
                placeholder="Paste a text: how much does each character surprise the model?",
            )
            go = gr.Button("Read", size="md", scale=0, elem_id="read-text", elem_classes="quiet")
        view = text_view(__file__, "panel", ReadText(""), checkpoints, elem_id="reading-shown")

    @sentences
    def run(name: str | None, text: str) -> dict[str, Any]:
        value: dict[str, Any] = plain(reading_shown(checkpoints, name, text))
        return value

    go.click(
        run,
        inputs=[picker, text],
        outputs=view,
        trigger_mode="always_last",
        **QUIET,
        **WRITING,
    )


@dataclass(frozen=True)
class ReadText:
    """What `panel.js` draws.

    Attributes:
        text: "" before a text was read.
        unknown: a sentence on characters that the model has not seen, or None.
    """

    text: str
    checkpoint: str = ""
    fingerprint: str = ""
    scores: Scores | None = None
    unknown: str | None = None


def reading_shown(checkpoints: Checkpoints, name: str | None, text: str) -> ReadText:
    """Read a text.

    Args:
        name: the checkpoint's; None if there is none.

    Raises:
        UserError: there is no checkpoint, or `check_text` refuses the text.
    """
    if name is None:
        raise UserError("There is no checkpoint to read with.", "Train one in the Train tab.")
    check_text(text)
    fingerprint = checkpoints.info(name).fingerprint
    sampler = checkpoints.sampler(name)
    scores = scores_shown(read(sampler, text))
    unknown = unknown_sentence(sampler.vocab.unknown(text))
    return ReadText(text, name, fingerprint, scores, unknown)
