"""Sentences and labels for the page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from charlstm.checkpoints.catalog import CheckpointInfo
from charlstm.language import speaking
from charlstm.text.spec import WIKITEXT2
from charlstm.text.vocabulary import Vocabulary
from charlstm.ui.components.words import (
    character_name,
    checkpoint_sentence,
    clock,
    line_end_sentence,
    run_sentence,
    unknown_sentence,
    vocabulary_example,
)
from tests.fixtures.run_history import RUNNING


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("é", "é"),
        ("\N{GRINNING FACE}", "\N{GRINNING FACE}"),
        (" ", "space"),
        ("\n", "newline"),
        ("\0", "U+0000"),
        ("\N{COMBINING ACUTE ACCENT}", "U+0301"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}", "U+202E"),
        ("\ud83d", "U+D83D"),
    ],
)
def test_a_character_without_a_shape_is_named(character: str, name: str) -> None:
    assert character_name(character) == name


def test_unknown_characters_are_named_in_a_sentence() -> None:
    unknown = Vocabulary.from_text("abc ").unknown
    assert unknown_sentence(unknown("a cab")) is None
    assert unknown_sentence(unknown("abé")) == (
        "1 character this model has not seen: é. It reads it as <UNK>."
    )
    assert unknown_sentence(unknown("\N{GRINNING FACE}aéé")) == (
        "2 characters this model has not seen: \N{GRINNING FACE} é. It reads each as <UNK>."
    )


def test_line_ends_that_are_read_as_newlines_are_named() -> None:
    read_as_newline = Vocabulary.from_text("ab\n").read_as_newline
    assert line_end_sentence(read_as_newline("a\nb")) is None
    assert line_end_sentence(read_as_newline("a\u2028b\u2028")) == (
        "U+2028 ends a line here: this model reads it as a newline."
    )
    assert line_end_sentence(read_as_newline("\f\v")) == (
        "U+000C and U+000B end a line here: this model reads each as a newline."
    )


def test_many_unknown_characters_are_counted() -> None:
    sentence = unknown_sentence([chr(0x4E00 + i) for i in range(1012)])
    assert sentence is not None
    assert sentence.startswith("1,012 characters this model has not seen: 一")
    assert sentence.endswith("and 1,000 more. It reads each as <UNK>.")


@pytest.mark.parametrize(
    ("parameters", "bpc", "sentence"),
    [
        (
            3_404_127,
            1.7918,
            "1.79 bits per character on WikiText-2 validation, 3.4 M parameters",
        ),
        (361_057, None, "not measured yet, 361 k parameters"),
        (999, None, "not measured yet, 999 parameters"),
    ],
)
def test_a_checkpoint_is_described(parameters: int, bpc: float | None, sentence: str) -> None:
    about = {"shipped": True, "fingerprint": "0123456789", "corpus": WIKITEXT2}
    info = CheckpointInfo("any", parameters, bpc, "WikiText-2 validation", **about)
    assert checkpoint_sentence(info) == sentence


@pytest.mark.parametrize(
    ("measured_on", "in_german"),
    [
        ("the WikiText-2-raw validation split", "Validierungsteil von WikiText-2-raw"),
        (
            "the validation split of a text file of 1,234 characters; its last tenth "
            "(1 character) is held out for validation",
            "Validierungsteil (eine Textdatei mit 1,234 Zeichen; ihr letztes Zehntel (1 Zeichen) "
            "wird für die Validierung zurückgehalten)",
        ),
        ("what a stranger wrote", "what a stranger wrote"),
        ("the validation split of " * 50_000, "the validation split of " * 50_000),
    ],
)
def test_what_a_card_says_of_its_text_is_read_in_the_visitors_language(
    measured_on: str, in_german: str
) -> None:
    about = {"shipped": True, "fingerprint": "0123456789", "corpus": None}
    with speaking("de"):
        said = checkpoint_sentence(CheckpointInfo("any", 999, 1.0, measured_on, **about))
    assert said == f"1.00 Bit pro Zeichen, gemessen auf: {in_german}; 999 Parameter"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (41.4, "0:41"), (59.6, "1:00"), (3907, "1:05:07"), (-3, "0:00")],
)
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_a_run_is_told_in_one_line() -> None:
    run = replace(RUNNING, step=1240, seconds_left=41.0)
    assert run_sentence(run) == "training, step 1,240, 0:41 left"
    last = replace(run, seconds_left=0.2)
    assert run_sentence(last) == "training, step 1,240, 0:01 left"
    scored = replace(run, state="scoring", seconds_left=None, scored=0.418)
    assert run_sentence(scored) == "training is done, its score is taken: 41 %"


def test_the_vocabulary_example_is_the_notebooks() -> None:
    shown = vocabulary_example(Vocabulary.from_text("mississippi"), "mississippi")
    assert shown.characters == ["i", "m", "p", "s", "<UNK>"]
    assert shown.ids == [1, 0, 3, 3, 0, 3, 3, 0, 2, 2, 0]


def test_the_vocabulary_example_shows_what_it_does_not_know() -> None:
    shown = vocabulary_example(Vocabulary.from_text("mississippi"), "miss o")
    assert (shown.labels[-2:], shown.ids[-2:]) == (["space", "o"], [4, 4])
    assert shown.unk == 4
