"""Initial weights that train better than torch's defaults."""

from __future__ import annotations

import math

import torch
from torch import nn

from charlstm.model.lstm import CharLSTM


@torch.no_grad()
def start_orthogonal(model: CharLSTM) -> None:
    """Initialize a model with orthogonal recurrent weights for each gate, and a forget bias of 1
    (Jozefowicz et al. 2015).

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
    """Initialize a model so that it first gives each class its frequency, whatever it has read.

    The last layer's weights are zero, so that random weights add no noise to the first gradients.
    The embedding keeps torch's N(0, 1), and input weights have a standard deviation of
    1 / sqrt(inputs), so that a gate gets input of the same scale from the embedding as from the
    hidden. ``bias_hh`` is frozen, since one bias suffices.

    Args:
        log_frequency: `CharacterClasses.log_frequency`, float32 of shape (vocab_size,).
    """
    for name, parameter in model.lstm.named_parameters():
        if name.startswith("weight_ih"):
            parameter.normal_(0.0, 1 / math.sqrt(parameter.shape[1]))
        elif name.startswith("bias_hh"):
            parameter.requires_grad_(False)
    model.fc.weight.zero_()
    model.fc.bias.copy_(log_frequency)
