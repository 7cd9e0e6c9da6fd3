"""The notebook's character LSTM (notebook section 3), with the notebook's parameter names."""

from __future__ import annotations

import contextlib
from pathlib import Path

import torch
from huggingface_hub import PyTorchModelHubMixin
from huggingface_hub.constants import SAFETENSORS_SINGLE_FILE
from torch import nn

from charlstm.model.dropout import Dropout, drop
from charlstm.model.tensor_file import save_tensors

Hidden = tuple[torch.Tensor, torch.Tensor]
"""``(h, c)``, each of shape (layers, streams, hidden_size)."""


class CharLSTM(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="charlstm",
    tags=["char-lstm", "text-generation"],
):
    """Embedding, LSTM and a linear layer back to the vocabulary.

    The parameters are named ``embedding``, ``lstm`` and ``fc`` as in the notebook, so that a
    ``state_dict`` saved there loads here. `save_pretrained` and `from_pretrained` come from
    huggingface_hub and write ``config.json`` and ``model.safetensors``.

    Args:
        vocab_size: number of ids, UNK's included.
        embed_size: dimensions of the embedding.
        hidden_size: units a layer.
        n_layers: LSTM layers.
        dropout: share of the embedding, and of each layer's output to the next, set to zero in
            training.
        output_dropout: share of the last layer's output set to zero in training (the notebook
            has none).
        weight_drop: share of the recurrent weights set to zero in training, drawn once a window
            (Merity et al. 2018; the notebook has none).
    """

    def __init__(
        self,
        vocab_size: int,
        embed_size: int,
        hidden_size: int,
        n_layers: int,
        dropout: float = 0.5,
        output_dropout: float = 0.0,
        weight_drop: float = 0.0,
    ) -> None:
        super().__init__()
        self.vocab_size = vocab_size
        self.embed_size = embed_size
        self.hidden_size = hidden_size
        self.n_layers = n_layers
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.lstm = nn.LSTM(
            embed_size,
            hidden_size,
            num_layers=n_layers,
            batch_first=True,
        )
        self.fc = nn.Linear(hidden_size, vocab_size)
        self.dropout = Dropout(dropout)
        self.output_dropout = Dropout(output_dropout)
        self.weight_drop = weight_drop

    def forward(
        self,
        ids: torch.Tensor,
        hidden: Hidden | None = None,
        generator: torch.Generator | None = None,
    ) -> tuple[torch.Tensor, Hidden]:
        """Read one window of each stream.

        Args:
            ids: int64 tensor of shape (streams, window).
            hidden: (h, c) after the previous window; None for zeros.
            generator: random numbers of the dropout (`charlstm.model.dropout.drop`).

        Returns:
            logits of shape (streams * window, vocab_size), stream after stream as in the notebook,
            and the hidden after the last character.
        """
        embedded = self.dropout(self.embedding(ids), generator)
        if self.training and (self.weight_drop or self.n_layers > 1):
            output, hidden = self._by_layers(embedded, hidden, generator)
        else:
            output, hidden = self.lstm(embedded, hidden)
        output = self.output_dropout(output, generator)
        return self.fc(output.reshape(-1, self.hidden_size)), hidden

    def init_hidden(self, streams: int) -> Hidden:
        """A hidden of zeros: ``(h, c)``, each of shape (n_layers, streams, hidden_size)."""
        zeros = self.fc.weight.new_zeros(self.n_layers, streams, self.hidden_size)
        return zeros, zeros.clone()

    def _save_pretrained(self, save_directory: Path) -> None:
        """Write the weights for `save_pretrained`. On a CUDA card the LSTM's weights share one
        block of memory, and huggingface_hub's own method leaves such tensors out."""
        save_tensors(self.state_dict(), save_directory / SAFETENSORS_SINGLE_FILE, {"format": "pt"})

    def _by_layers(
        self, output: torch.Tensor, hidden: Hidden | None, generator: torch.Generator | None
    ) -> tuple[torch.Tensor, Hidden]:
        """`self.lstm` layer by layer, with weight drop, and with dropout between layers. torch's
        own dropout between layers is slow on a CPU (`charlstm.model.dropout`), and on a CUDA card a
        resumed run can't repeat its random numbers."""
        hidden = hidden or self.init_hidden(len(output))
        ends = []
        for layer, (h, c) in enumerate(zip(*(part.split(1) for part in hidden), strict=True)):
            weights = [
                getattr(self.lstm, f"{name}_l{layer}")
                for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            ]
            if self.weight_drop:
                weights[1] = drop(weights[1], self.weight_drop, generator)
            if layer:
                output = self.dropout(output, generator)
            output, *end = torch.lstm(output, (h, c), weights, True, 1, 0.0, True, False, True)
            ends.append(end)
        h, c = (torch.cat(part) for part in zip(*ends, strict=True))
        return output, (h, c)


def parameter_shapes(
    vocab_size: int, embed_size: int, hidden_size: int, n_layers: int
) -> dict[str, list[int]]:
    """Parameter name -> shape of a `CharLSTM` of these sizes, without creating one.

    A model on torch's "meta" device has the same shapes, but the first one imports torch's
    compiler (1.5 s).
    """
    gates = 4 * hidden_size
    shapes = {"embedding.weight": [vocab_size, embed_size]}
    for layer in range(n_layers):
        shapes |= {
            f"lstm.weight_ih_l{layer}": [gates, hidden_size if layer else embed_size],
            f"lstm.weight_hh_l{layer}": [gates, hidden_size],
            f"lstm.bias_ih_l{layer}": [gates],
            f"lstm.bias_hh_l{layer}": [gates],
        }
    return shapes | {"fc.weight": [vocab_size, hidden_size], "fc.bias": [vocab_size]}


def products_in(
    precision: torch.dtype, device: torch.device
) -> contextlib.AbstractContextManager[object]:
    """A context that computes matrix products in ``precision``; weights stay in float32."""
    if precision == torch.float32:
        return contextlib.nullcontext()
    return torch.autocast(device.type, precision)
