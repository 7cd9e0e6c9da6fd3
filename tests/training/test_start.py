from __future__ import annotations

import torch

from charlstm.model.lstm import CharLSTM
from charlstm.training.start import start_orthogonal, start_unigram


def test_the_unigram_start_gives_each_class_its_frequency_whatever_was_read():
    torch.manual_seed(0)
    frequency = torch.tensor([0.5, 0.3, 0.15, 0.05])
    model = CharLSTM(4, 64, 200, 2, dropout=0.0)
    start_orthogonal(model)
    start_unigram(model, frequency.log())
    logits, _ = model(torch.tensor([[0, 3, 1, 2]]))
    assert torch.allclose(logits.softmax(-1), frequency.expand(4, 4), atol=1e-6)
    for layer, inputs in ((0, 64), (1, 200)):
        weight = getattr(model.lstm, f"weight_ih_l{layer}")
        assert abs(weight.std().item() * inputs**0.5 - 1) < 0.05
        assert not getattr(model.lstm, f"bias_hh_l{layer}").requires_grad
        assert not getattr(model.lstm, f"bias_hh_l{layer}").any()
        forget = getattr(model.lstm, f"bias_ih_l{layer}")[200:400]
        assert forget.tolist() == [1.0] * 200
