"""The engine of the sampler: many streams, one character a step.

Why it is fast: embedding times input weights plus both biases is a table with one row per
character, computed once, so a step of one layer is a row look-up and one matrix product. As
tanh(x) = 2 sigmoid(2 x) - 1, one sigmoid serves all four gates (torch's sigmoid is several times as
fast as its tanh); the factors of 2 are in the weights, where they cause no rounding. All operations
are in place. Everything is in float32, and tested against `torch.nn.LSTM`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import torch

from charlstm.model.lstm import CharLSTM, Hidden

# With at least this many rows, a row of a product is the same to the last bit whatever the number
# of rows (measured with 4 to 400); with fewer, the library sums in another order.
_ROWS_ALIKE = 4
_TRIES = 10  # timings of each form, of which the best counts: other processes may be busy


class StepWeights:
    """A copy of a model's weights, scaled for `Streams.step`.

    A step stores h / 2 and 2 c. So the recurrent weights, the output weights and the input weights
    of all layers but the first are doubled, and the weights and biases of gate g are doubled (once
    more). Gates are in torch's order (i, f, g, o).

    Args:
        model: its weights are copied to the CPU in float32.
        unk_id: the id that is never drawn: its logit is -inf.
    """

    def __init__(self, model: CharLSTM, unk_id: int) -> None:
        state = {
            name: value.detach().to("cpu", torch.float32)
            for name, value in model.state_dict().items()
        }
        size = model.hidden_size
        twice = torch.ones(4 * size, 1)
        twice[2 * size : 3 * size] = 2
        self.recurrent, self.inputs, self.biases = [], [], []
        for layer in range(model.n_layers):
            bias = state[f"lstm.bias_ih_l{layer}"] + state[f"lstm.bias_hh_l{layer}"]
            self.biases.append(bias * twice[:, 0])
            self.inputs.append(state[f"lstm.weight_ih_l{layer}"] * twice)
            self.recurrent.append(state[f"lstm.weight_hh_l{layer}"] * twice * 2)
        self.table = state["embedding.weight"] @ self.inputs[0].T + self.biases[0]
        self.inputs = [weight * 2 for weight in self.inputs[1:]]
        self.last = state["fc.weight"].T * 2
        self.last_bias = state["fc.bias"].clone()
        self.last_bias[unk_id] = -math.inf
        self._fastest: dict[bool, list[torch.Tensor]] = {}

    def recurrent_for(self, rows: int) -> list[torch.Tensor]:
        """Recurrent weights, (hidden, 4 x hidden) a layer, in the faster layout for ``rows``
        streams.

        Whether multiplying by a transposed view or by a transposed copy is faster, by up to 1.8
        times, depends on the processor and on whether rows are few or many: each case is timed
        once.
        """
        many = rows >= _ROWS_ALIKE
        if many not in self._fastest:
            views = [weight.T for weight in self.recurrent]
            copies = [view.contiguous() for view in views]
            self._fastest[many] = _faster((views, copies), _ROWS_ALIKE if many else 1)
        return self._fastest[many]


class Streams:
    """The states of several streams: all have read the same seed text, then each its own ids.

    A row depends on its own ids alone, to the last bit, whichever other rows are kept: see
    `_ROWS_ALIKE`.

    Attributes:
        logits: float32 tensor of shape (streams, vocab) for the next character, UNK at -inf.
            `step` overwrites it.
    """

    def __init__(self, weights: StepWeights, hidden: Hidden, streams: int) -> None:
        """All streams start from ``hidden``, (h, c) of shape (layers, 1, hidden_size) each."""
        self._weights = weights
        self._recurrent = weights.recurrent_for(streams)
        self._fewest = min(_ROWS_ALIKE, streams)
        layers = [(h / 2, c * 2) for h, c in zip(*hidden, strict=True)]
        layers = [(h.repeat(streams, 1), c.repeat(streams, 1)) for h, c in layers]
        self._hold(layers, torch.empty(streams, len(weights.last_bias)), streams)
        self._score()

    def step(self, ids: torch.Tensor) -> None:
        """Read one id for each stream: int64 tensor of shape (streams,)."""
        if len(ids) < len(self._gates):
            ids = torch.cat([ids, ids[:1].expand(len(self._gates) - len(ids))])
        weights, gates = self._weights, self._gates
        i, f, g, o = self._split
        below = None
        for layer, (h, c) in enumerate(self._hidden):
            if below is None:
                torch.index_select(weights.table, 0, ids, out=gates)
            else:
                bias, inputs = weights.biases[layer], weights.inputs[layer - 1]
                torch.addmm(bias, below, inputs.T, out=gates)
            torch.addmm(gates, h, self._recurrent[layer], out=gates).sigmoid_()
            # c = f c + i (2 g - 1) and h = o (2 sigmoid(2 c) - 1), stored as 2 c and h / 2.
            c.mul_(f).addcmul_(i, g, value=4).sub_(i, alpha=2)
            below = torch.sigmoid(c, out=h).sub_(0.5).mul_(o)
        self._score()

    def keep(self, rows: torch.Tensor) -> None:
        """Keep only these rows, in this order: int64 tensor of row numbers."""
        held = rows
        if 0 < len(rows) < self._fewest:  # pad with the first row, see `_ROWS_ALIKE`
            held = torch.cat([rows, rows[:1].expand(self._fewest - len(rows))])
        hidden = [(h[held], c[held]) for h, c in self._hidden]
        self._hold(hidden, self._scores[held], len(rows))

    def _hold(self, hidden: list[Hidden], scores: torch.Tensor, streams: int) -> None:
        self._hidden, self._scores, self.logits = hidden, scores, scores[:streams]
        rows, size = hidden[0][0].shape
        self._gates = torch.empty(rows, 4 * size)
        self._split = self._gates.split(size, dim=1)

    def _score(self) -> None:
        last = self._hidden[-1][0]
        torch.addmm(self._weights.last_bias, last, self._weights.last, out=self._scores)


def _faster(forms: Sequence[list[torch.Tensor]], rows: int) -> list[torch.Tensor]:
    """The form of the weights whose first matrix multiplies ``rows`` rows in the least time."""
    hidden, best = torch.zeros(rows, len(forms[0][0])), [math.inf] * len(forms)
    for _ in range(_TRIES):
        for number, form in enumerate(forms):
            started = time.perf_counter()
            torch.mm(hidden, form[0])
            best[number] = min(best[number], time.perf_counter() - started)
    return forms[best.index(min(best))]
