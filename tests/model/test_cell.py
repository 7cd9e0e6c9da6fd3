"""The numbers of a character's way through the model, against `nn.LSTMCell` and the sampler's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from charlstm.errors import UserError
from charlstm.model.cell import last_character
from charlstm.model.lstm import CharLSTM
from charlstm.model.sampler import Sampler
from charlstm.text.vocabulary import Vocabulary

TEXT = "abcab?cbaab"  # "?" is not in the vocabulary


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    torch.manual_seed(3)
    vocab = Vocabulary.from_text("abc")
    return Sampler(CharLSTM(len(vocab), embed_size=5, hidden_size=7, n_layers=2), vocab)


@pytest.mark.parametrize("length", range(1, len(TEXT) + 1))
def test_c_and_h_are_those_of_lstm_cells(sampler: Sampler, length: int) -> None:
    cells = []
    for layer, size in enumerate((5, 7)):
        cell = nn.LSTMCell(size, 7).requires_grad_(False)
        own = {name: getattr(sampler.model.lstm, f"{name}_l{layer}") for name in cell.state_dict()}
        cell.load_state_dict(own)
        cells.append(cell)
    states = [(torch.zeros(1, 7), torch.zeros(1, 7)) for _ in cells]
    before = states
    for character in TEXT[:length]:
        before = list(states)
        x = sampler.model.embedding(torch.from_numpy(sampler.vocab.encode(character)).long())
        for layer, cell in enumerate(cells):
            states[layer] = cell(x, states[layer])
            x = states[layer][0]
    found = last_character(sampler, TEXT[:length])
    for layer, (h, c) in zip(found.layers, states, strict=True):
        np.testing.assert_allclose(layer.h, h[0].numpy(), atol=1e-6)
        np.testing.assert_allclose(layer.c, c[0].numpy(), atol=1e-6)
    for layer, (_, c) in zip(found.layers, before, strict=True):
        np.testing.assert_allclose(layer.before, c[0].numpy(), atol=1e-6)
    np.testing.assert_allclose(found.logits, sampler.model.fc(x)[0].numpy(), atol=1e-6)


def test_the_gates_make_c_and_h(sampler: Sampler) -> None:
    for layer in last_character(sampler, TEXT).layers:
        kept = layer.forget * layer.before + layer.input * layer.candidate
        np.testing.assert_allclose(layer.c, kept, atol=1e-6)
        np.testing.assert_allclose(layer.h, layer.output * np.tanh(layer.c), atol=1e-6)
        gates = np.concatenate([layer.forget, layer.input, layer.output])
        assert ((gates > 0) & (gates < 1)).all()


def test_the_logits_are_those_that_the_sampler_draws_from(sampler: Sampler) -> None:
    found = last_character(sampler, TEXT)
    assert found.id == 1
    np.testing.assert_array_equal(found.embedding, sampler.model.embedding.weight[1].numpy())
    known = np.delete(found.logits, sampler.vocab.unk_id)
    np.testing.assert_allclose(known, sampler.logits(TEXT).numpy()[: len(known)], atol=1e-5)


def test_an_empty_text_has_no_last_character(sampler: Sampler) -> None:
    with pytest.raises(UserError, match="empty"):
        last_character(sampler, "")
