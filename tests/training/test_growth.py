from __future__ import annotations

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.model.evaluate import evaluate
from charlstm.model.lstm import CharLSTM
from charlstm.text.corpus import Corpus
from charlstm.text.spec import BRACKETS
from charlstm.training.growth import grow
from charlstm.training.trainer import Trainer
from tests.fixtures.small import LETTERS, small_config, small_model

IDS = torch.from_numpy(LETTERS.encode("The cab ( a bed ) had a face. The hag fed\n" * 3))


def made(embed_size, hidden_size, layers):
    torch.manual_seed(5)
    return CharLSTM(len(LETTERS), embed_size, hidden_size, layers, dropout=0.0).eval()


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize(("embed_size", "hidden_size"), [(6, 10), (6, 16), (9, 17)])
def test_a_wider_model_says_what_the_small_one_does(layers, embed_size, hidden_size):
    small, model = small_model(layers), made(embed_size, hidden_size, layers)
    grow(model, small)
    with torch.no_grad():
        expected, grown = small(IDS[None])[0], model(IDS[None])[0]
    assert expected.std() > 0.5
    torch.testing.assert_close(grown, expected, rtol=0, atol=1e-5)


def test_a_layer_on_top_passes_on_what_it_reads():
    small, model = small_model(), made(6, 10, 2)
    grow(model, small)
    with torch.no_grad():
        read = small.lstm(small.embedding(IDS[None]))[0][0].numpy()
        passed_on = model.lstm(model.embedding(IDS[None]))[0][0].numpy()
    for unit in range(10):
        assert np.corrcoef(read[:, unit], passed_on[:, unit])[0, 1] > 0.8


def test_what_is_new_learns():
    config = small_config("best", 400, hidden_size=16, n_layers=1, window=16, learning_rate=0.02)
    ids = LETTERS.encode("( cab ) a bed. " * 200)
    trainer = Trainer(config, Corpus(BRACKETS, "t", LETTERS, ids, ids, None))
    trainer.grow(small_model())
    started = {name: weight.clone() for name, weight in trainer.model.state_dict().items()}
    assert evaluate(trainer.result, ids).nats == pytest.approx(
        evaluate(small_model(), ids).nats, rel=1e-4
    )
    for _ in range(200):
        trainer.step()
    for name in ("lstm.weight_ih_l0", "lstm.weight_hh_l0", "fc.weight"):
        moved = (trainer.model.state_dict()[name] - started[name]).abs()
        assert (moved[:, -1] > 1e-3).any(), f"nobody reads the newest unit by {name}"
    assert evaluate(trainer.model, ids).nats < 0.5


def test_it_does_not_grow_downwards_or_to_another_vocabulary():
    for sizes in ((5, 10, 1), (6, 9, 1)):
        with pytest.raises(UserError, match="can't grow"):
            grow(made(*sizes), small_model())
    with pytest.raises(UserError, match="n_layers 2 can't grow to one with n_layers 1"):
        grow(made(6, 10, 1), small_model(2))
    with pytest.raises(UserError, match="vocab_size"):
        grow(CharLSTM(len(LETTERS) + 1, 6, 10, 1), small_model())
