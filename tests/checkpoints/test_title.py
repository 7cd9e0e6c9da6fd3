"""What a run is called: what a person may type, and what is made of it."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path

import pytest

from charlstm.checkpoints.checkpoint import read_config
from charlstm.checkpoints.files import SETTINGS
from charlstm.checkpoints.title import (
    LONGEST,
    called,
    checked_title,
    file_name,
    given_title,
    in_folder,
    title_of_file,
    told_apart,
)
from charlstm.errors import UserError
from charlstm.language import speaking
from charlstm.texts import translated

GOOD = [
    "",
    "a",
    "Shakespeare, 512 units (rate 0.001)",
    "24 Nov",
    "Märchen & Sagen",
    "Дневник",
    "日本語の本",
    "ספר",
    "a <b>bold</b> & ${name}",
    "x" * LONGEST,
]
BAD = [
    "x" * (LONGEST + 1),
    "x" * 1_000_000,
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@sum",
    "\u202eevil",
    "a\u200bb",
    "a\nb",
    "a\tb",
    "a\0b",
    "a\ud800",
    "../../etc/passwd",
    "<img src=x onerror=alert(1)>",
    "\u0301a",
]


@pytest.mark.parametrize("title", GOOD)
def test_a_name_stays_as_it_was_typed(title: str) -> None:
    assert checked_title(f" {title} ") == title
    assert checked_title(unicodedata.normalize("NFD", title)) == title


@pytest.mark.parametrize("title", BAD)
def test_another_one_is_refused_with_a_sentence(title: str) -> None:
    with pytest.raises(UserError, match=r"^The name .*\. [A-Z].*\.$") as refused:
        checked_title(title)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 150


def test_no_character_that_cant_be_seen_is_part_of_a_name() -> None:
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(character := chr(code)) in ("Cc", "Cf", "Zl", "Zp"):
            with pytest.raises(UserError):
                checked_title(f"a{character}b")


@pytest.mark.parametrize("name", [*GOOD, *BAD, ".txt", "a.TXT", "_notes (2).txt", "--- .txt"])
def test_the_name_of_any_file_makes_a_valid_one(name: str) -> None:
    title = title_of_file(name)
    assert checked_title(title) == title


def test_the_name_of_a_file() -> None:
    assert title_of_file("Faust, 1. Teil.TXT") == "Faust, 1. Teil"
    assert title_of_file("_notes\u202e (2).txt") == "notes (2)"
    assert title_of_file("....txt") == ""
    assert title_of_file("a.md") == "a.md"


@pytest.mark.parametrize(
    "saved",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        json.dumps({"title": None}),
        json.dumps({"title": 3}),
        json.dumps({"title": "=1"}),
        json.dumps({"title": " a"}),
        '{"title": "\\ud800"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_name_in_a_file_counts_as_none(tmp_path: Path, saved: str) -> None:
    assert given_title(tmp_path) == ""
    (tmp_path / SETTINGS).write_text(saved)
    assert given_title(tmp_path) == ""


def test_without_a_name_it_is_called_by_its_folder() -> None:
    assert called("20261124-231105-quick-brackets-0aa1", "") == "24 Nov 23:11 quick"
    assert called("20269999-231144-quick-text-68de", "") == "20269999-231144-quick-text-68de"
    assert called("mine", "") == "mine"
    assert called("mine", "Yours") == "Yours"


def test_a_sentence_about_its_files_names_the_folder_too(tmp_path: Path) -> None:
    mine, automatic = tmp_path / "mine", tmp_path / "20261124-231105-quick-brackets-0aa1"
    assert in_folder(mine) == "'mine'"
    mine.mkdir()
    (mine / SETTINGS).write_text(json.dumps({"title": "A <b>書"}))
    assert in_folder(mine) == "'A <b>書' (folder 'mine')"
    assert translated(in_folder(automatic), "de") == (
        "„24. Nov. 23:11 quick“ (Ordner '20261124-231105-quick-brackets-0aa1')"
    )
    with pytest.raises(UserError, match=r"checkpoint 'A <b>書' \(folder 'mine'\) can't be used"):
        read_config(mine)


def test_two_of_one_name_are_told_apart() -> None:
    assert told_apart(["a", "b", "a"], ["1-0aa1", "2-0bb2", "3-0cc3"]) == ["a 0aa1", "b", "a 0cc3"]


def test_its_time_is_read_in_any_language() -> None:
    name = "20261124-231105-quick-brackets-0aa1"
    twice = told_apart([called(name, ""), called(name, "")], [name, "0bb2"])
    assert twice == ["24 Nov 23:11 quick 0aa1", "24 Nov 23:11 quick 0bb2"]
    assert translated(twice, "de") == ["24. Nov. 23:11 quick 0aa1", "24. Nov. 23:11 quick 0bb2"]
    assert translated(called(name, ""), "zh") == "11月24日 23:11 quick"
    with speaking("es"):
        assert called("20260112-090000-quick-text-68de", "") == "12 ene 09:00 quick"


@pytest.mark.parametrize("title", GOOD)
def test_a_file_is_called_like_its_run(title: str) -> None:
    name = file_name("a-run", title)
    assert Path(name).name == name
    assert not set(name) & set('/\\:*?"<>|\0 ')
    assert not name.startswith(".")
    assert (name == "a-run") == (title == "")
