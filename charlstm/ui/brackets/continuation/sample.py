"""One sample that a link names, drawn again from its dice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.experiments.question import MAX_HORIZON, MAX_SAMPLES
from charlstm.model.noise import MAX_DICE
from charlstm.model.sampler import MAX_TEMPERATURE
from charlstm.text.brackets import Target
from charlstm.ui.brackets.continuation.continued import continued
from charlstm.ui.brackets.inputs import model_of
from charlstm.ui.components.component import drawn
from charlstm.ui.components.events import served
from charlstm.ui.components.limits import check_seed_text


def build_sample(checkpoints: Checkpoints) -> gr.HTML:
    """The sample that the page's link names, if it names one."""
    return drawn(
        __file__,
        "mountSample",
        {"phase": "linked"},
        "sample.html",
        ("../marks.js", "rows.js", "sample.js"),
        [sample_function(checkpoints)],
    )


def sample_function(checkpoints: Checkpoints) -> Callable[[Any], dict[str, Any]]:
    """The server function of `sample.js`, which says what it takes and answers."""

    @served
    def sample(asked: Any) -> dict[str, Any]:
        match asked:
            case [
                str(name),
                str(seed_text),
                int() | float() as temperature,
                int(number),
                int(horizon),
                int(dice),
            ] if (
                0 <= temperature <= MAX_TEMPERATURE
                and 1 <= number <= MAX_SAMPLES
                and 1 <= horizon <= MAX_HORIZON
                and 0 <= dice <= MAX_DICE
            ):
                pass
            case _:
                raise UserError(
                    "The link does not say which sample it is of.", "Copy it again, whole."
                )
        check_seed_text(seed_text)
        target = Target(seed_text)
        sampler = model_of(checkpoints, name)
        *_, (texts, fates) = continued(
            sampler, seed_text, target, [float(temperature)], horizon, dice, number
        )
        return {
            "seed": seed_text,
            "watched": target.position,
            "text": texts[0],
            "fate": fates[0],
        }

    return sample
