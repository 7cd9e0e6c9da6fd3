"""A room's question: what can be asked, and by which models."""

from __future__ import annotations

import json
import shutil

import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.files import SETTINGS
from charlstm.checkpoints.owners import claim
from charlstm.classroom.question import (
    READY,
    BlindAsked,
    BracketsAsked,
    ask_blind,
    ask_brackets,
    read,
    sampler_of,
    written,
)
from charlstm.errors import UserError
from tests.classroom.conftest import OTHER, TOKEN, seen
from tests.fixtures.classroom import KNOWN_TEXT, LIVELY, OWN_TEXT


def test_a_question_comes_back_as_it_was_asked(rooms, checkpoints):
    room = rooms.open()
    fingerprint = checkpoints.info(LIVELY).fingerprint
    for number, question in enumerate(
        [
            ask_brackets(checkpoints, LIVELY, ' "He\n[ é ( ', (0.2, 1, 2.5), 40, 2**62),
            ask_blind(checkpoints, KNOWN_TEXT),
        ],
        1,
    ):
        rooms.ask(room.code, room.teacher, question)
        assert seen(rooms, room).question == question == read(written(question))
        assert seen(rooms, room).number == number
        assert question.fingerprint == checkpoints.info(question.checkpoint).fingerprint
    assert fingerprint == checkpoints.info(LIVELY).fingerprint


def test_the_ready_questions_can_be_asked(checkpoints):
    for ready in READY:
        asked = ask_brackets(
            checkpoints, LIVELY, ready.seed_text, ready.temperatures, ready.horizon
        )
        assert isinstance(asked, BracketsAsked)
        assert asked.probe.samples == 20
        assert asked.probe.target().closing in ")]"
    assert len({ready.title for ready in READY}) == len(READY)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"checkpoint": "nobody"}, "no checkpoint called 'nobody'"),
        ({"seed_text": ""}, "The seed text is empty"),
        ({"seed_text": "He ()"}, "bracket"),
        ({"seed_text": "\ud800("}, "U.D800"),
        ({"temperatures": ()}, "No temperature"),
        ({"temperatures": (0.5, 0)}, "all samples are the same text"),
        ({"temperatures": (0.5, 0.5)}, "can't be asked together"),
        ({"temperatures": (0.1, 0.2, 0.3, 0.4, 0.5)}, "can't be asked together"),
        ({"temperatures": (9.0,)}, "temperature of 9 is out of range"),
        ({"temperatures": (float("nan"),)}, "out of range"),
        ({"horizon": 501}, "too far for a class"),
        ({"horizon": 0}, "horizon of 0"),
        ({"dice": -1}, "dice"),
    ],
)
def test_a_question_that_cannot_be_asked_gets_a_sentence(checkpoints, changes, message):
    asked = {"checkpoint": LIVELY, "seed_text": "a ( ", "temperatures": (0.5,)} | changes
    with pytest.raises(UserError, match=message):
        ask_brackets(checkpoints, **asked)


def test_blind_rounds_need_a_text_that_everybody_may_read(checkpoints):
    for name in (OWN_TEXT, LIVELY):
        with pytest.raises(UserError, match="a text that everybody may read"):
            ask_blind(checkpoints, name)


def test_a_model_that_is_one_browsers_is_not_asked_by_a_room(checkpoints, tmp_path):
    private = tmp_path / "private"
    shutil.copytree(checkpoints.load(KNOWN_TEXT).path, private)
    (private / SETTINGS).write_text(json.dumps({"corpus": "brackets"}))
    owned = Checkpoints(tmp_path, tmp_path).offered_to(lambda: TOKEN)
    asked = ask_blind(owned, "private")
    claim(private, TOKEN, shared=False)
    for act in (
        lambda: ask_blind(owned, "private"),
        lambda: ask_brackets(owned, "private", "a ( ", (0.5,)),
    ):
        with pytest.raises(UserError, match="used only in the browser that trained it"):
            act()
    for who in (owned, owned.offered_to(lambda: OTHER)):
        with pytest.raises(UserError, match="no checkpoint called 'private'"):
            sampler_of(who, asked)
    with pytest.raises(UserError, match="no checkpoint called 'private'"):
        ask_blind(owned.offered_to(lambda: OTHER), "private")


def test_other_weights_are_not_mixed_in(checkpoints):
    question = BlindAsked(LIVELY, "0" * 10)
    with pytest.raises(UserError, match="'lively' has other weights"):
        sampler_of(checkpoints, question)
