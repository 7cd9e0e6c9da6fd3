"""The answer that the Brackets tab opens with is the one that the shipped model gives."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.export.probe_report import read_probe_json
from charlstm.folders import SHIPPED
from charlstm.model.noise import gumbel_noise
from charlstm.runs.manager import Runs
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.inputs import DICE, HORIZON, SAMPLES, SEED_TEXT, TEMPERATURES
from charlstm.ui.brackets.probe import example as opening
from charlstm.ui.brackets.probe.example import example, opening_answer
from tests.fixtures.pages import app_page

READ = 12
"""Samples of each temperature that are read again."""


def test_it_is_on_the_settings_that_the_tab_opens_with() -> None:
    question = example().result.question
    asked = (question.seed_text, question.samples, question.horizon, question.dice)
    assert asked == (SEED_TEXT, SAMPLES, HORIZON, DICE)
    assert question.temperatures == TEMPERATURES
    assert not question.across_lines


@pytest.mark.slow
@torch.no_grad()
def test_each_character_is_the_one_that_the_dice_draw() -> None:
    """By one call of `nn.LSTM` for each sample. Scores that differ by less than 1e-3 may change
    their order from processor to processor."""
    report = example()
    checkpoint = load_checkpoint(SHIPPED / report.checkpoint)
    model, vocab = checkpoint.model.eval(), checkpoint.vocab
    noise = gumbel_noise(DICE, READ, 0, HORIZON, len(vocab))
    for at in report.result.temperatures:
        longest = sorted(range(READ), key=lambda number: at.samples[number].length)[-3:]
        for number in (0, *longest):
            sample = at.samples[number]
            assert sample.text.startswith(SEED_TEXT)
            ids = torch.from_numpy(vocab.encode(sample.text).astype(np.int64))
            written = ids[len(SEED_TEXT) :]
            logits = model(ids[None, :-1])[0][len(SEED_TEXT) - 1 :]
            logits[:, vocab.unk_id] = -math.inf
            scores = logits + at.temperature * noise[: len(written), number]
            chosen = scores.gather(1, written[:, None])[:, 0]
            assert (scores.max(dim=1).values - chosen).max() < 1e-3


def test_its_comparisons_are_those_in_its_file() -> None:
    path = Path(opening.__file__).with_name("example.json")
    found = read_probe_json(path.read_text(encoding="utf-8"))
    assert found == example()
    assert found.ngram is not None
    assert found.real is not None


def test_other_checkpoints_open_without_an_answer(app_checkpoints: Checkpoints) -> None:
    assert opening_answer(app_checkpoints, KeptAnswers()).phase == "idle"
    kept = KeptAnswers()
    probe = opening_answer(Checkpoints(SHIPPED, SHIPPED), kept)
    assert (probe.phase, probe.opening, probe.n) == ("done", True, SAMPLES)
    assert probe.answer is not None
    samples = kept.written(probe.answer.key, 0)
    assert SEED_TEXT + samples[0].text == example().result.temperatures[0].samples[0].text


@pytest.mark.slow
@pytest.mark.browser
def test_the_tab_opens_with_it_until_something_else_is_asked(page: Page, tmp_path: Path) -> None:
    with app_page(Checkpoints(tmp_path, SHIPPED), Runs(tmp_path)) as url:
        page.goto(f"{url}?tab=brackets")
        verdict = page.locator(".probe-verdict")
        expect(verdict.locator(".probe-said")).to_have_text(example().result.verdict.sentence)
        expect(verdict.locator(".probe-asked")).to_contain_text("asked before, of wikipedia-2x640")
        expect(page.locator(".probe-gallery pre").first).to_be_visible()
        page.locator("#bracket-seed textarea").press_sequentially("x")
        expect(page.locator(".probe-answer")).to_be_hidden()
        page.wait_for_load_state("networkidle")  # Gradio reports what leaving breaks off
        page.goto(f"{url}?tab=brackets&bracket_seed=He+(+")
        expect(page.locator("#bracket-seed textarea")).to_have_value("He ( ")
        expect(page.locator(".probe-answer")).to_be_hidden()
        page.goto("about:blank")  # before the server ends, which the page would complain of
