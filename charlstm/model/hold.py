"""A hold: cells of some units are set to given values after each step (activation patching).

A step computes the gates and c = f c + i g as ever; then each held entry of c is overwritten, and
h = o tanh(c) is computed from what stands there. So the gates of that step do not know of the hold;
those of later steps do, through h, and so do the layers above. The forget gate reads the held c at
the next step, before it is overwritten again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch

from charlstm.errors import user_error

_NAME = re.compile(r"([1-9][0-9]{0,8}):([0-9]{1,9})")


class Unit(NamedTuple):
    """A unit of a model: an entry of h and of c.

    Attributes:
        layer: counted from 1, as people count.
        number: its index in the layer, from 0, as in the weights.

    Example:
        >>> Unit.parse("2:60"), str(Unit(2, 60))
        (Unit(layer=2, number=60), '2:60')
    """

    layer: int
    number: int

    def __str__(self) -> str:
        return f"{self.layer}:{self.number}"

    @classmethod
    def parse(cls, name: str) -> Unit:
        """A unit by name, "LAYER:NUMBER".

        Raises:
            UserError: the name is no such pair of numbers.
        """
        if not (found := _NAME.fullmatch(name.strip())):
            raise user_error("model.no_such_unit", unit=repr(name[:40]))
        return cls(int(found[1]), int(found[2]))

    def check(self, layers: int, hidden_size: int) -> None:
        """Check that a model of these sizes has the unit.

        Raises:
            UserError: it doesn't.
        """
        if not (1 <= self.layer <= layers and 0 <= self.number < hidden_size):
            raise user_error(
                "model.no_unit", unit=str(self), layers=layers, last=str(hidden_size - 1)
            )


def units_of(layers: int, hidden_size: int) -> list[Unit]:
    """All units of a model of these sizes, ordered [layer][number]."""
    return [Unit(layer, n) for layer in range(1, layers + 1) for n in range(hidden_size)]


Held = Mapping[Unit, float]
"""The values at which the cells of some units are held in one text: values of c, not of tanh(c)."""


@dataclass(frozen=True)
class Hold:
    """A hold on the streams of a group, a value for each stream.

    Attributes:
        units: one or more, distinct.
        values: float32 tensor of shape (streams, units), values of c.
    """

    units: tuple[Unit, ...]
    values: torch.Tensor

    @classmethod
    def of(cls, held: Sequence[Held], streams: int = 1) -> Hold:
        """A hold on ``streams`` streams of each of several texts, ordered [text][stream].

        Raises:
            ValueError: the texts hold different units, or none.
        """
        units = tuple(held[0])
        if not units or any({*one} != {*units} for one in held):
            raise ValueError("texts of one hold must hold the same units")
        rows = [[one[unit] for unit in units] for one in held]
        return cls(units, torch.tensor(rows, dtype=torch.float32).repeat_interleave(streams, 0))

    def rows(self, index: torch.Tensor) -> Hold:
        """The hold on some of the streams: int64 tensor of row numbers."""
        return Hold(self.units, self.values[index])

    def by_layer(self) -> Iterator[tuple[int, torch.Tensor, torch.Tensor]]:
        """For each layer with held units: its index from 0, the units' numbers, an int64 tensor of
        shape (units,), and their values, (streams, units)."""
        for layer in sorted({unit.layer for unit in self.units}):
            columns = [place for place, unit in enumerate(self.units) if unit.layer == layer]
            numbers = torch.tensor([self.units[place].number for place in columns])
            yield layer - 1, numbers, self.values[:, columns]
