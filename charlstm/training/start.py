"""Weights that a training starts with, where torch's own are not as good."""

from __future__ import annotations

import math

import torch
from torch import nn

from charlstm.model.lstm import CharLSTM


@torch.no_grad()
def start_orthogonal(model: CharLSTM) -> None:
    """Orthogonal recurrent weights for each gate, and a forget bias of 1 (Jozefowicz et al. 2015).

    ``bias_hh`` is zero: only the sum of the two biases counts.
    """
    size = model.hidden_size
    for name, parameter in model.lstm.named_parameters():
        if name.startswith("weight_hh"):
            for gate in parameter.split(size):
                nn.init.orthogonal_(gate)
        elif name.startswith("bias"):
            parameter.zero_()
            if name.startswith("bias_ih"):
                parameter[size : 2 * size] = 1.0  # gates are ordered i, f, g, o


@torch.no_grad()
def start_unigram(model: CharLSTM, log_frequency: torch.Tensor) -> None:
    """A model that first gives each class its frequency, whatever it has read.

    The last layer's weights are zero, so that its first gradient is not noise of its own; the
    embedding keeps torch's N(0, 1), and input weights are drawn from N(0, 1 / sqrt(inputs)), so
    that gates see it at the same scale as what the layer remembers. ``bias_hh`` takes no part in
    the training: one bias suffices.

    Args:
        log_frequency: float32 tensor of shape (vocab_size,), see `CharacterClasses`.
    """
    for name, parameter in model.lstm.named_parameters():
        if name.startswith("weight_ih"):
            parameter.normal_(0.0, 1 / math.sqrt(parameter.shape[1]))
        elif name.startswith("bias_hh"):
            parameter.requires_grad_(False)
    model.fc.weight.zero_()
    model.fc.bias.copy_(log_frequency)
