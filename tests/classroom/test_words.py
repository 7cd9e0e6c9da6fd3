"""Codes, names and seed texts as they are typed."""

from __future__ import annotations

import doctest
import re

import pytest

from charlstm.classroom import words
from charlstm.classroom.words import (
    LONGEST_NAME,
    LONGEST_SEED_TEXT,
    check_code,
    check_name,
    check_seed_text,
    invented_name,
    new_code,
)
from charlstm.errors import UserError


def test_docstrings_tell_the_truth():
    assert doctest.testmod(words).failed == 0


def test_codes_are_typed_back_in_any_case_and_with_spaces():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert check_code(f" {code[:3].lower()} {code[3:]}\n") == code
        assert not re.search("[0O1IL2Z5S8BUVAEY]", code)


@pytest.mark.parametrize(
    "typed", ["", "CDFGH", "CDFGHJK", "CDFGH0", "ĆDFGHJ", "CDFGHJ'", "C" * 10**6]
)
def test_what_is_no_code_gets_a_sentence(typed):
    with pytest.raises(UserError, match="not the code of a room"):
        check_code(typed)


def test_invented_names_are_two_words_and_not_taken():
    taken: list[str] = []
    for _ in range(300):
        name = invented_name(taken)
        assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+", name)
        assert name not in taken
        taken.append(name)
    assert invented_name(["AMBER OTTER"]).casefold() != "amber otter"


@pytest.mark.parametrize("name", ["Anna", "李", "Zoë 🦦", "नमस्ते", "👩‍🚀", "a" * LONGEST_NAME])
def test_names_of_all_scripts(name):
    assert check_name(f" {name} ") == name


def test_seed_texts_stay_as_they_are():
    for text in [" He ( \n", "(" * LONGEST_SEED_TEXT, "می‌خواهم ( "]:
        assert check_seed_text(text) == text


HIDDEN = ["\0", "\x1b", "\x7f", "\u200b", "\u202e", "\u2028", "\ud800", "\ue000", "\ufffe", "\t"]


@pytest.mark.parametrize("character", HIDDEN)
def test_characters_that_are_not_displayed_get_a_sentence(character):
    found = f"U\\+{ord(character):04X}"
    for check in (check_name, check_seed_text):
        with pytest.raises(UserError, match=found):
            check(f"a{character}b (")


def test_a_name_has_no_newline_and_a_seed_text_may():
    with pytest.raises(UserError, match=r"U\+000A"):
        check_name("a\nb")


@pytest.mark.parametrize(
    ("check", "typed", "message"),
    [
        (check_name, "", "The name is empty"),
        (check_name, "  \n", "The name is empty"),
        (check_name, "a" * (LONGEST_NAME + 1), "has 31 characters"),
        (check_seed_text, "", "The seed text is empty"),
        (check_seed_text, "(" * (LONGEST_SEED_TEXT + 1), "has 2,001 characters"),
    ],
)
def test_what_is_empty_or_too_long_gets_a_sentence(check, typed, message):
    with pytest.raises(UserError, match=message):
        check(typed)
