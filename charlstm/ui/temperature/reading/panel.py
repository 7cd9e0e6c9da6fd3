"""Reading a text of one's own: bits, ranks and reasons for what no model of the page wrote."""

from __future__ import annotations

from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.reading import read
from charlstm.ui.components.events import QUIET, SAMPLING, sentences
from charlstm.ui.components.words import unknown_sentence
from charlstm.ui.temperature.reading.feed import check_text, scores_shown
from charlstm.ui.temperature.reading.view import text_view


def build_reading_panel(checkpoints: Checkpoints, picker: gr.Dropdown) -> None:
    """Create the panel, folded, in the current context and wire its events."""
    with gr.Accordion("Read a text", open=False, elem_classes="more", elem_id="reading"):
        with gr.Row(elem_classes="bar"):
            text = gr.Textbox(
                label="Text to read",
                placeholder="Paste a text: how much does each character surprise the model?",
                lines=3,
                max_lines=12,
                scale=1,
                min_width=260,
                elem_id="reading-text",
                elem_classes="seed",
                html_attributes=gr.InputHTMLAttributes(
                    autocomplete="off", autocorrect="off", autocapitalize="off", spellcheck=False
                ),
            )
            go = gr.Button("Read", size="md", scale=0, elem_id="read-text", elem_classes="quiet")
        shown = text_view(__file__, "panel", {"text": ""}, checkpoints, elem_id="reading-shown")

    @sentences
    def run(name: str | None, text: str) -> dict[str, Any]:
        return reading_shown(checkpoints, name, text)

    go.click(
        run,
        inputs=[picker, text],
        outputs=shown,
        trigger_mode="always_last",
        **QUIET,
        **SAMPLING,
    )


def reading_shown(checkpoints: Checkpoints, name: str | None, text: str) -> dict[str, Any]:
    """What `panel.js` draws.

    Args:
        name: of the checkpoint; None where there is none.

    Returns:
        ``checkpoint``, ``fingerprint`` and ``text``; ``scores``, see `scores_shown`; ``unknown``: a
        sentence on characters that the model has not seen, or None.

    Raises:
        UserError: the text can't be read, or there is nothing to read it with.
    """
    if name is None:
        raise UserError("There is no checkpoint to read with.", "Train one in the Train tab.")
    check_text(text)
    fingerprint = checkpoints.info(name).fingerprint
    sampler = checkpoints.sampler(name)
    return {
        "checkpoint": name,
        "fingerprint": fingerprint,
        "text": text,
        "scores": scores_shown(read(sampler, text)),
        "unknown": unknown_sentence(sampler.vocab.unknown(text)),
    }
