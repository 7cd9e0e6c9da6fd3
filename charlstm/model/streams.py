"""Streams that step together: many rows, one character a step.

Why it is fast: embedding times input weights plus both biases is a table with one row per
character, computed once, so a step of one layer is a row look-up and one matrix product. As
tanh(x) = 2 sigmoid(2 x) - 1, one sigmoid serves all four gates (torch's sigmoid is several times as
fast as its tanh); the factors of 2 are in the weights, where they cause no rounding. All operations
are in place. Everything is in float32, and tested against `torch.nn.LSTM`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import torch

from charlstm.model.hold import Hold
from charlstm.model.lstm import CharLSTM, Hidden
from charlstm.model.products import RowBlocks, fastest_form


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
        inputs: list[torch.Tensor] = []
        self.recurrent: list[torch.Tensor] = []
        self.biases: list[torch.Tensor] = []
        for layer in range(model.n_layers):
            bias = state[f"lstm.bias_ih_l{layer}"] + state[f"lstm.bias_hh_l{layer}"]
            self.biases.append(bias * twice[:, 0])
            inputs.append((state[f"lstm.weight_ih_l{layer}"] * twice).T)
            recurrent = state[f"lstm.weight_hh_l{layer}"] * twice * 2
            self.recurrent.append(fastest_form(recurrent.T))
        self.table = state["embedding.weight"] @ inputs[0] + self.biases[0]
        self.inputs = [fastest_form(weight * 2) for weight in inputs[1:]]
        self.last = fastest_form(state["fc.weight"].T * 2)
        self.last_bias = state["fc.bias"].clone()
        self.last_bias[unk_id] = -math.inf
        self.blocks = RowBlocks([*self.recurrent, *self.inputs, self.last])

    def start(self, hidden: Hidden) -> States:
        """One stream after a text, from its hidden, each of shape (layers, 1, hidden_size)."""
        layers = [(h / 2, c * 2) for h, c in zip(*hidden, strict=True)]
        rows = sum(self.blocks.of(1))
        logits = torch.empty(rows, len(self.last_bias))
        self.score(layers[-1][0].expand(rows, -1), out=logits)
        return States(layers, logits[:1])

    def score(self, last: torch.Tensor, out: torch.Tensor) -> None:
        """Write the logits after the last layer's h / 2, (streams, hidden_size), to ``out``."""
        torch.addmm(self.last_bias, last, self.last, out=out)


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

    def __init__(
        self, weights: StepWeights, parts: Sequence[States], holds: Sequence[Hold | None] = ()
    ) -> None:
        """Copies the streams of all parts, in their order.

        Args:
            holds: of each part, at every step (`charlstm.model.hold`); empty for none.
        """
        self._weights, self._count = weights, sum(map(len, parts))
        blocks = weights.blocks.of(self._count)
        ends = itertools.pairwise(itertools.accumulate(blocks, initial=0))
        self._blocks = [slice(*pair) for pair in ends]
        size = sum(blocks)
        filling = [parts[0].rows(slice(1))] * (size - self._count)
        self._states = joined([*parts, *filling])
        self.logits = self._states.logits[: self._count]
        self._gates = torch.empty(size, weights.table.shape[1])
        self._split = self._gates.chunk(4, dim=1)
        # For each layer, views of 2 c and what some of their columns are overwritten with.
        self._held: list[list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]]
        self._held = [[] for _ in self._states.hidden]
        start = 0
        for part, hold in zip(parts, holds or [None] * len(parts), strict=True):
            rows = slice(start, start + len(part))
            start = rows.stop
            for layer, numbers, values in hold.by_layer() if hold else ():
                cells = self._states.hidden[layer][1][rows]
                self._held[layer].append((cells, numbers, values * 2))

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
                gates.copy_(weights.biases[layer].expand_as(gates))
                self._add_product(below, weights.inputs[layer - 1])
            self._add_product(h, weights.recurrent[layer])
            gates.sigmoid_()
            # c = f c + i (2 g - 1) and h = o (2 sigmoid(2 c) - 1), of which 2 c and h / 2 are held.
            c.mul_(f).addcmul_(i, g, value=4).sub_(i, alpha=2)
            for cells, numbers, values in self._held[layer]:
                cells.index_copy_(1, numbers, values)
            below = torch.sigmoid(c, out=h).sub_(0.5).mul_(o)
        for block in self._blocks:
            weights.score(below[block], out=self._states.logits[block])

    def _add_product(self, given: torch.Tensor, matrix: torch.Tensor) -> None:
        for block in self._blocks:
            gates = self._gates[block]
            torch.addmm(gates, given[block], matrix, out=gates)

    def states(self, part: slice = slice(None)) -> States:
        """Some of the streams as they are now: views, which the next step overwrites."""
        return self._states.rows(slice(0, self._count)).rows(part)
