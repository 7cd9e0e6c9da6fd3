"""The lesson's texts: what they quote is what the shipped files say."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pyarrow import parquet

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.intervals import wilson_interval
from charlstm.language import ENGLISH, LANGUAGES, speaking
from charlstm.model.cell import last_character
from charlstm.model.reading import why
from charlstm.model.sampler import Sampler
from charlstm.texts import Text, table
from charlstm.ui.app import TABS
from charlstm.ui.brackets.inputs import DICE, HORIZON, TEMPERATURES
from charlstm.ui.notebook.guessing import GUESSES, passages
from charlstm.ui.notebook.lesson import lesson
from charlstm.ui.temperature import inputs as columns
from charlstm.ui.texts import UI

SHIPPED = Path(__file__).parents[3] / "checkpoints"
STEPS = {step.name: step for step in lesson().steps}


def said(name: str) -> str:
    """All that a step says, in the lesson and to a teacher."""
    step = STEPS[name]
    return " ".join([*step.text, step.question, *step.answer, step.ask, step.expect])


def shipped(checkpoint: str, name: str) -> Any:
    return json.loads((SHIPPED / checkpoint / name).read_text(encoding="utf-8"))


def card(checkpoint: str) -> str:
    return (SHIPPED / checkpoint / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Checkpoints(SHIPPED, SHIPPED).sampler("wikipedia-2x640")


def test_ten_steps_take_20_to_40_minutes() -> None:
    assert len(STEPS) == 10
    assert 20 <= sum(step.minutes for step in STEPS.values()) <= 40


def test_a_step_opens_tabs_with_settings_that_a_link_may_have() -> None:
    known = {"tab", "go", "why", "panel", "preset", "run", "bracket_seed", "units"}
    for step in STEPS.values():
        for link in step.opens:
            query = parse_qs(link.query, keep_blank_values=True, strict_parsing=True)
            assert query["tab"][0] in TABS
            assert query.keys() <= known


def test_sections_name_steps() -> None:
    assert {section.step for section in lesson().sections} <= {*STEPS, ""}
    assert all(bool(section.step) != bool(section.here) for section in lesson().sections)


@pytest.mark.parametrize("spoken", [code for code in LANGUAGES if code != ENGLISH])
def test_a_translation_changes_words_alone(spoken: str) -> None:
    """The same steps and links, and the same figures, which the tests below compare with files."""
    with speaking(spoken):
        translated = {step.name: step for step in lesson().steps}
    for name, step in STEPS.items():
        other = translated[name]
        assert other.minutes == step.minutes
        assert [link.query for link in other.opens] == [link.query for link in step.opens]
        assert other.question != step.question
    english, texts = table(ENGLISH), table(spoken)
    for name in english:
        if name.startswith("notebook."):
            assert figures(texts[name]) == figures(english[name]), name


def figures(found: Text) -> list[str]:
    return sorted(re.findall(r"\d+(?:[.,:]\d+)*", str(found)))


def test_the_size_of_the_vocabulary() -> None:
    characters = shipped("wikipedia-2x640", "vocab.json")["characters"]
    assert f"{len(characters)}, and UNK makes {len(characters) + 1}" in said("characters")
    assert characters == shipped("wikipedia-512", "vocab.json")["characters"]


@pytest.mark.slow
def test_the_unit_that_counts(sampler: Sampler) -> None:
    text = "He was born in London ( "
    falls = [last_character(sampler, text[:n]).layers[0].c for n in range(1, len(text) + 1)]
    assert f"the {len(text)} of “{text}”" in said("cell")
    assert int(abs(falls[-1]).argmax()) == 20  # where the step begins
    assert f"−{abs(falls[-1][20]):.2f}" in said("cell")
    steps = [float(before[20] - after[20]) for before, after in pairwise(falls)]
    assert sum(steps) / len(steps) > 0.8


def test_the_losses_of_the_cards() -> None:
    for name in ("wikipedia-2x640", "wikipedia-512"):
        [bpc] = re.findall(r"type: bpc\n +value: ([\d.]+)", card(name))
        assert f"{name} takes {float(bpc):.2f}" in said("loss")
    assert round(2**1.8, 1) == 3.5
    assert -math.log2(0.05) > 4
    of_notebook = r"400 steps on the same training text, ([\d.]+)\."
    [notebook] = re.findall(of_notebook, card("wikipedia-2x640"))
    assert f"is at {notebook} nats after 400 steps" in said("slips")


def test_how_training_went() -> None:
    learned = shipped("wikipedia-2x640", "learned.json")
    first = learned["points"]["loss"][0]
    ids = len(shipped("wikipedia-2x640", "vocab.json")["characters"]) + 1
    text = said("training")
    assert f"{first:.2f} nats, {first / math.log(2):.2f} bits" in text
    assert f"between {math.exp(first):.0f} characters, nearly all of its {ids} ids" in text
    early, late = learned["validations"][0], learned["validations"][-1]
    assert f"After {early['step']} steps it is {early['nats'] / math.log(2):.2f} bits" in text
    assert f"after all {late['step']:,} it is {late['nats'] / math.log(2):.2f}" in text
    assert first - early["nats"] > (early["nats"] - late["nats"])  # most of the fall


def example() -> list[str]:
    path = UI / "temperature/columns/example.json"
    return [sample["text"] for sample in json.loads(path.read_text())["samples"]]


def test_how_much_the_columns_repeat_themselves() -> None:
    cold, _, own = (
        [word for word in text.removeprefix(columns.SEED_TEXT).split() if word.isalpha()]
        for text in example()
    )
    text = said("temperature")
    assert f"its {len(cold)} words are only {len({*cold})} different ones" in text
    assert f"{Counter(cold)['the']} times “the”" in text
    assert f"it is {len({*own})} of {len(own)}" in text


def test_the_first_character_at_which_the_columns_differ(sampler: Sampler) -> None:
    cold, middle, own = example()
    at = next(i for i, pair in enumerate(zip(middle, own, strict=True)) if len({*pair}) > 1)
    assert [text[at] for text in (cold, middle, own)] == ["t", "t", "c"]
    [link] = STEPS["dice"].opens
    assert f"why=3.{at + 1}" in link.query
    text = said("dice")
    assert f"After “{own[:at]}”" in text
    step = at - len(columns.SEED_TEXT)
    _, *rows = why(sampler, own, at, columns.TEMPERATURES, dice=columns.DICE, step=step).rows
    assert [row.winner for row in rows] == ["t", "t", "c"]
    chances = [{one.character: 100 * one.probability for one in row.choices} for row in rows]
    assert f"“t” {chances[2]['t']:.0f} % and “c” {chances[2]['c']:.1f} %" in text
    assert f"At T 0.5 “t” has {chances[1]['t']:.0f} %, at T 0.2 {chances[0]['t']:.1f} %" in text
    assert f"Dice {columns.DICE} favour" in text


def test_how_often_the_bracket_is_closed() -> None:
    closing = shipped("wikipedia-2x640", "learned.json")["closing"]
    last = closing["rows"][-1]
    text = said("bracket")
    assert f"After “{closing['seed_text']}” at T {closing['temperature']}" in text
    assert parse_qs(STEPS["bracket"].opens[0].query)["bracket_seed"] == [closing["seed_text"]]
    # What the link asks is what the file answers.
    assert closing["temperature"] in TEMPERATURES
    assert (closing["horizon"], closing["dice"]) == (HORIZON, DICE)
    low, high = (f"{100 * bound:.1f} %" for bound in wilson_interval(last["closed"], last["n"]))
    assert f"{last['closed']} of {last['n']} samples" in text
    assert f"from {low} to {high}" in text
    assert f"with a comma {last['stray']} of {last['n']}" in text


def test_which_units_remember() -> None:
    text = said("memory")
    for name, units in (("wikipedia-2x640", ["2:60", "2:437"]), ("wikipedia-512", ["1:322"])):
        verdict = shipped(name, "cells.json")["result"]["verdict"]
        assert verdict["units"] == units
        assert all(unit in text for unit in units)
        [share] = re.findall(r"takes (\d+ %) \(", verdict["sentence"])
        assert share in text
        assert "none of 99 random sets" in verdict["sentence"]
    reads = shipped("wikipedia-2x640", "cells.json")["result"]["reads"]
    assert reads["2:60"]["heading"] > 0.9
    assert reads["2:437"]["quote"] > 0.9


def test_no_model_learnt_from_the_passages(wikitext: Path) -> None:
    text = "".join(
        "".join(parquet.read_table(file)["text"].to_pylist())
        for file in wikitext.rglob("*.parquet")
    )
    for passage in passages():
        assert passage.text[:40] not in text


def test_so_many_characters_of_a_passage_are_guessed() -> None:
    assert {len(passage.text) - passage.given for passage in passages()} == {GUESSES}


def test_the_readme_lists_every_step() -> None:
    [row] = re.findall(r"^\| `step` \|.*$", (SHIPPED.parent / "README.md").read_text(), re.M)
    assert re.findall(r"`(\w+)`", row.partition("at this step")[2])[:-1] == [
        *STEPS,
        "sections",
        "teacher",
    ]
