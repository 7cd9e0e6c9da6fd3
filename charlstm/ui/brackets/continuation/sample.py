"""The sample that a link names, drawn again from its dice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import gradio as gr
from pydantic import Field

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError, user_error
from charlstm.experiments.question import MAX_HORIZON, MAX_SAMPLES
from charlstm.model.limits import MAX_TEMPERATURE
from charlstm.model.noise import MAX_DICE
from charlstm.text.brackets import Target
from charlstm.ui.brackets.continuation.continued import continued
from charlstm.ui.brackets.inputs import model_of
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Real, Switch, Text, Whole
from charlstm.ui.components.events import served
from charlstm.ui.components.limits import check_seed_text


@dataclass(frozen=True)
class LinkedSample:
    """The phase of `sample.js`: "linked" at first, "closed" once another question is asked."""

    phase: str


@dataclass(frozen=True)
class SampleQuestion:
    """The sample to draw: the settings that determine it, and its number, from 1."""

    checkpoint: Text
    seed: Text
    temperature: Annotated[Real, Field(ge=0, le=MAX_TEMPERATURE)]
    number: Annotated[Whole, Field(ge=1, le=MAX_SAMPLES)]
    horizon: Annotated[Whole, Field(ge=1, le=MAX_HORIZON)]
    dice: Annotated[Whole, Field(ge=0, le=MAX_DICE)]
    across_lines: Switch


@dataclass(frozen=True)
class SampleAnswer:
    """The sample.

    Attributes:
        seed: the seed text.
        watched: index of the watched bracket.
        text: what the model wrote.
        fate: one of `FATES` in `charlstm.experiments.continuations`.
    """

    seed: str
    watched: int
    text: str
    fate: str


def build_sample(checkpoints: Checkpoints) -> gr.HTML:
    """The component that draws the sample of the page's link, if the link names one."""
    return drawn(
        __file__,
        "sample",
        LinkedSample("linked"),
        after=("components/waiting.js", "brackets/marks.js", "brackets/continuation/rows.js"),
        server_functions=[sample_function(checkpoints)],
    )


def sample_function(checkpoints: Checkpoints) -> Callable[[Any], dict[str, Any]]:
    """The server function of `sample.js`."""

    @served(SampleQuestion, _no_sample)
    def sample(question: SampleQuestion) -> SampleAnswer:
        check_seed_text(question.seed)
        target = Target(question.seed)
        sampler = model_of(checkpoints, question.checkpoint, urgent=True)
        at = [question.temperature]
        *_, (texts, fates) = continued(
            sampler,
            question.seed,
            target,
            at,
            question.horizon,
            question.dice,
            question.number,
            across_lines=question.across_lines,
        )
        assert fates[0] is not None
        return SampleAnswer(question.seed, target.position, texts[0], fates[0])

    return sample


def _no_sample() -> UserError:
    return user_error("brackets.sample.unnamed")
