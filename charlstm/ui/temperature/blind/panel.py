"""The panel "Which one is human?" of the Temperature tab, see `charlstm.experiments.blind_test`.

The sources of a round's texts stay in the server's memory until the browser has picked one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.experiments.blind_test import Ballot, Model, drawing
from charlstm.runs.owners import OWNER, check_token, owns
from charlstm.text.corpus import at_hand
from charlstm.ui.components.asker import asker
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Text, Whole, plain, reader
from charlstm.ui.components.events import OWNED, QUIET, long_question, sentences
from charlstm.ui.components.limits import MAX_SHOWN_DICE
from charlstm.ui.temperature.blind.data import (
    BlindRound,
    BlindTally,
    answer_shown,
    round_shown,
    tally_shown,
)
from charlstm.ui.temperature.effect.data import corpus_sentence


@dataclass(frozen=True)
class BlindPick:
    """What the browser sends of a pick: the place of a text of a round."""

    round: Text
    place: Whole


def build_blind_panel(checkpoints: Checkpoints, picker: gr.Dropdown) -> None:
    """Create the panel, a closed accordion, in the current Gradio context and wire its events."""
    ballot = Ballot()
    with gr.Accordion("Which one is human?", open=False, elem_classes="more", elem_id="blind"):
        with gr.Row(elem_classes="bar"):
            draw = gr.Button(
                "Draw a round", size="md", scale=0, elem_id="draw-round", elem_classes="quiet"
            )
            show = gr.Button(
                "Show the tally", size="md", scale=0, elem_id="show-tally", elem_classes="quiet"
            )
        round_view = drawn(__file__, "round", BlindRound("idle"), elem_id="blind-round")
        tally = drawn(__file__, "tally", BlindTally("idle"), elem_id="blind-tally")
    picked = reader(BlindPick)
    owner = gr.Textbox(visible=False)  # its value is the browser's token, by `OWNED`

    def new(name: str | None, token: str) -> Iterator[Any]:
        yield from rounds(checkpoints, ballot, name, check_token(token))

    @sentences
    def pick(_name: str | None, token: str, event: gr.EventData) -> tuple[Any, Any]:
        choice = picked(event._data)
        model, answered = ballot.pick(choice.round, choice.place, token)
        answer = answer_shown(answered, choice.round, choice.place)
        return plain(answer), plain(counted(model, token))

    @sentences
    def count(name: str | None, token: str) -> dict[str, Any]:
        info = checkpoints.info(name or "")
        value: dict[str, Any] = plain(counted((info.name, info.fingerprint), check_token(token)))
        return value

    def counted(model: Model, token: str) -> BlindTally:
        return tally_shown(ballot.tally(model), ballot.tally(model, token), model[0])

    inputs = [picker, owner]
    long_question([draw.click], new, inputs, round_view, js=OWNED)
    round_view.pick(pick, inputs, [round_view, tally], js=OWNED, queue=False, **QUIET)
    show.click(count, inputs, tally, js=OWNED, queue=False, **QUIET)


def rounds(checkpoints: Checkpoints, ballot: Ballot, name: str | None, token: str) -> Iterator[Any]:
    """Draw a round, and register it with the ballot.

    Yields:
        `gr.skip()` while it is drawn, so that Gradio can end it when the page closes; then the
        `BlindRound`.

    Raises:
        UserError: there is no such checkpoint, its text is not at hand, or it was trained on the
            own text of another browser.
    """
    if name is None:
        raise UserError("There is no checkpoint to write with.", "Train one in the Train tab.")
    info = checkpoints.info(name)
    yield gr.skip()
    corpus = at_hand(info.corpus) if info.corpus else None
    if info.corpus is None or corpus is None:
        raise UserError(
            f"A round needs a real passage. {corpus_sentence(info.corpus, None)}",
            "Choose a checkpoint whose text is here.",
        )
    folder = checkpoints.load(name).path
    own_text = not info.corpus.is_public
    if own_text and (folder / OWNER).is_file() and not owns(folder, token):
        raise UserError(
            "This checkpoint was trained on a text that another browser brought.",
            "Its passages are shown only there: choose another checkpoint.",
        )
    dice = secrets.randbelow(MAX_SHOWN_DICE + 1)
    for round_ in drawing(checkpoints.sampler(name).asked_by(asker()), corpus, dice):
        if round_ is None:
            yield gr.skip()
        else:
            key = ballot.put((name, info.fingerprint), round_)
            yield round_shown(round_, key, name, corpus.description)
