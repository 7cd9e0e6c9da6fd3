"""The panel "Which one is human?" of the Temperature tab, see `charlstm.experiments.blind_test`.

The sources of a round's texts stay in the server's memory until the browser has picked one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.owners import check_token
from charlstm.errors import user_error
from charlstm.experiments.ballot import Ballot, Counted
from charlstm.experiments.blind_test import drawing
from charlstm.text.corpus import at_hand
from charlstm.texts import text
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Picked, Text, Whole
from charlstm.ui.components.events import OWNED, PROBING, QUIET, handles, long_question
from charlstm.ui.components.limits import MAX_SHOWN_DICE, whole_number
from charlstm.ui.components.visitor import asker
from charlstm.ui.components.waiting import place_in_line
from charlstm.ui.temperature.blind.data import (
    BlindRound,
    BlindTally,
    answer_shown,
    round_shown,
    tally_shown,
)
from charlstm.ui.temperature.blind.shared import SharedRounds


@dataclass(frozen=True)
class BlindPick:
    """What the browser sends of a pick: the place of a text of a round."""

    round: Text
    place: Whole


@dataclass(frozen=True)
class BlindQuestion(Picked):
    """The chosen checkpoint, the number of a round (its dice; "" for a new one), and the browser's
    token."""

    number: Text
    owner: Text


@dataclass(frozen=True)
class BlindPicked(BlindQuestion):
    """A pick, by a browser."""

    event: BlindPick


def build_blind_panel(checkpoints: Checkpoints, picker: gr.Dropdown) -> gr.Textbox:
    """Create the panel, a closed accordion, in the current Gradio context and wire its events.

    Returns:
        The control of the round's number.
    """
    ballot, shared = Ballot(), SharedRounds()
    with gr.Accordion(
        text("temperature.blind.title"), open=False, elem_classes="more", elem_id="blind"
    ):
        with gr.Row(elem_classes="bar"):
            draw = gr.Button(
                text("temperature.blind.start"),
                size="md",
                scale=0,
                elem_id="draw-round",
                elem_classes="quiet",
            )
            show = gr.Button(
                text("temperature.blind.show"),
                size="md",
                scale=0,
                elem_id="show-tally",
                elem_classes="quiet",
            )
            # No box for numbers: Gradio's can't be empty.
            number = gr.Textbox(
                label=text("temperature.blind.round"),
                placeholder=text("temperature.blind.new"),
                max_lines=1,
                scale=0,
                min_width=120,
                elem_id="round-number",
            )
        round_view = drawn(
            __file__,
            "round",
            BlindRound("idle"),
            after=("components/waiting.js",),
            server_functions=[place_in_line(PROBING["concurrency_id"])],
            elem_id="blind-round",
        )
        tally = drawn(__file__, "tally", BlindTally("idle"), elem_id="blind-tally")
    owner = gr.Textbox(visible=False)  # its value is the browser's token, by `OWNED`

    @handles(BlindQuestion)
    def new(asked: BlindQuestion) -> Iterator[Any]:
        if asked.checkpoint and (numbered := round_number(asked.number)) is not None:
            info = checkpoints.info(asked.checkpoint)
            ballot.check_first(((info.name, info.fingerprint), numbered), asked.owner)
        yield from rounds(checkpoints, ballot, shared, asked.checkpoint, asked.number)

    @handles(BlindPicked)
    def pick(asked: BlindPicked) -> tuple[BlindRound, BlindTally]:
        choice, token = asked.event, check_token(asked.owner)
        counted, answered = ballot.pick(choice.round, choice.place, token)
        return answer_shown(answered, choice.round, choice.place), tallied(counted, token)

    @handles(BlindQuestion)
    def count(asked: BlindQuestion) -> BlindTally:
        info = checkpoints.info(asked.checkpoint or "")
        model = (info.name, info.fingerprint)
        return tallied((model, round_number(asked.number)), check_token(asked.owner))

    def tallied(counted: Counted, token: str) -> BlindTally:
        (name, _), dice = counted
        everyone, own = ballot.tally(counted), ballot.tally(counted, token)
        return tally_shown(everyone, own, checkpoints.called(name), dice)

    inputs = [picker, number, owner]
    long_question([draw.click], new, inputs, round_view, js=OWNED)
    round_view.pick(pick, inputs, [round_view, tally], js=OWNED, queue=False, **QUIET)
    show.click(count, inputs, tally, js=OWNED, queue=False, **QUIET)
    return number


def round_number(typed: str) -> int | None:
    """The number of a round, as it was typed; None for an empty box.

    Raises:
        UserError: it is no whole number, or out of its range.
    """
    digits = typed.strip()
    if not digits:
        return None
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
    return whole_number(number, "round", 0, MAX_SHOWN_DICE)


def rounds(
    checkpoints: Checkpoints,
    ballot: Ballot,
    shared: SharedRounds,
    name: str | None,
    number: str = "",
) -> Iterator[Any]:
    """Draw a round, and register it with the ballot.

    Args:
        name: the checkpoint's.
        number: of a round that many browsers answer; "" for one of this browser's own.

    Yields:
        `gr.skip()` while it is drawn, so that Gradio can end it when the page closes; then the
        `BlindRound`.

    Raises:
        UserError: there is no such checkpoint, its text is not at hand for this browser, or there
            is no round of this number.
    """
    if name is None:
        raise user_error("components.no_writer")
    info = checkpoints.info(name)
    yield gr.skip()
    corpus = at_hand(info.corpus) if info.corpus else None
    if corpus is None:
        raise user_error("temperature.blind.no_passage", why=info.no_text)
    numbered = round_number(number)
    is_shared = numbered is not None
    dice = secrets.randbelow(MAX_SHOWN_DICE + 1) if numbered is None else numbered
    draw = partial(drawing, checkpoints.sampler(name).asked_by(asker()), corpus, dice)
    key = (info.fingerprint, corpus.folder, dice)
    for round_ in shared.drawing(key, draw) if is_shared else draw():
        if round_ is None:
            yield gr.skip()
        else:
            model = (name, info.fingerprint)
            waiting = ballot.put(model, round_, is_shared)
            called = checkpoints.called(name)
            yield round_shown(round_, waiting, model, called, corpus.description)
