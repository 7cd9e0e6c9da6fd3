"""One sample that a link names, drawn again from its dice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import gradio as gr
from pydantic import Field

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.experiments.question import MAX_HORIZON, MAX_SAMPLES
from charlstm.model.noise import MAX_DICE
from charlstm.model.sampler import MAX_TEMPERATURE
from charlstm.text.brackets import Target
from charlstm.ui.brackets.continuation.continued import continued
from charlstm.ui.brackets.inputs import model_of
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Real, Text, Whole
from charlstm.ui.components.events import served
from charlstm.ui.components.limits import check_seed_text


@dataclass(frozen=True)
class LinkedSample:
    """What `sample.js` draws: "linked" at first, "closed" once something else is asked."""

    phase: str


@dataclass(frozen=True)
class SampleQuestion:
    """Which sample it is: the seed text, and its number at a temperature."""

    checkpoint: Text
    seed: Text
    temperature: Annotated[Real, Field(ge=0, le=MAX_TEMPERATURE)]
    number: Annotated[Whole, Field(ge=1, le=MAX_SAMPLES)]
    horizon: Annotated[Whole, Field(ge=1, le=MAX_HORIZON)]
    dice: Annotated[Whole, Field(ge=0, le=MAX_DICE)]


@dataclass(frozen=True)
class SampleAnswer:
    """The sample.

    Attributes:
        watched: place of the bracket that is watched.
        text: what the model wrote.
    """

    seed: str
    watched: int
    text: str
    fate: str


def build_sample(checkpoints: Checkpoints) -> gr.HTML:
    """The sample that the page's link names, if it names one."""
    return drawn(
        __file__,
        "sample",
        LinkedSample("linked"),
        after=("brackets/marks.js", "brackets/continuation/rows.js"),
        server_functions=[sample_function(checkpoints)],
    )


def sample_function(checkpoints: Checkpoints) -> Callable[[Any], dict[str, Any]]:
    """The server function of `sample.js`."""

    @served(SampleQuestion, _no_sample)
    def sample(asked: SampleQuestion) -> SampleAnswer:
        check_seed_text(asked.seed)
        target = Target(asked.seed)
        sampler = model_of(checkpoints, asked.checkpoint)
        at = [asked.temperature]
        *_, (texts, fates) = continued(
            sampler, asked.seed, target, at, asked.horizon, asked.dice, asked.number
        )
        assert fates[0] is not None
        return SampleAnswer(asked.seed, target.position, texts[0], fates[0])

    return sample


def _no_sample() -> UserError:
    return UserError("The link does not say which sample it is of.", "Copy it again, whole.")
