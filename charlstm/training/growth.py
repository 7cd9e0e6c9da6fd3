"""Initialize a model with the weights of a smaller one.

After T. Chen, I. Goodfellow and J. Shlens, "Net2Net: Accelerating Learning via Knowledge Transfer"
(ICLR 2016), which makes new units by copying old ones and so has to break their symmetry. Here new
units keep their random initial weights, and the weights by which old units and the last layer read
them start at zero.
"""

from __future__ import annotations

import torch

from charlstm.errors import user_error
from charlstm.model.lstm import CharLSTM

# Of an added layer: what is added to the weight of each cell for the same unit of the layer below,
# the bias that opens the input and output gates and closes the forget gate, and the factor of the
# cell's and recurrent weights.
_SCALE, _OPEN, _OTHERS = 1.3, 2.0, 0.3


def grow(model: CharLSTM, small: CharLSTM) -> None:
    """Copy a smaller model's weights into a larger one, which may have more units and layers.

    A model that is only wider then has the small one's logits, up to rounding. Added layers go on
    top and approximately pass on their input. Their nonlinearity raises the loss at first (of
    wikipedia-512 grown to 2 x 640 from 1.39 to 1.73 nats); it falls again within some hundred
    steps.

    Args:
        model: newly created; changed in place.
        small: no larger in any size, with the same vocabulary.

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
    """Check that a model can start from a smaller one.

    Raises:
        UserError: one of the model's sizes is smaller, or the vocabularies differ in size.
    """
    for size in ("vocab_size", "embed_size", "hidden_size", "n_layers"):
        have, want = getattr(small, size), getattr(model, size)
        if have > want or (size == "vocab_size" and have != want):
            raise user_error("training.no_growth", size=size, have=str(have), want=str(want))


def _put(old: torch.Tensor, new: torch.Tensor, gates: int) -> None:
    """Write the old units' weights first in each gate; old units read new ones with weight zero."""
    old, new = old.view(gates, len(old) // gates, -1), new.view(gates, len(new) // gates, -1)
    _, units, inputs = old.shape
    new[:, :units] = 0
    new[:, :units, :inputs] = old


def _pass_on(weights: dict[str, torch.Tensor], layer: int, size: int) -> None:
    """Make a layer's output approximate its input. Gates are ordered i, f, g, o."""
    weights[f"lstm.weight_hh_l{layer}"] *= _OTHERS
    into_cell = weights[f"lstm.weight_ih_l{layer}"][2 * size : 3 * size]
    into_cell *= _OTHERS
    into_cell.diagonal().add_(_SCALE)
    bias = weights[f"lstm.bias_ih_l{layer}"].view(4, size)
    bias.copy_(torch.tensor([[_OPEN], [-_OPEN], [0.0], [_OPEN]]).expand_as(bias))
