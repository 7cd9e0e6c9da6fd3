from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from huggingface_hub import ModelCard
from small import LETTERS

from charlstm.card import Provenance, model_card
from charlstm.corpus import Corpus
from charlstm.evaluate import Evaluation
from charlstm.presets import PRESETS
from charlstm.train import Trainer


def card(provenance):
    ids = np.zeros(2_000, dtype=np.int32)
    corpus = Corpus("x.txt", "the file x.txt: yes", LETTERS, ids, ids, None)
    config = replace(PRESETS["quick"], streams=2, window=10, hidden_size=4, steps=9, seconds=None)
    trainer = Trainer(config, corpus, torch.float32)
    for _ in range(3):
        trainer.step()
    return model_card("a-name", trainer, corpus, provenance)


def test_the_hub_can_read_its_figures():
    text = card(Provenance("quick", 12.3, Evaluation(1.0, 1.4427, 1_999), whole=True))
    results = {r.metric_type: r for r in ModelCard(text).data.eval_results}
    assert results["bpc"].metric_value == 1.4427
    assert results["nats per character"].metric_value == 1.0
    assert results["bpc"].dataset_name == "the validation split of the file x.txt: yes"


def test_it_says_what_was_done_and_how_it_was_measured():
    text = card(Provenance("quick", 12.3, Evaluation(1.0, 1.4427, 1_999), whole=True))
    for words in (
        "# a-name",
        "2,000 training characters",
        "Preset `quick`: 3 steps of 2 streams x 10 characters (0.03 passes), 12 s",
        "products in float32",
        "1.0000 nats = 1.4427 bits per character",
        "every character but the first (1,999 characters), in eval mode",
    ):
        assert words in text
    part = card(Provenance("quick", 12.3, Evaluation(1.0, 1.4427, 500), whole=False))
    assert "a fixed slice of it" in part


def test_without_a_figure_it_claims_none():
    text = card(Provenance("quick", 0.1, None, whole=False))
    assert "Nothing was measured yet." in text
    assert not ModelCard(text).data.eval_results
