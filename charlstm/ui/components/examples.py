"""Seed texts that suit the chosen checkpoint, each one press below the box for a seed text.

Where the box still holds one of them as another checkpoint is chosen, nobody has typed: it follows
with the first one of the new checkpoint (``seeds.js``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.text.brackets import scan
from charlstm.text.seed_texts import known_seed_texts
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Picked
from charlstm.ui.components.events import IN_BROWSER, QUIET, TYPING, handles


@dataclass(frozen=True)
class Examples:
    """What `examples.js` draws.

    Attributes:
        box: element id of the box that they are for.
        texts: the first is the one to begin with; none where no checkpoint can be read.
    """

    box: str
    texts: list[str]


def build_examples(
    checkpoints: Checkpoints, picker: gr.Dropdown, box: gr.Textbox, *, open_bracket: bool = False
) -> gr.HTML:
    """Create the row of texts in the current context, and let the box follow the checkpoint.

    Args:
        box: has an element id, and its value is its own first example.
        open_bracket: whether only texts that leave a bracket open are offered.

    Returns:
        The component; its event ``input`` tells that a text was pressed.
    """
    assert box.elem_id

    def offered(name: str | None) -> Examples:
        return Examples(str(box.elem_id), example_texts(checkpoints, name, open_bracket))

    shown = drawn(__file__, "examples", offered(picker.value), elem_id=f"{box.elem_id}-examples")

    @handles(Picked)
    def suited(asked: Picked) -> Examples:
        return offered(asked.checkpoint)

    first = json.dumps(box.value)
    left = f"(shown) => {{ charlstmSeeds.leaves(shown, {first}); }}"
    # By a person's choice alone: a link's checkpoint comes with the link's text.
    picker.input(inputs=shown, js=left, **IN_BROWSER)
    event = picker.change(suited, picker, shown, **QUIET, **TYPING)
    for ended in (event.then, event.failure):
        ended(
            inputs=[box, shown],
            outputs=box,
            js="(seed, shown) => charlstmSeeds.followed(seed, shown)",
            **IN_BROWSER,
        )
    return shown


def suited_text(
    checkpoints: Checkpoints, name: str | None, first: str, *, open_bracket: bool = False
) -> str:
    """What a box opens with where a link names a checkpoint and no text for it.

    Args:
        first: the text of the box itself, which stays if it suits the checkpoint.
        open_bracket: as for `build_examples`.
    """
    texts = example_texts(checkpoints, name, open_bracket)
    return first if first in texts or not texts else texts[0]


def example_texts(checkpoints: Checkpoints, name: str | None, open_bracket: bool) -> list[str]:
    """The seed texts of a checkpoint; none where there is no such one, or it is damaged.

    Args:
        open_bracket: whether only those that leave a bracket open.
    """
    if name is None:
        return []
    try:
        own, vocab = checkpoints.info(name).seed_texts, checkpoints.sampler(name).vocab
    except UserError:  # it is reported where it is used
        return []
    texts = known_seed_texts(own, vocab)
    return [text for text in texts if not open_bracket or scan(text).unclosed]
