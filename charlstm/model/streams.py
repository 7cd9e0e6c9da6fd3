"""Streams that step together: many rows, one character a step.

Why it is fast: embedding times input weights plus both biases is a table with one row per
character, computed once, so a step of one layer is a row look-up and one matrix product. As
tanh(x) = 2 sigmoid(2 x) - 1, one sigmoid serves all four gates (torch's sigmoid is several times as
fast as its tanh); the factors of 2 are in the weights, where they cause no rounding. All operations
are in place. Everything is in float32, and tested against `torch.nn.LSTM`.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

import torch

from charlstm.model.lstm import CharLSTM, Hidden

MOST_ROWS = 128
"""Most rows of streams that step together: more rows do not multiply faster."""
_ROW_STEP = 4  # numbers of rows are multiples of it; with fewer rows libraries sum in another order
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
        recurrent: list[torch.Tensor] = []
        self.inputs, self.biases = [], []
        for layer in range(model.n_layers):
            bias = state[f"lstm.bias_ih_l{layer}"] + state[f"lstm.bias_hh_l{layer}"]
            self.biases.append(bias * twice[:, 0])
            self.inputs.append(state[f"lstm.weight_ih_l{layer}"] * twice)
            recurrent.append(state[f"lstm.weight_hh_l{layer}"] * twice * 2)
        self.table = state["embedding.weight"] @ self.inputs[0].T + self.biases[0]
        self.inputs = [weight * 2 for weight in self.inputs[1:]]
        self.last = state["fc.weight"].T * 2
        self.last_bias = state["fc.bias"].clone()
        self.last_bias[unk_id] = -math.inf
        # Whether multiplying by a transposed view or by a transposed copy is faster, by up to 1.8
        # times, depends on the processor.
        views = [weight.T for weight in recurrent]
        self.recurrent = _faster((views, [view.contiguous() for view in views]), _ROW_STEP)
        self._alike: dict[int, bool] = {MOST_ROWS: True}
        self._lock = threading.Lock()

    def start(self, hidden: Hidden) -> States:
        """One stream after a text, from its hidden, each of shape (layers, 1, hidden_size)."""
        layers = [(h / 2, c * 2) for h, c in zip(*hidden, strict=True)]
        last = layers[-1][0].expand(_ROW_STEP, -1)
        logits = torch.empty(_ROW_STEP, len(self.last_bias))
        self.score(last, out=logits)
        return States(layers, logits[:1])

    def score(self, last: torch.Tensor, out: torch.Tensor) -> None:
        """Write the logits after the last layer's h / 2, (streams, hidden_size), to ``out``."""
        torch.addmm(self.last_bias, last, self.last, out=out)

    def row_count(self, rows: int) -> int:
        """The least number of rows, not below ``rows``, with which a row of this model's products
        is the same to the last bit as with any other such number and at any other index.

        Which numbers these are depends on the processor and its library: each is tried once.
        """
        for count in range(-(-rows // _ROW_STEP) * _ROW_STEP, MOST_ROWS, _ROW_STEP):
            with self._lock:
                if count not in self._alike:
                    self._alike[count] = self.is_alike(count)
                if self._alike[count]:
                    return count
        return max(MOST_ROWS, rows)

    def is_alike(self, count: int) -> bool:
        """Whether a row of this model's products is the same with so many rows as with `MOST_ROWS`,
        at the first indices and at the last."""
        given = torch.rand(MOST_ROWS, len(self.recurrent[0]), generator=torch.Generator())
        for matrix in (*self.recurrent, *(weight.T for weight in self.inputs), self.last):
            whole = given @ matrix
            ends = slice(count), slice(MOST_ROWS - count, None)
            if not all(torch.equal(given[end] @ matrix, whole[end]) for end in ends):
                return False
        return True


class States(NamedTuple):
    """Streams between two steps, a row each.

    Attributes:
        hidden: a layer each, h / 2 and 2 c, float32 tensors of shape (streams, hidden_size).
        logits: float32 tensor of shape (streams, vocab) for the next character, UNK at -inf.
    """

    hidden: list[Hidden]
    logits: torch.Tensor

    def rows(self, index: torch.Tensor | slice) -> States:
        """Some of the streams: int64 tensor of row numbers, or a slice."""
        return States([(h[index], c[index]) for h, c in self.hidden], self.logits[index])

    def __len__(self) -> int:
        return len(self.logits)


def joined(parts: Sequence[States]) -> States:
    """A copy of the streams of several parts, in their order."""
    layers = zip(*(part.hidden for part in parts), strict=True)
    return States(
        [(torch.cat([h for h, _ in layer]), torch.cat([c for _, c in layer])) for layer in layers],
        torch.cat([part.logits for part in parts]),
    )


class Streams:
    """Streams that step together. What a row becomes depends on its own ids alone.

    Attributes:
        logits: float32 tensor of shape (streams, vocab) for the next character, UNK at -inf.
            `step` overwrites it.
    """

    def __init__(self, weights: StepWeights, parts: Sequence[States]) -> None:
        """Copies the streams of all parts, in their order."""
        self._weights, self._count = weights, sum(map(len, parts))
        size = weights.row_count(self._count)
        filling = [parts[0].rows(slice(1))] * (size - self._count)
        self._states = joined([*parts, *filling])
        self.logits = self._states.logits[: self._count]
        self._gates = torch.empty(size, weights.table.shape[1])
        self._split = self._gates.chunk(4, dim=1)

    def step(self, ids: torch.Tensor) -> None:
        """Each stream reads one character: int64 tensor of shape (streams,)."""
        if len(ids) < len(self._gates):
            ids = torch.cat([ids, ids[:1].expand(len(self._gates) - len(ids))])
        weights, gates = self._weights, self._gates
        i, f, g, o = self._split
        torch.index_select(weights.table, 0, ids, out=gates)
        below = gates  # not read by the first layer
        for layer, (h, c) in enumerate(self._states.hidden):
            if layer:
                bias, inputs = weights.biases[layer], weights.inputs[layer - 1]
                torch.addmm(bias, below, inputs.T, out=gates)
            torch.addmm(gates, h, weights.recurrent[layer], out=gates).sigmoid_()
            # c = f c + i (2 g - 1) and h = o (2 sigmoid(2 c) - 1), of which 2 c and h / 2 are held.
            c.mul_(f).addcmul_(i, g, value=4).sub_(i, alpha=2)
            below = torch.sigmoid(c, out=h).sub_(0.5).mul_(o)
        weights.score(below, out=self._states.logits)

    def states(self, part: slice = slice(None)) -> States:
        """Some of the streams as they are now: views, which the next step overwrites."""
        return self._states.rows(slice(0, self._count)).rows(part)


def _faster(forms: Sequence[list[torch.Tensor]], rows: int) -> list[torch.Tensor]:
    """The form of the weights whose first matrix multiplies ``rows`` rows in the least time."""
    hidden, best = torch.zeros(rows, len(forms[0][0])), [math.inf] * len(forms)
    for _ in range(_TRIES):
        for number, form in enumerate(forms):
            started = time.perf_counter()
            torch.mm(hidden, form[0])
            best[number] = min(best[number], time.perf_counter() - started)
    return forms[best.index(min(best))]
