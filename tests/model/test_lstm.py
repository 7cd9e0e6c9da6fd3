from __future__ import annotations

import warnings

import pytest
import torch
from torch import nn

from charlstm.model.dropout import drop
from charlstm.model.lstm import CharLSTM, parameter_shapes


class NotebookLSTM(nn.Module):
    """The modules of the notebook's model, for its `state_dict`."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(12, 5)
        self.lstm = nn.LSTM(5, 7, num_layers=2, dropout=0.5, batch_first=True)
        self.fc = nn.Linear(7, 12)


def test_a_state_dict_from_the_notebook_gives_the_notebooks_logits():
    theirs = NotebookLSTM().eval()
    model = CharLSTM(12, 5, 7, 2).eval()
    model.load_state_dict(theirs.state_dict())
    ids = torch.randint(0, 12, (3, 9))
    logits, (h, c) = model(ids, model.init_hidden(3))
    output, (their_h, their_c) = theirs.lstm(theirs.embedding(ids))
    assert torch.allclose(logits, theirs.fc(output).view(-1, 12), atol=1e-6)
    assert logits.shape == (27, 12)
    assert torch.equal(h, their_h)
    assert torch.equal(c, their_c)
    assert h.shape == (2, 3, 7)


def test_no_hidden_is_hidden_at_zero():
    model = CharLSTM(12, 5, 7, 1).eval()
    ids = torch.randint(0, 12, (2, 4))
    assert torch.equal(model(ids)[0], model(ids, model.init_hidden(2))[0])


def test_one_layer_with_dropout_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        CharLSTM(12, 5, 7, 1, dropout=0.5)


@pytest.mark.parametrize(("dropout", "output_dropout"), [(0.5, 0.0), (0.0, 0.5)])
def test_dropout_acts_in_training_alone(dropout, output_dropout):
    model = CharLSTM(12, 5, 7, 1, dropout, output_dropout)
    ids = torch.randint(0, 12, (2, 30))
    model.train()
    assert not torch.equal(model(ids)[0], model(ids)[0])
    model.eval()
    assert torch.equal(model(ids)[0], model(ids)[0])


def test_dropout_acts_between_layers():
    """Oracle: the layers one after another by hand, with the same random numbers."""
    model = CharLSTM(12, 5, 7, 2, dropout=0.4)
    ids = torch.randint(0, 12, (3, 9))
    torch.manual_seed(5)
    logits, (h, c) = model(ids)
    layers = nn.LSTM(5, 7, batch_first=True), nn.LSTM(7, 7, batch_first=True)
    for number, layer in enumerate(layers):
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            weight = model.lstm.state_dict()[f"{name}_l{number}"]
            layer.load_state_dict({f"{name}_l0": weight}, strict=False)
    torch.manual_seed(5)
    between, first = layers[0](drop(model.embedding(ids), 0.4))
    output, second = layers[1](drop(between, 0.4))
    assert torch.allclose(logits, model.fc(output).view(-1, 12), atol=1e-6)
    for part, ends in zip((h, c), zip(first, second, strict=True), strict=True):
        assert torch.allclose(part, torch.cat(ends), atol=1e-6)


@pytest.mark.parametrize("layers", [1, 2])
def test_weight_drop_zeroes_recurrent_weights_in_training(layers):
    """Oracle: the same draw of zeros, put into the weights of a plain `nn.LSTM` by hand."""
    model = CharLSTM(12, 5, 7, layers, dropout=0.0, weight_drop=0.4)
    ids = torch.randint(0, 12, (3, 9))
    model.train()
    torch.manual_seed(5)
    logits, (h, c) = model(ids)
    plain = CharLSTM(12, 5, 7, layers, dropout=0.0)
    plain.load_state_dict(model.state_dict())
    torch.manual_seed(5)
    with torch.no_grad():
        for layer in range(layers):
            weight = getattr(plain.lstm, f"weight_hh_l{layer}")
            kept = drop(torch.ones_like(weight), 0.4)
            assert 0.2 < (kept == 0).float().mean() < 0.6
            weight.mul_(kept)
    expected, (their_h, their_c) = plain(ids)
    assert torch.allclose(logits, expected, atol=1e-6)
    assert torch.allclose(h, their_h, atol=1e-6)
    assert torch.allclose(c, their_c, atol=1e-6)
    model.eval()
    assert not torch.equal(model(ids)[0], logits)
    assert torch.equal(model(ids)[0], model(ids)[0])


def test_save_pretrained_and_from_pretrained(tmp_path):
    model = CharLSTM(12, 5, 7, 2, dropout=0.3, output_dropout=0.1)
    model.save_pretrained(tmp_path)
    assert (tmp_path / "model.safetensors").is_file()
    again = CharLSTM.from_pretrained(str(tmp_path))
    assert again.dropout.p == 0.3
    assert again.output_dropout.p == 0.1
    for name, value in model.state_dict().items():
        assert torch.equal(again.state_dict()[name], value)


def test_weights_in_one_piece_of_memory_are_saved(tmp_path):
    """Weights that share one block of memory, as an LSTM's on a CUDA card do."""
    model = CharLSTM(12, 5, 7, 2)
    weights = list(model.lstm.parameters())
    piece = torch.cat([weight.detach().flatten() for weight in weights])
    for weight, part in zip(weights, piece.split([w.numel() for w in weights]), strict=True):
        weight.data = part.view_as(weight)
    model.save_pretrained(tmp_path)
    again = CharLSTM.from_pretrained(str(tmp_path))
    for name, value in model.state_dict().items():
        assert torch.equal(again.state_dict()[name], value)


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_shapes_are_told_without_a_model(layers):
    made = CharLSTM(12, 5, 7, layers).state_dict()
    assert parameter_shapes(12, 5, 7, layers) == {k: list(v.shape) for k, v in made.items()}
