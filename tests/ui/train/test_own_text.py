"""Checks of an own text, and remarks on it before a run starts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.errors import UserError
from charlstm.text.corpus import load_corpus, store_pasted
from charlstm.training.config import PRESETS, TrainConfig
from charlstm.training.trainer import Trainer
from charlstm.ui.train.own_text import check_length, check_size, facts_of, remarks

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
            check_length(facts_of(text, "The text"), config)
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
    facts = facts_of(text, "The text")
    said = remarks(facts, PRESETS[preset], pace)
    assert f"{len(text):,} characters, {len(set(text)):,} distinct" in said[0]
    assert all(sentence.endswith(".") for sentence in said)


def test_a_pass_and_too_many_of_them() -> None:
    config = replace(PRESETS["quick"], seconds=60.0)
    facts = facts_of("a" * 1_000_000, "The file")
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
    short = remarks(facts_of("a" * 10_000, "The text"), config.with_budget(600, None), None)
    assert "reads it 51 times" in short[1]
    assert "12 steps read all of it" in remarks(facts_of("a" * 10_000, "The text"), config, None)[1]


def test_a_text_that_is_too_large() -> None:
    check_size(20_000_000, 20_000_000)
    with pytest.raises(UserError, match=r"has 20,000,001 bytes, and at most 19\.5 MB"):
        check_size(20_000_001, 19_500_000)
    with pytest.raises(UserError, match="3 bytes, and at most 2 bytes"):
        check_size(3, 2)
