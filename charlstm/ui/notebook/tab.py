"""The Notebook tab: the notebook's steps, its vocabulary example to try out, and its slips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.text.vocabulary import Vocabulary
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import plain
from charlstm.ui.components.events import QUIET, TYPING
from charlstm.ui.components.settings import Tab
from charlstm.ui.components.words import vocabulary_example
from charlstm.ui.notebook.steps import Slip, Step, slips, steps

EXAMPLE = "mississippi"
_EXAMPLE_LIMIT = 80  # characters that fit into the drawing


@dataclass(frozen=True)
class Walk:
    """What `walk.js` draws. It is no template, because Gradio would evaluate ``${}`` in its code.

    Attributes:
        first: the number of the first step.
    """

    first: int = 0
    steps: Sequence[Step] = ()
    slips: Sequence[Slip] = ()


def build_notebook_tab() -> Tab:
    """Create the tab's components in the current context and wire its events."""
    text, *others = steps()
    drawn(__file__, "walk", Walk(1, [text]))
    with gr.Column(elem_classes=["card", "example"]):
        with gr.Row():
            learnt = _example_box("A training text", "example-learnt")
            read = _example_box("A text to read with its vocabulary", "example-read")
        value = vocabulary_example(Vocabulary.from_text(EXAMPLE), EXAMPLE)
        tiles = drawn(__file__, "vocabulary", value, elem_id="vocabulary")
    drawn(__file__, "walk", Walk(2, others))
    drawn(__file__, "walk", Walk(slips=slips()))
    gr.on(
        [learnt.change, read.change],
        _example,
        inputs=[learnt, read],
        outputs=tiles,
        **QUIET,
        **TYPING,
    )
    return Tab({"learnt": learnt, "read": read})


def _example_box(label: str, elem_id: str) -> gr.Textbox:
    return gr.Textbox(
        EXAMPLE,
        label=label,
        max_length=_EXAMPLE_LIMIT,
        max_lines=1,
        elem_classes="seed",
        elem_id=elem_id,
    )


def _example(learnt: str, read: str) -> dict[str, Any]:
    """The value of `vocabulary.js`; a link may carry longer texts than the boxes: they are cut."""
    vocab = Vocabulary.from_text(learnt[:_EXAMPLE_LIMIT])
    value: dict[str, Any] = plain(vocabulary_example(vocab, read[:_EXAMPLE_LIMIT]))
    return value
