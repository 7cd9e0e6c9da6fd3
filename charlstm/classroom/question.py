"""What a room asks: one of the ready questions, or one in the teacher's own words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from charlstm.checkpoints.catalog import CheckpointInfo, Checkpoints
from charlstm.classroom.words import check_seed_text
from charlstm.errors import user_error
from charlstm.experiments.question import ProbeQuestion
from charlstm.model.sampler import Sampler
from charlstm.texts import text

BLOCK = 20
"""Samples at each temperature that a person adds at a time."""
MOST_TEMPERATURES = 4
LONGEST_HORIZON = 500
"""Characters: fewer than a probe's, since each person of the class waits for them."""


@dataclass(frozen=True)
class BracketsAsked:
    """The class's bracket probe.

    Attributes:
        checkpoint, fingerprint: the model that is asked; other weights are not mixed with it.
        probe: its ``samples`` are those of one press: `BLOCK`.
    """

    checkpoint: str
    fingerprint: str
    probe: ProbeQuestion


@dataclass(frozen=True)
class BlindAsked:
    """The class's rounds of *Which one is human?*

    Attributes:
        checkpoint, fingerprint: the model that writes.
    """

    checkpoint: str
    fingerprint: str


RoomQuestion = BracketsAsked | BlindAsked


@dataclass(frozen=True)
class Ready:
    """A ready question about brackets.

    Attributes:
        title: what it is about, in a few words, a phrase (`charlstm.texts`).
        seed_text, temperatures, horizon: as in `ProbeQuestion`.
    """

    title: str
    seed_text: str
    temperatures: tuple[float, ...] = (0.2, 0.5, 1.0)
    horizon: int = 200


READY = (
    Ready(text("classroom.ready.opened"), "The bridge was built in 1884 ( "),
    Ready(
        text("classroom.ready.year"), "He was born in Leeds in 1912 ( the third of five children , "
    ),
    Ready(text("classroom.ready.nested"), "The ship sailed from Hamburg ( then in Prussia ( now "),
    Ready(
        text("classroom.ready.far"),
        "The museum ( which was opened by the mayor in the spring of 1921 , two years after the "
        "old one had burned down , and which holds some four thousand paintings , ",
    ),
    Ready(text("classroom.ready.square"), 'The editor wrote : " He [ '),
)
"""Ready questions about brackets. A blind round has nothing to choose but its model."""


def ask_brackets(
    checkpoints: Checkpoints,
    checkpoint: str,
    seed_text: str,
    temperatures: Sequence[float],
    horizon: int = 200,
    dice: int = 7,
) -> BracketsAsked:
    """A bracket probe for a room; arguments as for `ProbeQuestion`.

    Raises:
        UserError: one of them can't be used; at a temperature of 0 all samples are the same text.
    """
    if len(temperatures) > MOST_TEMPERATURES or len({*temperatures}) < len(temperatures):
        raise user_error("classroom.asked.temperatures", most=MOST_TEMPERATURES)
    if 0 in temperatures:
        raise user_error("classroom.asked.greedy")
    if horizon > LONGEST_HORIZON:
        raise user_error("classroom.asked.horizon", n=horizon, most=LONGEST_HORIZON)
    seed_text = check_seed_text(seed_text)
    probe = ProbeQuestion(seed_text, tuple(map(float, temperatures)), BLOCK, horizon, dice)
    return BracketsAsked(checkpoint, _info(checkpoints, checkpoint).fingerprint, probe)


def ask_blind(checkpoints: Checkpoints, checkpoint: str) -> BlindAsked:
    """Blind rounds for a room.

    Raises:
        UserError: the checkpoint can't be used, or its text is not one that everybody may read.
    """
    info = _info(checkpoints, checkpoint)
    if info.corpus is None or not info.corpus.is_public:
        raise user_error("classroom.asked.private_text")
    return BlindAsked(checkpoint, info.fingerprint)


def for_everybody(checkpoints: Checkpoints) -> Checkpoints:
    """Those checkpoints that everybody may use, and so a room: all in it see what they write."""
    return checkpoints.offered_to(lambda: "")


def _info(checkpoints: Checkpoints, name: str) -> CheckpointInfo:
    if name in checkpoints.names() and name not in for_everybody(checkpoints).names():
        raise user_error("classroom.asked.private_checkpoint", checkpoint=checkpoints.called(name))
    return for_everybody(checkpoints).info(name)


def sampler_of(checkpoints: Checkpoints, question: RoomQuestion) -> Sampler:
    """The sampler that a room's question is asked of.

    Raises:
        UserError: the checkpoint is gone, or has other weights than when the question was asked.
    """
    checkpoints = for_everybody(checkpoints)
    sampler = checkpoints.sampler(question.checkpoint)
    if checkpoints.info(question.checkpoint).fingerprint != question.fingerprint:
        called = checkpoints.called(question.checkpoint)
        raise user_error("classroom.asked.other_weights", checkpoint=called)
    return sampler


def written(question: RoomQuestion) -> str:
    """A question as JSON, for `read`."""
    return json.dumps(asdict(question))


def read(saved: str) -> RoomQuestion:
    """The question of which `written` made the text."""
    values: dict[str, Any] = json.loads(saved)
    probe = values.pop("probe", None)
    if probe is None:
        return BlindAsked(**values)
    probe["temperatures"] = tuple(probe["temperatures"])
    return BracketsAsked(**values, probe=ProbeQuestion(**probe))
