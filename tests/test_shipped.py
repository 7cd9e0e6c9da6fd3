"""The checkpoints that ship score what their cards say."""

from __future__ import annotations

import re

import pytest
from huggingface_hub import ModelCard
from small import ROOT
from test_sampler import largest_gap

from charlstm.checkpoint import Checkpoints
from charlstm.corpus import load_corpus
from charlstm.evaluate import evaluate, fixed_slice
from charlstm.sampler import Sampler
from charlstm.train import VALIDATION_SLICE

SHIPPED = ROOT / "checkpoints"
NAME = "wikipedia-512"


@pytest.fixture
def checkpoints():
    return Checkpoints(SHIPPED, SHIPPED)


@pytest.fixture
def validation(wikitext, monkeypatch, checkpoints):
    monkeypatch.setenv("CHARLSTM_WIKITEXT", str(wikitext))
    return load_corpus("wikitext2").ids("validation", checkpoints.load(NAME).vocab)


def card():
    return (SHIPPED / NAME / "README.md").read_text(encoding="utf-8")


def test_it_ships_and_says_what_it_is(checkpoints):
    info = checkpoints.info(NAME)
    assert info.shipped
    assert f"{info.parameters:,} parameters" in card()
    assert info.measured_on == "the WikiText-2-raw validation split"


def test_it_scores_what_its_card_says_on_a_slice(checkpoints, validation):
    found = evaluate(checkpoints.load(NAME).model, fixed_slice(validation, VALIDATION_SLICE))
    nats = float(re.search(r"\| a fixed slice .* \| ([\d.]+) \| [\d.]+ \|", card())[1])
    assert found.nats == pytest.approx(nats, abs=0.0005)
    assert f"({found.characters:,} characters)" in card()


@pytest.mark.slow
def test_it_scores_what_its_card_says_on_the_whole(checkpoints, validation):
    found = evaluate(checkpoints.load(NAME).model, validation)
    results = {r.metric_type: r.metric_value for r in ModelCard(card()).data.eval_results}
    assert found.nats == pytest.approx(results["nats per character"], abs=0.0005)
    assert found.bpc == pytest.approx(results["bpc"], abs=0.0005)


def test_its_sampler_is_exact(checkpoints):
    """Logits of the fast sampler against `nn.LSTM`, at the size that ships."""
    checkpoint = checkpoints.load(NAME)
    sampler = Sampler(checkpoint.model, checkpoint.vocab)
    assert largest_gap(checkpoint.model, sampler, "The meaning of life is ", 600) < 1e-4
