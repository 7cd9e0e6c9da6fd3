"""One character on its way through the model, with every number that it meets.

The gates are computed by the LSTM's formulas from the weights, where `torch.nn.LSTM` keeps them to
itself:

    i, f, o = sigmoid(W x + U h + b)      g = tanh(W x + U h + b)
    c' = f c + i g                        h' = o tanh(c')
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from charlstm.errors import user_error
from charlstm.model.sampler import Sampler


@dataclass(frozen=True)
class LayerPass:
    """A layer's numbers at one character: float32 arrays of shape (hidden_size,).

    Attributes:
        before: c after the character before it; zeros at the start of a text.
        forget, input, candidate, output: the gates f, i, g and o.
        c, h: after the character.
    """

    before: np.ndarray
    forget: np.ndarray
    input: np.ndarray
    candidate: np.ndarray
    output: np.ndarray
    c: np.ndarray
    h: np.ndarray


@dataclass(frozen=True)
class CharacterPass:
    """A character on its way through the model.

    Attributes:
        id: of the character.
        embedding: its row of the embedding, float32 of shape (embed_size,).
        layers: one for each layer.
        logits: of the next character, float32 of shape (vocab_size,), UNK's included.
    """

    id: int
    embedding: np.ndarray
    layers: list[LayerPass]
    logits: np.ndarray


def last_character(sampler: Sampler, text: str) -> CharacterPass:
    """The last character of a text on its way, after those before it were read.

    Raises:
        UserError: the text is empty.
    """
    if not text:
        raise user_error("model.empty")
    model = sampler.model
    own = int(sampler.vocab.encode(text[-1])[0])
    hidden, cell = sampler.texts.after(text[:-1])
    x = embedding = model.embedding.weight[own]
    layers = []
    for layer in range(model.n_layers):
        w, u, w_bias, u_bias = (
            getattr(model.lstm, f"{name}_l{layer}")
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        before = cell[layer, 0]
        # From here in the lesson,
        i, f, g, o = (w @ x + w_bias + u @ hidden[layer, 0] + u_bias).chunk(4)
        i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
        c = f * before + i * g
        h = x = o * torch.tanh(c)
        # to here.
        layers.append(LayerPass(*(part.numpy() for part in (before, f, i, g, o, c, h))))
    return CharacterPass(own, embedding.numpy(), layers, model.fc(x).numpy())
