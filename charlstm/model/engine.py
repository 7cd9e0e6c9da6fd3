"""The engine of the sampler: many streams, one character a step.

What makes it fast: embedding times input weights plus both biases is a table with one row per
character, computed once, so a step is one row look-up and one matrix product a layer. As
tanh(x) = 2 sigmoid(2 x) - 1, one sigmoid serves everything (torch's is several times as fast as its
tanh); the factors of 2 are in the weights, where they round nothing. All happens in place. What
keeps it exact: float32 throughout, and tests against `torch.nn.LSTM`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import torch

from charlstm.model.lstm import CharLSTM, Hidden

# From this many rows on, a row of a product came out the same to the last bit however many others
# there were (measured with 4 to 400); with fewer, the library sums in another order.
_ROWS_ALIKE = 4
_TRIES = 10  # of each form, the best of which counts: others may be busy here


class StepWeights:
    """A model's weights in the form that a step takes; a copy.

    A step holds h / 2 and 2 c, so recurrent, later input and last weights are doubled, and what
    leads to g is doubled once more. Gates come in torch's order (i, f, g, o).

    Args:
        model: any; its weights are taken to the CPU in float32.
        unk_id: the id that is never written: its logit is -inf.
    """

    def __init__(self, model: CharLSTM, unk_id: int) -> None:
        given = {
            name: value.detach().to("cpu", torch.float32)
            for name, value in model.state_dict().items()
        }
        size = model.hidden_size
        twice = torch.ones(4 * size, 1)
        twice[2 * size : 3 * size] = 2
        self.recurrent, self.inputs, self.biases = [], [], []
        for layer in range(model.n_layers):
            bias = given[f"lstm.bias_ih_l{layer}"] + given[f"lstm.bias_hh_l{layer}"]
            self.biases.append(bias * twice[:, 0])
            self.inputs.append(given[f"lstm.weight_ih_l{layer}"] * twice)
            self.recurrent.append(given[f"lstm.weight_hh_l{layer}"] * twice * 2)
        self.table = given["embedding.weight"] @ self.inputs[0].T + self.biases[0]
        self.inputs = [weight * 2 for weight in self.inputs[1:]]
        self.last = given["fc.weight"].T * 2
        self.last_bias = given["fc.bias"].clone()
        self.last_bias[unk_id] = -math.inf
        self._fastest: dict[bool, list[torch.Tensor]] = {}

    def recurrent_for(self, rows: int) -> list[torch.Tensor]:
        """Recurrent weights, (hidden, 4 x hidden) a layer, laid out for so many streams.

        Processors differ in whether they multiply faster by a transposed view or by a transposed
        copy, by up to 1.8 times, and few rows differ from many: it is tried once.
        """
        many = rows >= _ROWS_ALIKE
        if many not in self._fastest:
            views = [weight.T for weight in self.recurrent]
            copies = [view.contiguous() for view in views]
            self._fastest[many] = _faster((views, copies), _ROWS_ALIKE if many else 1)
        return self._fastest[many]


class Streams:
    """Continuations side by side: all have read the same seed text, then each what it is given.

    What a row becomes depends on its own ids alone, whichever others are kept: see `_ROWS_ALIKE`.

    Attributes:
        logits: float32 tensor of shape (streams, vocab) for the next character, UNK at -inf.
            `step` overwrites it.
    """

    def __init__(self, weights: StepWeights, hidden: Hidden, streams: int) -> None:
        """Hidden is one stream's, each of shape (layers, 1, hidden_size); all begin with it."""
        self._weights = weights
        self._recurrent = weights.recurrent_for(streams)
        self._fewest = min(_ROWS_ALIKE, streams)
        layers = [(h / 2, c * 2) for h, c in zip(*hidden, strict=True)]
        layers = [(h.repeat(streams, 1), c.repeat(streams, 1)) for h, c in layers]
        self._hold(layers, torch.empty(streams, len(weights.last_bias)), streams)
        self._score()

    def step(self, ids: torch.Tensor) -> None:
        """Each stream reads one character: int64 tensor of shape (streams,)."""
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
            # c = f c + i (2 g - 1) and h = o (2 sigmoid(2 c) - 1), of which 2 c and h / 2 are held.
            c.mul_(f).addcmul_(i, g, value=4).sub_(i, alpha=2)
            below = torch.sigmoid(c, out=h).sub_(0.5).mul_(o)
        self._score()

    def keep(self, rows: torch.Tensor) -> None:
        """Go on with these rows only, in this order: int64 tensor of row numbers."""
        held = rows
        if 0 < len(rows) < self._fewest:  # the first row fills up, see `_ROWS_ALIKE`
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
    """The form of some weights whose first one multiplies so many rows in less time."""
    hidden, best = torch.zeros(rows, len(forms[0][0])), [math.inf] * len(forms)
    for _ in range(_TRIES):
        for number, form in enumerate(forms):
            started = time.perf_counter()
            torch.mm(hidden, form[0])
            best[number] = min(best[number], time.perf_counter() - started)
    return forms[best.index(min(best))]
