"""A model that starts as a smaller one, and learns on from there.

After T. Chen, I. Goodfellow and J. Shlens, "Net2Net: Accelerating Learning via Knowledge Transfer"
(ICLR 2016), which copies units; here the new ones are as the model was made, and what they say
counts for nothing at first, so they need no breaking apart.
"""

from __future__ import annotations

import torch

from charlstm.errors import UserError
from charlstm.model.lstm import CharLSTM

# Of a layer on top: how much its cells take of the unit below, the bias of the gates that let it
# through, and what the recurrent weights and the cells' other weights are scaled by.
_SCALE, _OPEN, _OTHERS = 1.3, 2.0, 0.3


def grow(model: CharLSTM, small: CharLSTM) -> None:
    """Put a smaller model's weights into a larger one, which may have more units and layers.

    A wider model then says what the small one does, up to rounding. Further layers go on top,
    near to passing on what they read: they bend it, so the loss rises at first (of wikipedia-512
    grown to 2 x 640 from 1.39 to 1.73 nats), and falls again within some hundred steps.

    Args:
        model: just made; changed in place.
        small: at most as large in every respect, with the same vocabulary.

    Raises:
        UserError: as `check_growth`.
    """
    check_growth(model, small)
    old, new = small.state_dict(), model.state_dict()
    new["embedding.weight"][:, : small.embed_size] = old.pop("embedding.weight")
    for name, weight in old.items():
        _put(weight, new[name], gates=4 if name.startswith("lstm.") else 1)
    for layer in range(small.n_layers, model.n_layers):
        _pass_on(new, layer, model.hidden_size)


def check_growth(model: CharLSTM, small: CharLSTM) -> None:
    """Whether a model can start as another.

    Raises:
        UserError: it is smaller in some respect, or its vocabulary is of another size.
    """
    for size in ("vocab_size", "embed_size", "hidden_size", "n_layers"):
        have, want = getattr(small, size), getattr(model, size)
        if have > want or (size == "vocab_size" and have != want):
            raise UserError(
                f"A model with {size} {have} can't grow to one with {size} {want}.",
                "Grow a smaller checkpoint of the same text, or choose more units.",
            )


def _put(old: torch.Tensor, new: torch.Tensor, gates: int) -> None:
    """Old units before the new ones in each gate; what the old would read of the new is zero."""
    old, new = old.view(gates, len(old) // gates, -1), new.view(gates, len(new) // gates, -1)
    _, units, inputs = old.shape
    new[:, :units] = 0
    new[:, :units, :inputs] = old


def _pass_on(weights: dict[str, torch.Tensor], layer: int, size: int) -> None:
    """Bring a layer near to giving out what it reads. Gates are ordered i, f, g, o."""
    weights[f"lstm.weight_hh_l{layer}"] *= _OTHERS
    into_cell = weights[f"lstm.weight_ih_l{layer}"][2 * size : 3 * size]
    into_cell *= _OTHERS
    into_cell.diagonal().add_(_SCALE)
    bias = weights[f"lstm.bias_ih_l{layer}"].view(4, size)
    bias.copy_(torch.tensor([[_OPEN], [-_OPEN], [0.0], [_OPEN]]).expand_as(bias))
