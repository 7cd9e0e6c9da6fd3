from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from charlstm.errors import UserError
from charlstm.model.evaluate import evaluate
from charlstm.model.lstm import CharLSTM
from charlstm.text.corpus import Corpus
from charlstm.text.spec import BRACKETS
from charlstm.training.batches import ParallelStreams, RandomWindows
from charlstm.training.config import PRESETS
from charlstm.training.precision import is_supported
from charlstm.training.schedule import Plan, learning_rate_factor
from charlstm.training.trainer import Trainer, default_device
from tests.fixtures.small import LETTERS, small_config

SMALL = small_config(steps=40)
PRECISIONS = [
    precision
    for precision in (torch.float32, torch.bfloat16)
    if is_supported(precision, default_device())
]


def corpus(characters=3000):
    rng = np.random.default_rng(0)
    words = ["The", "cab", "(bed)", "face", "a", "hag"]
    text = " ".join(words[i] for i in rng.integers(0, len(words), characters))[:characters]
    ids = LETTERS.encode(text)
    return Corpus(BRACKETS, "t", LETTERS, ids[: characters // 2], ids[characters // 2 :], None)


def same(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.values(), b.values(), strict=True))


def test_the_notebooks_loop_gives_the_same_losses():
    """Against the notebook's section 5: Adam, random windows, zero hidden, clipping at 5."""
    config = small_config("notebook", 500, dropout=0.0)
    text = corpus()
    trainer = Trainer(config, text, torch.float32)
    model = CharLSTM(len(LETTERS), 6, 10, 1, dropout=0.0)
    model.load_state_dict(trainer.model.state_dict())
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    windows = RandomWindows(text.train, 4, 8, config.seed)
    for step in range(30):
        batch = windows.at(step)
        optimizer.zero_grad()
        output, _ = model(batch.inputs, model.init_hidden(4))
        loss = F.cross_entropy(output, batch.targets.view(-1))
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 5)
        optimizer.step()
        record = trainer.step()
        assert record.loss == pytest.approx(loss.item(), rel=1e-4)
        assert record.gradient_norm == pytest.approx(norm.item(), rel=1e-3)
        assert record.learning_rate == 0.002
        assert (record.step, record.characters) == (step + 1, (step + 1) * 32)


def test_hidden_is_carried_between_windows_of_streams():
    """At a learning rate of 0, the losses of the windows are those of one long text."""
    config = replace(SMALL, learning_rate=0.0, orthogonal=False, fresh=0.0)
    text = corpus()
    trainer = Trainer(config, text, torch.float32)
    losses = [trainer.step().loss for _ in range(10)]
    rows = torch.from_numpy(text.train.astype(np.int64)).split(len(text.train) // 4)[:4]
    rows = torch.stack(rows)[:, : 10 * 8 + 1].to(trainer.device)
    with torch.no_grad():
        logits, _ = trainer.model(rows[:, :-1])
        nats = F.cross_entropy(logits, rows[:, 1:].reshape(-1), reduction="none").view(4, 10, 8)
    assert losses == pytest.approx(nats.mean(dim=(0, 2)).tolist(), rel=1e-5)


def test_a_fresh_stream_starts_from_nothing_and_the_others_read_on():
    """At a learning rate of 0, against the windows read by hand, with fresh streams zeroed."""
    config = replace(SMALL, learning_rate=0.0, orthogonal=False, fresh=0.3)
    text = corpus()
    trainer = Trainer(config, text, torch.float32)
    model, hidden = trainer.model, trainer.model.init_hidden(4)
    batches = ParallelStreams(text.train, 4, 8, config.seed, 0.3)
    for step in range(10):
        batch = batches.at(step)
        for row in range(4):
            if batch.fresh[row]:
                for part in hidden:
                    part[:, row] = 0
        with torch.no_grad():
            logits, hidden = model(batch.inputs.to(trainer.device), hidden)
            nats = F.cross_entropy(logits, batch.targets.to(trainer.device).view(-1))
        assert trainer.step().loss == pytest.approx(nats.item(), rel=1e-5)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_resumed_training_equals_the_uninterrupted_one(preset, precision):
    config = small_config(preset, 400)
    text = corpus()
    whole = Trainer(config, text, precision)
    records = [whole.step() for _ in range(60)]
    first = Trainer(config, text, precision)
    for _ in range(35):
        first.step()
    state = {name: value.clone() for name, value in first.state_dict().items()}
    second = Trainer(config, text, precision)
    second.load_state_dict(state)
    assert [second.step() for _ in range(25)] == records[35:]
    assert same(second.result.state_dict(), whole.result.state_dict())
    assert second.validate() == whole.validate()


@pytest.mark.slow
@pytest.mark.skipif(default_device().type == "cuda", reason="a CUDA card reads all streams at once")
@pytest.mark.parametrize("preset", PRESETS)
def test_shares_of_the_streams_give_the_gradient_of_the_whole(preset, monkeypatch):
    """Without dropout the losses with one, two and three shares differ by rounding alone; with it
    they do not depend on the thread that computes a share."""
    config = small_config(preset, 60, streams=7)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")  # three threads, whatever the machine has
    plain = replace(config, dropout=0.0, output_dropout=0.0, weight_drop=0.0)
    text = corpus()
    whole, *others = (Trainer(plain, text, torch.float32, shares=n) for n in (1, 2, 3))
    for _ in range(20):
        record = whole.step()
        for trainer in others:
            other = trainer.step()
            assert other.loss == pytest.approx(record.loss, rel=1e-4)
            assert other.gradient_norm == pytest.approx(record.gradient_norm, rel=1e-3)
    first, second = (Trainer(config, text, torch.float32, shares=3) for _ in range(2))
    assert [first.step() for _ in range(30)] == [second.step() for _ in range(30)]
    assert same(first.result.state_dict(), second.result.state_dict())


def test_classes_while_training_score_as_the_expanded_model_does():
    """19 characters in five classes: the training loss is that of the model over all characters."""
    config = replace(SMALL, classes=5, learning_rate=0.0, fresh=0.0)
    text = corpus()
    trainer = Trainer(config, text, torch.float32)
    assert trainer.model.vocab_size == 5
    assert trainer.result.vocab_size == len(LETTERS)
    rows = torch.from_numpy(text.train.astype(np.int64)).split(len(text.train) // 4)[:4]
    rows = torch.stack(rows)[:, :41]
    with torch.no_grad():
        logits, _ = trainer.result(rows[:, :-1])
        nats = F.cross_entropy(logits, rows[:, 1:].reshape(-1), reduction="none").view(4, 5, 8)
    losses = [trainer.step().loss for _ in range(5)]
    assert losses == pytest.approx(nats.mean(dim=(0, 2)).tolist(), rel=1e-5)


def test_a_score_over_classes_is_that_of_the_model_over_all_characters():
    text = corpus()
    trainer = Trainer(replace(SMALL, classes=5, dropout=0.3), text, torch.float32)
    for _ in range(20):
        trainer.step()
    expected = evaluate(trainer.result, text.validation)
    for score in (trainer.validate(), list(trainer.validate_whole())[-1]):
        assert score.nats == pytest.approx(expected.nats, rel=1e-5)
        assert score.bpc == pytest.approx(expected.bpc, rel=1e-5)
        assert score.characters == expected.characters
    assert trainer.model.training  # as before


def test_validating_and_sampling_change_no_number():
    text = corpus()
    plain, watched = Trainer(SMALL, text), Trainer(SMALL, text)
    for _ in range(10):
        watched.validate()
        assert plain.step() == watched.step()
        torch.rand(3)  # other code draws from the default generator


def test_it_learns():
    text = corpus(20_000)
    trainer = Trainer(replace(SMALL, hidden_size=32, steps=300), text)
    [*_, before] = trainer.validate_whole()
    for _ in range(300):
        trainer.step()
    counts = np.bincount(text.train) / len(text.train)
    assert before.nats == pytest.approx(-(counts * np.log(counts + 1e-9)).sum(), abs=0.05)
    [*_, after] = trainer.validate_whole()
    assert after.nats < 1.0


@pytest.mark.parametrize("change", [{"seed": 1}, {"dropout": 0.2}, {"window": 9}])
def test_every_setting_counts(change):
    a, b = Trainer(SMALL, corpus()), Trainer(replace(SMALL, **change), corpus())
    assert [a.step().loss for _ in range(9)] != [b.step().loss for _ in range(9)]


def test_the_learning_rate_rises_stays_and_falls_to_zero():
    config = replace(SMALL, warmup=10, flat=0.5)
    factors = [learning_rate_factor(step, Plan(100), config) for step in range(100)]
    assert factors[:10] == pytest.approx([0.1 * n for n in range(1, 11)])
    assert factors[10:50] == [1.0] * 40
    assert factors[50:] == pytest.approx([(100 - step) / 50 for step in range(50, 100)])
    assert learning_rate_factor(40, None, config) == 1.0
    notebook = PRESETS["notebook"]
    assert {learning_rate_factor(step, Plan(500), notebook) for step in range(500)} == {1.0}


def test_a_cosine_fall():
    config = replace(SMALL, warmup=0, flat=0.5, fall="cosine")
    factors = [learning_rate_factor(step, Plan(100), config) for step in range(100)]
    assert factors[:51] == [1.0] * 51
    assert factors[75] == pytest.approx(0.5)
    assert factors[60] == pytest.approx(0.5 + 0.5 * math.cos(math.pi * 0.2))
    assert 0 < factors[99] < 0.01


def test_averaged_weights_are_the_moving_average_by_hand():
    trainer = Trainer(replace(SMALL, average=0.8), corpus())
    average = trainer.model.fc.bias.detach().clone()
    for step in range(1, 15):
        trainer.step()
        keep = min(0.8, (step - 1) / step)
        average = keep * average + (1 - keep) * trainer.model.fc.bias.detach()
        assert torch.allclose(trainer.result.fc.bias, average, atol=1e-6)
    assert not torch.equal(trainer.result.fc.bias, trainer.model.fc.bias)


def test_the_orthogonal_start():
    model = Trainer(SMALL, corpus()).model
    for gate in model.lstm.weight_hh_l0.detach().cpu().split(10):
        assert torch.allclose(gate @ gate.T, torch.eye(10), atol=1e-5)
    bias = (model.lstm.bias_ih_l0 + model.lstm.bias_hh_l0).detach()
    assert bias.tolist() == [0.0] * 10 + [1.0] * 10 + [0.0] * 20


def test_the_notebooks_hyperparameters_letter_for_letter():
    config = PRESETS["notebook"]
    assert (config.embed_size, config.hidden_size, config.n_layers) == (512, 2048, 1)
    assert (config.window, config.streams, config.learning_rate) == (100, 512, 0.002)
    assert (config.steps, config.validate_every, config.clip) == (500, 200, 5)
    assert (config.dropout, config.betas) == (0.5, (0.9, 0.999))


def test_a_text_below_one_step_gets_a_sentence():
    with pytest.raises(UserError, match="text of at least"):
        Trainer(PRESETS["quick"], corpus(1000))


def test_budgets():
    quick = PRESETS["quick"]
    assert quick.with_budget(None, None) is quick
    assert quick.with_budget(5, None) == replace(quick, steps=5, seconds=None)
    assert PRESETS["notebook"].with_budget(None, 9.0).steps is None
    for steps, seconds in ((1, 1.0), (0, None), (None, 0.0), (-3, None), (None, math.nan)):
        with pytest.raises(UserError, match="budget"):
            quick.with_budget(steps, seconds)
