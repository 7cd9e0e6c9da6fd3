"""Questions to the text columns and their answers, without a browser."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.truncation import Truncation
from charlstm.ui.components.contract import plain, reader
from charlstm.ui.components.limits import SEED_TEXT_LIMIT, check_seed_text
from charlstm.ui.temperature.columns.question import (
    Question,
    WriteQuestion,
    answers,
    cut_sentence,
    question,
)
from charlstm.ui.temperature.tab import remarks
from tests.ui.temperature.page import HOSTILE

GOOD: dict[str, Any] = {
    "checkpoint": "tiny",
    "seed": "The ",
    "dice": 7,
    "columns": "2",
    "length": 30,
    "top_k": 0,
    "top_p": 1,
    "min_p": 0,
    "rest": [0.2, 1, 1, 1],
}


def asked_of(checkpoints: Checkpoints, **changed: Any) -> Question:
    return question(checkpoints, reader(WriteQuestion)(GOOD | changed))


def asked(checkpoints: Checkpoints, **changed: Any) -> list[list[str]]:
    found = asked_of(checkpoints, **changed)
    return list(answers(checkpoints.sampler(found.checkpoint), found))


@pytest.mark.parametrize("text", [*HOSTILE, "a" * SEED_TEXT_LIMIT])
def test_a_seed_text_is_taken_as_it_is(text: str) -> None:
    assert check_seed_text(text) == text


@pytest.mark.parametrize("text", ["", "a" * (SEED_TEXT_LIMIT + 1), "a" * 100_000, "half \ud83d"])
def test_a_seed_text_that_cannot_be_read_gets_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match=r"^The seed text .*\. [A-Z].*\.$"):
        check_seed_text(text)


@pytest.mark.parametrize(
    "changed",
    [
        {"checkpoint": None},
        {"checkpoint": "../../etc"},
        {"seed": ""},
        {"seed": "\ud800"},
        {"columns": "5"},
        *({"dice": n} for n in (None, math.nan, math.inf, -1, 7.5, 1e9, 10**400, "7", True)),
        *({"length": n} for n in (None, math.nan, 0, -1, 2.5, 10**9, 10**400, "400")),
        *({"rest": [t, 1, 1, 1]} for t in (None, math.nan, -1, 1e9, 10**400, "hot", True)),
        {"rest": []},
        {"rest": [1] * 5},
        *({"top_k": k} for k in (None, math.nan, -1, 1.5, 10**400)),
        *({"top_p": p} for p in (None, math.nan, 0, -0.5, 2)),
        *({"min_p": p} for p in (None, math.nan, -0.5, 2)),
    ],
    ids=str,
)
def test_a_question_that_cannot_be_answered_gets_a_sentence(
    app_checkpoints: Checkpoints, changed: dict[str, Any]
) -> None:
    with pytest.raises(UserError, match=r"^[A-Z0-9].*\. [A-Z].*\.$"):
        asked(app_checkpoints, **changed)


def test_answers_grow_into_what_the_sampler_draws(app_checkpoints: Checkpoints) -> None:
    cut = Truncation(top_k=20, top_p=0.9, min_p=0.01)
    texts = app_checkpoints.sampler("tiny").sample("The ", [0.2, 1], 300, 7, truncation=cut)
    found = asked(app_checkpoints, length=300, top_k=20, top_p=0.9, min_p=0.01)
    assert found[-1] == [text[len("The ") :] for [text] in texts]
    for column in (0, 1):
        grown = [texts[column] for texts in found]
        assert all(late.startswith(soon) for soon, late in itertools.pairwise(grown))


def test_equal_temperatures_write_equal_texts(app_checkpoints: Checkpoints) -> None:
    last = asked(app_checkpoints, columns="4", rest=[0.9, 0.9, 0.4, 0.9], length=200)[-1]
    assert last[0] == last[1] == last[3] != last[2]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_the_browser_gets_is_json_and_holds_texts_as_they_are(
    app_checkpoints: Checkpoints, text: str
) -> None:
    found = asked_of(app_checkpoints, seed=text)
    shown = found.shown(["</b>", text], "writing")
    assert json.loads(json.dumps(plain(shown))) == {
        "phase": "writing",
        "checkpoint": "tiny",
        "fingerprint": app_checkpoints.info("tiny").fingerprint,
        "seed": text,
        "dice": 7,
        "length": 30,
        "truncation": {"top_k": 0, "top_p": 1.0, "min_p": 0.0},
        "cut": "",
        "columns": [{"temperature": 0.2, "text": "</b>"}, {"temperature": 1.0, "text": text}],
    }


@pytest.mark.parametrize(
    ("cut", "sentence"),
    [
        (Truncation(), ""),
        (Truncation(top_k=40), "Cut to the 40 likeliest characters, after temperature."),
        (Truncation(top_k=1), "Cut to the likeliest character, after temperature."),
        (
            Truncation(top_p=0.9, min_p=0.05),
            "Cut to the fewest that make up 90 % of the chance, then to those at least 5 % as "
            "likely as the likeliest, after temperature.",
        ),
    ],
    ids=str,
)
def test_a_truncation_is_said_in_a_sentence(cut: Truncation, sentence: str) -> None:
    assert cut_sentence(cut) == sentence


def test_what_is_said_of_the_controls(app_checkpoints: Checkpoints) -> None:
    assert remarks(app_checkpoints, "tiny", "The ", locked=False, dice=7) == []
    unknown, long, locked = remarks(app_checkpoints, "tiny", "é" * 2_001, locked=True, dice=7)
    assert unknown.startswith("1 character this model has not seen: é")
    assert "left out of the link" in long
    assert locked.startswith("The dice are locked at 7: nothing on this page moves them")
