from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from charlstm.cli import bench_training
from charlstm.cli.bench_ratios import RATE, Row, rates, table
from charlstm.cli.bench_training import notebook_step, product_shapes, training_rows
from charlstm.text.corpus import Corpus
from charlstm.text.spec import BRACKETS
from charlstm.training.config import PRESETS
from charlstm.training.precision import fast_precision
from charlstm.training.trainer import default_device
from tests.fixtures.small import LETTERS

SMALL = replace(PRESETS["quick"], embed_size=6, hidden_size=10, streams=3, window=5)


@pytest.mark.parametrize("layers", [1, 2])
def test_the_products_of_a_step_are_those_of_an_lstm_written_out(layers):
    """Products counted by torch in a forward and backward pass of plain matrix products."""
    vocab, (streams, window) = 17, (SMALL.streams, SMALL.window)
    e, h = SMALL.embed_size, SMALL.hidden_size

    def random(*shape):
        return torch.randn(shape, requires_grad=True)

    weights = [(random(size, 4 * h), random(h, 4 * h)) for size in (e, h)[:layers]]
    read, w_out = random(window * streams, e), random(h, vocab)
    with FlopCounterMode(display=False) as counter:
        for w_in, w_hidden in weights:
            gates, cell, hidden = (
                (read @ w_in).split(streams),
                random(streams, h),
                random(streams, h),
            )
            outputs = []
            for step in range(window):
                i, f, g, o = (gates[step] + hidden @ w_hidden).chunk(4, dim=1)
                cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
                hidden = o.sigmoid() * cell.tanh()
                outputs.append(hidden)
            read = torch.cat(outputs)
        logits = read @ w_out
        F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.int64)).backward()
    shapes = product_shapes(replace(SMALL, n_layers=layers), vocab)
    assert sum(2 * times * m * k * n for times, m, k, n in shapes) == counter.get_total_flops()


def test_the_notebooks_step_learns_in_float32():
    ids = np.tile(LETTERS.encode("abcd"), 200)
    corpus = Corpus(BRACKETS, "t", LETTERS, ids, ids, None)
    torch.manual_seed(0)
    step = notebook_step(SMALL, corpus, torch.device("cpu"))
    seen = []

    def loss_of(logits, targets):
        seen.append((logits.dtype, F.nll_loss(F.log_softmax(logits, 1), targets).item()))
        return F.nll_loss(F.log_softmax(logits, 1), targets)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench_training.F, "cross_entropy", loss_of)
        for _ in range(150):
            step()
    assert {dtype for dtype, _ in seen} == {torch.float32}
    assert seen[-1][1] < seen[0][1] - 0.5


def test_rows_say_what_they_are_held_to(monkeypatch):
    monkeypatch.setattr(bench_training, "STEPS", {"quick": 1})
    monkeypatch.setattr(bench_training, "TRAINING_ROUNDS", 1)
    pace, share = training_rows(LETTERS)
    assert (pace.size, pace.unit) == ("1 x 288", RATE)
    assert pace.ours > 0
    assert pace.ratio > 0
    able = torch.cpu.get_capabilities()
    if fast_precision(default_device()) == torch.float32 or torch.cuda.is_available():
        assert pace.floor is None
    else:
        assert pace.floor == (3.0 if able.get("amx_bf16") else 1.3)
    assert (share.unit, share.ratio, share.floor) == ("% of a training step", None, None)
    assert share.ours > 0


def test_every_side_has_its_turn_and_one_to_warm_up():
    turns = []
    outputs = rates((lambda: turns.append("a"), 10), (lambda: turns.append("b"), 20), rounds=3)
    assert turns == ["a", "b"] * 4
    assert len(outputs) == 2
    assert min(outputs) > 0


def test_the_table_is_markdown():
    rows = [
        Row("training", "1 x 8", 12_345.6, RATE, 3.14159, "a loop", 3.0),
        Row("products", "1 x 1024", 61.4, "% of a step", None, "alone", None),
    ]
    assert table(rows).splitlines() == [
        "| what     | model    | ours                       | ratio | held to | against |",
        "| -------- | -------- | -------------------------- | ----- | ------- | ------- |",
        "| training | 1 x 8    | 12,346 characters a second | 3.1 x | 3 x     | a loop  |",
        "| products | 1 x 1024 | 61 % of a step             |       |         | alone   |",
    ]
