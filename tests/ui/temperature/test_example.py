"""The texts that the page opens with are those that the shipped model draws."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.folders import SHIPPED
from charlstm.model.noise import gumbel_noise
from charlstm.runs.manager import Runs
from charlstm.ui.temperature.columns.example import CHECKPOINT, EXAMPLE, opening_columns
from charlstm.ui.temperature.inputs import DICE, LENGTH, SEED_TEXT, TEMPERATURES
from tests.fixtures.pages import app_page

DEFAULTS = (SEED_TEXT, TEMPERATURES, LENGTH, DICE)


@torch.no_grad()
def test_each_character_is_the_one_that_the_dice_draw() -> None:
    """By one call of `nn.LSTM` for each text. Scores that differ by less than 1e-3 may change their
    order from processor to processor."""
    checkpoint = load_checkpoint(SHIPPED / CHECKPOINT)
    model, vocab = checkpoint.model.eval(), checkpoint.vocab
    samples = json.loads(EXAMPLE.read_text(encoding="utf-8"))["samples"]
    assert [sample["temperature"] for sample in samples] == list(TEMPERATURES)
    noise = gumbel_noise(DICE, 1, 0, LENGTH, len(vocab))[:, 0]
    for sample in samples:
        assert sample["text"].startswith(SEED_TEXT)
        ids = torch.from_numpy(vocab.encode(sample["text"]).astype(np.int64))
        written = ids[len(SEED_TEXT) :]
        assert len(written) == LENGTH
        logits = model(ids[None, :-1])[0][len(SEED_TEXT) - 1 :]
        logits[:, vocab.unk_id] = -math.inf
        scores = logits + sample["temperature"] * noise
        chosen = scores.gather(1, written[:, None])[:, 0]
        assert (scores.max(dim=1).values - chosen).max() < 1e-3


def test_other_checkpoints_open_with_empty_columns(app_checkpoints: Checkpoints) -> None:
    value = opening_columns(app_checkpoints, *DEFAULTS)
    assert (value.phase, {column.text for column in value.columns}) == ("ready", {""})
    value = opening_columns(Checkpoints(SHIPPED, SHIPPED), *DEFAULTS)
    assert (value.phase, value.checkpoint) == ("written", CHECKPOINT)
    assert all(len(column.text) == LENGTH for column in value.columns)


def test_the_explained_character_is_the_first_that_the_last_column_has_alone() -> None:
    value = opening_columns(Checkpoints(SHIPPED, SHIPPED), *DEFAULTS)
    assert value.explained
    texts = [SEED_TEXT + column.text for column in value.columns]
    number, place = value.explained.number, value.explained.place
    assert number == len(texts) - 1
    assert len({text[:place] for text in texts}) == 1
    assert texts[-1][place] not in {text[place] for text in texts[:-1]}
    answer = value.explained.answer
    assert answer.name == texts[-1][place]
    assert [group.winner for group in answer.groups[1:]] == [text[place] for text in texts]


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_opens_with_it_and_a_link_without(page: Page, tmp_path: Path) -> None:
    value = opening_columns(Checkpoints(SHIPPED, SHIPPED), *DEFAULTS)
    first = value.columns[0].text
    with app_page(Checkpoints(tmp_path, SHIPPED), Runs(tmp_path)) as url:
        page.goto(url)
        column = page.locator("#columns .text-columns pre").first
        expect(column).to_have_text(SEED_TEXT + first, use_inner_text=False)
        expect(page.locator("#columns .parting")).to_contain_text("T 0.2")
        assert page.evaluate("location.search") == ""

        # One character is explained, below the texts; the next one, which is asked for, above them.
        why = page.locator("#columns .text-why")
        assert value.explained
        expect(why.locator(".why-said")).to_contain_text(f"character {value.explained.place + 1},")
        expect(why.locator(".why-group")).to_have_count(4)
        assert why.evaluate("(panel) => getComputedStyle(panel).position") == "static"
        page.locator("#columns .text-columns pre").first.click(position={"x": 60, "y": 60})
        expect(why.locator(".why-said")).not_to_contain_text(
            f"character {value.explained.place + 1},"
        )
        assert why.evaluate("(panel) => getComputedStyle(panel).position") == "sticky"

        # The model writes the same text with the same dice, and the page says so.
        page.locator("#write").click()
        expect(page.locator("#columns .text-state")).to_contain_text("same dice")
        expect(column).to_have_text(SEED_TEXT + first, use_inner_text=False)
        page.wait_for_load_state("networkidle")  # Gradio reports what leaving breaks off
        page.goto(f"{url}?seed=The+")
        expect(page.locator("#seed-text textarea")).to_have_value("The ")
        expect(column).not_to_contain_text(first)
        page.goto("about:blank")  # before the server ends, which the page would complain of
