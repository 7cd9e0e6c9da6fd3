"""Reading texts side by side, character by character, so that units can be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from charlstm.model.hold import Hold, Unit
from charlstm.model.recording import cells_of, from_nothing, outputs_of
from charlstm.model.sampler import Sampler
from charlstm.model.streams import States, Streams


@dataclass(frozen=True)
class Gates:
    """A unit's gates after each character, each 0 to 1."""

    input: list[float]
    forget: list[float]
    output: list[float]


class Reading:
    """Texts that are read side by side after the same beginning.

    Args:
        sampler: of the model.
        before: the beginning; "" for none.
        texts: their number.
        closing: the bracket whose chance is noted, a character that the model knows; "" for none.

    Attributes:
        states: the streams after what was read, a row each.
    """

    def __init__(self, sampler: Sampler, before: str, texts: int, closing: str = "") -> None:
        self._sampler = sampler
        self._closing = sampler.vocab.characters.index(closing) if closing else None
        self._index = {unit: i for i, unit in enumerate(sampler.units)}
        start = (
            sampler.texts.start(before)
            if before
            else from_nothing(sampler.model, sampler.weights, 1)
        )
        self.states: States = start.rows(torch.zeros(texts, dtype=torch.int64))
        self._ids: list[torch.Tensor] = []
        self._c: list[torch.Tensor] = []
        self._h = [outputs_of(self.states)]  # one more than characters
        self._chances: list[np.ndarray] = []

    def read(self, ids: torch.Tensor, hold: Hold | None = None) -> None:
        """Read on: int64 tensor of shape (characters, texts); a hold is on all its characters."""
        with torch.inference_mode():
            streams = Streams(self._sampler.weights, [self.states], [hold])
            for now in ids:
                streams.step(now)
                states = streams.states()
                self._ids.append(now)
                self._c.append(cells_of(states))
                self._h.append(outputs_of(states))
                if self._closing is not None:
                    chances = states.logits.double().softmax(1)[:, self._closing]
                    self._chances.append(chances.numpy())
            self.states = streams.states()

    def read_held(self, ids: torch.Tensor, units: Sequence[Unit], values: torch.Tensor) -> None:
        """Read on with units held at other values after each character.

        Args:
            ids: as for `read`.
            values: of c, float32 of shape (characters, texts, units).
        """
        for now, value in zip(ids, values, strict=True):
            self.read(now[None], Hold(tuple(units), value))

    def cells(self, units: Sequence[Unit], since: int = 0) -> torch.Tensor:
        """c of some units after each character from an index on, (characters, texts, units)."""
        columns = [self._index[unit] for unit in units]
        return torch.stack([c[:, columns] for c in self._c[since:]])

    def chances(self, since: int = 0) -> np.ndarray:
        """The chance of the closing bracket after each character from an index on, at T = 1:
        float64 of shape (characters, texts)."""
        return np.stack(self._chances[since:])

    def gates(self, unit: Unit, text: int, since: int = 0) -> Gates:
        """A unit's gates after each character of one of the texts, from an index on: from the h of
        its layer after the character before, and of the layer below after this one."""
        model, layer = self._sampler.model, unit.layer - 1
        size = model.hidden_size
        rows = [gate * size + unit.number for gate in (0, 1, 3)]
        h = torch.stack([one[text] for one in self._h[since:]])
        own = h[:-1, layer * size : (layer + 1) * size]
        ids = torch.stack([now[text] for now in self._ids[since:]])
        below = h[1:, (layer - 1) * size : layer * size] if layer else model.embedding(ids)
        weights = {
            name: getattr(model.lstm, f"{name}_l{layer}")[rows]
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        with torch.inference_mode():
            sums = below @ weights["weight_ih"].T + own @ weights["weight_hh"].T
            found = torch.sigmoid(sums + weights["bias_ih"] + weights["bias_hh"])
        return Gates(*(shortened(gate.numpy()) for gate in found.unbind(-1)))


def ids_of(sampler: Sampler, texts: Sequence[str]) -> torch.Tensor:
    """Texts of one length as int64 tensor of shape (characters, texts)."""
    return torch.from_numpy(np.stack([sampler.vocab.encode(one) for one in texts], 1)).long()


def shortened(values: np.ndarray) -> list[float]:
    """Numbers rounded to three significant digits, to keep an answer small."""
    return [float(f"{value:.3g}") for value in values.tolist()]
