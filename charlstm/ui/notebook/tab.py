"""Tab Notebook: the notebook's walk, its vocabulary example to try out, and its slips mended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from charlstm.text.vocabulary import Vocabulary
from charlstm.ui.components.component import drawn
from charlstm.ui.components.events import QUIET, TYPING
from charlstm.ui.components.words import vocabulary_example
from charlstm.ui.notebook.steps import slips, steps

EXAMPLE = "mississippi"
_EXAMPLE_LIMIT = 80  # characters: what fits the drawing


@dataclass(frozen=True)
class NotebookTab:
    """What the rest of the page needs of this tab.

    Attributes:
        settings: link name -> component, for the address bar.
    """

    settings: dict[str, gr.components.Component]


def build_notebook_tab() -> NotebookTab:
    """Create the tab's components in the current context and wire its events."""
    walk = [asdict(step) | {"number": number} for number, step in enumerate(steps(), start=1)]
    drawn(__file__, "walk", {"steps": walk[:1]})
    with gr.Column(elem_classes=["card", "example"]):
        with gr.Row():
            learnt = gr.Textbox(
                EXAMPLE,
                label="A training text",
                max_length=_EXAMPLE_LIMIT,
                max_lines=1,
                elem_classes="seed",
                elem_id="example-learnt",
            )
            read = gr.Textbox(
                EXAMPLE,
                label="A text to read with its vocabulary",
                max_length=_EXAMPLE_LIMIT,
                max_lines=1,
                elem_classes="seed",
                elem_id="example-read",
            )
        value = _example(EXAMPLE, EXAMPLE)
        shown = drawn(__file__, "vocabulary", value, elem_id="vocabulary")
    drawn(__file__, "walk", {"steps": walk[1:]})
    drawn(__file__, "walk", {"slips": [asdict(slip) for slip in slips()]})
    gr.on(
        [learnt.change, read.change],
        _example,
        inputs=[learnt, read],
        outputs=shown,
        **QUIET,
        **TYPING,
    )
    return NotebookTab({"learnt": learnt, "read": read})


def _example(learnt: str, read: str) -> dict[str, Any]:
    """What `vocabulary.js` draws; a link may carry more text than the boxes take."""
    vocab = Vocabulary.from_text(learnt[:_EXAMPLE_LIMIT])
    return vocabulary_example(vocab, read[:_EXAMPLE_LIMIT])
