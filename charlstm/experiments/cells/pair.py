"""A text with an open bracket beside its control, and either with units held as in the other."""

from __future__ import annotations

from collections.abc import Sequence

from charlstm.errors import user_error
from charlstm.experiments.cells.reading import Reading, ids_of
from charlstm.experiments.cells.watch import compared
from charlstm.model.hold import Held, Unit
from charlstm.model.sampler import Sampler

TEXT, CONTROL = 0, 1
"""The sides of a pair."""


class Pair:
    """A text and its control, each read after the same beginning.

    Args:
        sampler: of the model.
        text: one character or more.
        before, control: as for `watched`.
        units, others: that are to be watched or held, and those to compare them with.

    Attributes:
        texts: the text, and its control if a bracket is open.
        bracket: index of the innermost open bracket; None if none is open.
        closing: the bracket that would close it.
        free: a reading of each of the texts.

    Raises:
        UserError: as for `watched`.
    """

    def __init__(
        self,
        sampler: Sampler,
        text: str,
        before: str,
        control: str,
        units: Sequence[Unit],
        others: Sequence[Unit] = (),
    ) -> None:
        self.bracket, control_text, self.closing = compared(
            sampler, text, control, units, others=others
        )
        self.texts = [text] if self.bracket is None else [text, control_text]
        self._sampler, self._before = sampler, before
        self._ids = ids_of(sampler, self.texts)
        self.free: list[Reading] = []
        for side in range(len(self.texts)):
            reading = self._begun()
            reading.read(self._ids[:, side : side + 1])
            self.free.append(reading)

    def hold_begins(self, units: Sequence[Unit]) -> int:
        """Index of the bracket, from which on units can be held at their values in the other text.

        Raises:
            UserError: no bracket is open, or there are no units.
        """
        if self.bracket is None or not units:
            raise user_error("cells.hold.nothing")
        return self.bracket

    def held(self, side: int, units: Sequence[Unit]) -> tuple[Reading, Held]:
        """The text or its control, with units held from the bracket on: after each character at
        their c in the other one. And the last of these values: what is written on is held there.

        Raises:
            UserError: as for `hold_begins`.
        """
        bracket = self.hold_begins(units)
        values = self.free[1 - side].cells(units, bracket)
        ids = self._ids[:, side : side + 1]
        reading = self._begun()
        reading.read(ids[:bracket])
        reading.read_held(ids[bracket:], units, values)
        return reading, dict(zip(units, values[-1, 0].tolist(), strict=True))

    def _begun(self) -> Reading:
        return Reading(self._sampler, self._before, 1, self.closing)
