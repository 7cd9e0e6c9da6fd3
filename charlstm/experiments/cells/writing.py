"""What a model writes on after a text and its control, with units held and without, and what the
units do meanwhile.

A hold begins at the bracket (`pair.Pair.held`). All that is written on has the same dice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import torch

from charlstm.experiments.cells.pair import CONTROL, TEXT, Pair
from charlstm.experiments.cells.reading import Gates, Reading, shortened
from charlstm.model.choosers import Draws
from charlstm.model.hold import Held, Hold, Unit
from charlstm.model.jobs import Group
from charlstm.model.limits import check_asked
from charlstm.model.sampler import Sampler

Taken = Literal["none", "comma", "open"]
"""Which values are held in which text: none; the control's in the text; the text's in the
control."""

SHOWN_BEFORE = 20
"""Characters before the bracket, or before the end of a text without one, whose values are told."""
_EVERY = 25


@dataclass(frozen=True)
class UnitAlong:
    """One unit along a text and what is written on.

    Attributes:
        unit: its name.
        own: tanh(c) after each character from `Continued.first` on.
        gates: None unless asked for.
    """

    unit: str
    own: list[float]
    gates: Gates | None


@dataclass(frozen=True)
class Continued:
    """A text that the model writes on.

    Attributes:
        text: that it continues.
        control: whether that is the control text.
        held: whether units are held.
        written: what it has written so far.
        first: index of the first character that has values.
        units: along the text from there on, and along what is written.
        chances: of the closing bracket after each of these characters, at T = 1.
    """

    text: str
    control: bool
    held: bool
    written: str
    first: int
    units: list[UnitAlong]
    chances: list[float]


def writing_on(
    sampler: Sampler,
    text: str,
    units: Sequence[Unit],
    taken: Taken,
    *,
    before: str = "",
    control: str = ",",
    gates: bool = False,
    temperature: float,
    length: int,
    dice: int,
    every: int,
) -> Iterator[list[Continued]]:
    """Continue two texts side by side, ``every`` characters at a time.

    Args:
        units: that are watched, and held unless ``taken`` is "none".
        taken: "none" continues the text, and its control if a bracket is open; "comma" the text
            without a hold and with one; "open" the control, likewise.
        before, control, gates: as for `watched`.
        temperature, length, dice: as for `Sampler.sample`.

    Yields:
        both so far, at first with nothing written; one, if there is no control.

    Raises:
        UserError: an argument is out of its range, or there is nothing to hold.
    """
    check_asked([temperature], length, dice, 1)
    pair = Pair(sampler, text, before, control, units)
    if taken == "none":
        which = [(side, False) for side in range(len(pair.texts))]
    else:
        which = [(TEXT if taken == "comma" else CONTROL, is_held) for is_held in (False, True)]
        pair.hold_begins(units)
    continuing = [_Continuing(sampler, pair, side, units, is_held) for side, is_held in which]
    groups = [one.begin(temperature, dice, every) for one in continuing]
    yield [one.so_far(gates) for one in continuing]
    for done in range(0, length, every):
        sampler.advance(groups, min(every, length - done))
        for one in continuing:
            one.read_on()
        yield [one.so_far(gates) for one in continuing]


class _Continuing:
    """One of the texts while it is written on."""

    def __init__(
        self, sampler: Sampler, pair: Pair, side: int, units: Sequence[Unit], is_held: bool
    ) -> None:
        self._sampler, self._units, self._side = sampler, units, side
        self._text, self._written = pair.texts[side], ""
        self._reading: Reading
        self._held: Held
        self._reading, self._held = pair.held(side, units) if is_held else (pair.free[side], {})
        end = len(self._text) if pair.bracket is None else pair.bracket
        self._first = max(0, end - SHOWN_BEFORE)

    def begin(self, temperature: float, dice: int, every: int) -> Group[Draws]:
        [self._group] = self._sampler.draws(
            Draws, [self._text], [temperature], range(1), dice, ahead=every,
            held=[self._held] if self._held else (), starts=[self._reading.states],
        )  # fmt: skip
        return self._group

    def read_on(self) -> None:
        """Look at the units along what the group has written."""
        ids = self._group.written
        self._written += self._sampler.vocab.decode(ids[:, 0].tolist())
        hold = Hold.of([self._held]) if self._held else None
        self._reading.read(torch.from_numpy(ids).long(), hold)

    def so_far(self, gates: bool) -> Continued:
        first, reading = self._first, self._reading
        return Continued(
            text=self._text,
            control=self._side == CONTROL,
            held=bool(self._held),
            written=self._written,
            first=first,
            units=[
                UnitAlong(
                    str(unit),
                    shortened(torch.tanh(reading.cells([unit], first))[:, 0, 0].numpy()),
                    reading.gates(unit, 0, first) if gates else None,
                )
                for unit in self._units
            ],
            chances=shortened(reading.chances(first)[:, 0]),
        )


@dataclass(frozen=True)
class WrittenOn:
    """What the model writes on after a text and its control, all on the same dice.

    Attributes:
        free, held: after the text, and with units held at their control values.
        control, forced: after the control text, and with them held at their open values.
    """

    free: str
    held: str
    control: str
    forced: str


def written_on(
    sampler: Sampler,
    text: str,
    units: Sequence[Unit],
    *,
    before: str = "",
    control: str = ",",
    temperature: float,
    length: int,
    dice: int,
) -> WrittenOn:
    """Continue a text and its control, with and without a hold.

    Arguments and errors as for `writing_on`.
    """
    found: list[str] = []
    for taken in ("comma", "open"):
        *_, last = writing_on(
            sampler, text, units, taken, before=before, control=control,
            temperature=temperature, length=length, dice=dice, every=_EVERY,
        )  # fmt: skip
        found += [one.written for one in last]
    return WrittenOn(*found)
