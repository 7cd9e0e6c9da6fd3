"""Checks of an own text, and remarks on it before a run starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.counting import counted
from charlstm.errors import UserError
from charlstm.language import speaking
from charlstm.text.corpus import load_corpus, store_pasted
from charlstm.text.decoding import plain
from charlstm.training.config import PRESETS, TrainConfig
from charlstm.training.trainer import Trainer
from charlstm.ui.train.own_text import check_length, check_size, facts_of, read_upload, remarks

SMALL = replace(PRESETS["quick"], hidden_size=4, embed_size=4, streams=3, window=7, steps=10)
WINDOWS = replace(SMALL, batching="windows")


def trains(text: str, config: TrainConfig) -> bool:
    """The oracle: whether a trainer can take a step on the text."""
    try:
        Trainer(config, load_corpus(store_pasted(text))).step()
    except UserError:
        return False
    return True


@pytest.mark.parametrize("config", [SMALL, WINDOWS])
def test_what_is_refused_is_what_cannot_be_trained_on(config: TrainConfig) -> None:
    lengths = set()
    for length in range(8, 40):
        text = ("abcdefg" * length)[:length]
        try:
            check_length(facts_of(plain(text), "The text"), config)
        except UserError as error:
            lengths.add(str(error).split("Use a text of ")[1])
            assert not trains(text, config), length
        else:
            assert trains(text, config), length
            # Each error has named the shortest length that is enough.
            assert lengths == {f"at least {length} characters."}
            return
    pytest.fail("every text was refused")


@given(st.text(min_size=1), st.sampled_from(sorted(PRESETS)), st.none() | st.floats(1, 1e6))
def test_whatever_the_text_something_is_said(text: str, preset: str, pace: float | None) -> None:
    facts = facts_of(plain(text), "The text")
    said = remarks(facts, PRESETS[preset], pace)
    read = plain(text).text
    assert f"{counted(len(read), 'character')}, {len(set(read)):,} distinct" in said[0]
    assert all(sentence.endswith(".") for sentence in said)


def test_a_pass_and_too_many_of_them() -> None:
    config = replace(PRESETS["quick"], seconds=60.0)
    facts = facts_of(plain("a" * 1_000_000), "The file")
    said = remarks(facts, config, 10_000)  # reads 600,000 characters: less than a pass
    assert "held out" in said[0]
    assert "(100,000)" in said[0]
    assert "takes about 1:30, at the 10,000 characters a second" in said[1]
    assert len(said) == 2
    said = remarks(facts, config, 200_000)  # 12,000,000 characters over 900,000
    assert "takes about 4 seconds" in said[1]
    assert "reads it 13 times" in said[2]
    assert len(remarks(facts, config, None)) == 1
    # Steps need no pace: 600 steps of 768 characters over 9,000.
    short = remarks(facts_of(plain("a" * 10_000), "The text"), config.with_budget(600, None), None)
    assert "reads it 51 times" in short[1]
    assert (
        "12 steps read all of it"
        in remarks(facts_of(plain("a" * 10_000), "The text"), config, None)[1]
    )


def test_a_text_that_is_too_large() -> None:
    check_size(20_000_000, 20_000_000)
    with pytest.raises(UserError, match=r"has 20,000,001 bytes, and at most 19\.5 MB"):
        check_size(20_000_001, 19_500_000)
    with pytest.raises(UserError, match="3 bytes, and at most 2 bytes"):
        check_size(3, 2)


def test_a_second_and_one_step_are_not_plural() -> None:
    config = replace(PRESETS["quick"], seconds=60.0)
    facts = facts_of(plain("a" * 10_000), "The text")
    assert "takes about 1 second, at" in remarks(facts, config, 9_000)[1]
    assert "takes about 1:00, at" in remarks(facts, config, 9_000 / 59.7)[1]
    one = replace(config, seconds=None, steps=None, streams=1, window=8_000)
    assert "1 step reads all of it" in remarks(facts, one, None)[1]


def test_an_upload_is_named_and_its_changes_are_told(tmp_path: Path) -> None:
    path = tmp_path / "my café (2).TXT"
    path.write_bytes("a ( b )\r\n".encode("utf-16"))  # with a byte order mark
    text, facts = read_upload(path, 1_000)
    assert text.text == "a ( b )\n"
    said = remarks(facts, PRESETS["quick"], None)
    assert said[0].startswith("The file “my café (2).TXT” has 8 characters")
    assert said[1] == "It has 1 line end other than a newline (1 CR LF), which is read as one."
    with speaking("de"):
        told = remarks(read_upload(path, 1_000)[1], PRESETS["quick"], None)[1]
    assert told == (
        "Der Text hat 1 anderes Zeilenende als einen Zeilenumbruch (1 CR LF), das als "
        "Zeilenumbruch gelesen wird."
    )
    with pytest.raises(UserError, match="has 20 bytes"):
        read_upload(path, 19)
    path.write_bytes(b"abc \xff")
    with pytest.raises(UserError, match=r"“my café \(2\).TXT” is not UTF-8") as refused:
        read_upload(path, 1_000)
    with speaking("de"):
        assert refused.value.problem.startswith(
            "Die Datei „my café (2).TXT“ ist nicht in UTF-8 kodiert: Das Byte an Position 4 "
        )
    long = tmp_path / f"{'x' * 200}.txt"
    long.write_text("a")
    assert len(read_upload(long, 1_000)[1].source) < 80
