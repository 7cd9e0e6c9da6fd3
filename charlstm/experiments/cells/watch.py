"""Watching units along a text: what c, the gates and the chance of a closing bracket do.

The same text with the control character for its innermost open bracket is read beside it. A hold
puts units at the c that they have in the other text, character by character, from the bracket on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import torch

from charlstm.errors import user_error
from charlstm.experiments.cells.holding import controlled
from charlstm.experiments.cells.reading import Gates, Reading, ids_of, shortened
from charlstm.model.hold import Unit
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import PAIRS

MOST_UNITS = 8
"""Units that are watched or held at a time."""


@dataclass(frozen=True)
class UnitStrip:
    """One unit along a text.

    Attributes:
        unit: its name.
        own: tanh(c) after each character.
        control: the same of the control text, from the bracket on; empty without a bracket.
        held_at: c at the end of the control text, and of the text itself: what a hold of what is
            written on puts it at in the one text, and in the other; None without a bracket.
        gates, control_gates: None unless asked for.
    """

    unit: str
    own: list[float]
    control: list[float]
    held_at: tuple[float, float] | None
    gates: Gates | None
    control_gates: Gates | None


@dataclass(frozen=True)
class Chances:
    """The chance of the closing bracket after each character, at T = 1.

    Attributes:
        own, control: of the text, and of its control from the bracket on.
        held: of the text from the bracket on, with the held units at their control values.
        forced: of the control text from there on, with them at their open values.
        others, others_forced: the same with the units held that are to be compared with.
    """

    own: list[float]
    control: list[float]
    held: list[float]
    forced: list[float]
    others: list[float]
    others_forced: list[float]


@dataclass(frozen=True)
class Watched:
    """Units along a text.

    Attributes:
        text, control_text: the latter "" if no bracket is open.
        bracket: index of the innermost open bracket; None if none is.
        closing: the bracket that would close it; ")" if none is open.
        warm_up: characters that were read before.
        units: a strip each.
        chances: of the closing bracket; lists are empty for what was not asked for.
    """

    text: str
    control_text: str
    bracket: int | None
    closing: str
    warm_up: int
    units: list[UnitStrip]
    chances: Chances


def watched(
    sampler: Sampler,
    text: str,
    units: Sequence[Unit],
    *,
    before: str = "",
    control: str = ",",
    held: Sequence[Unit] = (),
    others: Sequence[Unit] = (),
    gates: bool = False,
) -> Watched:
    """Read a text and its control, and look at some units.

    Args:
        sampler: of the model.
        text: one character or more.
        units: to look at, up to `MOST_UNITS`.
        before: text to warm up on (`warm_up.warm_up_text`).
        control: replaces the innermost open bracket.
        held: units to hold from the bracket on, each at its c in the other text.
        others: units to hold for comparison.
        gates: whether to compute the gates too.

    Raises:
        UserError: the text is empty, there are too many units, or the model has no such unit or
            never writes the closing bracket.
    """
    bracket, control_text, closing = compared(sampler, text, control, units, held, others=others)
    texts = [text, control_text] if bracket is not None else [text]
    ids = ids_of(sampler, texts)
    reading = Reading(sampler, before, len(texts), closing)
    reading.read(ids)
    chances = reading.chances()
    at_hold: list[list[float]] = []
    for kept in (held, others):
        if not kept or bracket is None:
            at_hold += [[], []]
            continue
        taken = Reading(sampler, before, 2, closing)
        taken.read(ids[:bracket])
        taken.read_held(ids[bracket:], kept, reading.cells(kept, bracket).flip(1))
        at_hold += [shortened(side) for side in taken.chances(bracket).T]
    return Watched(
        text=text,
        control_text=control_text,
        bracket=bracket,
        closing=closing,
        warm_up=len(before),
        units=[_strip(reading, unit, bracket, gates) for unit in units],
        chances=Chances(
            shortened(chances[:, 0]),
            [] if bracket is None else shortened(chances[bracket:, 1]),
            *at_hold,
        ),
    )


def compared(
    sampler: Sampler,
    text: str,
    control: str,
    *units: Sequence[Unit],
    others: Sequence[Unit] = (),
) -> tuple[int | None, str, str]:
    """What units along a text are compared with.

    Args:
        control: as for `watched`.
        units: sets that a person watches or holds.
        others: a set that these are compared with, of any size.

    Returns:
        index of the innermost open bracket or None, the control text or "", and the bracket that
        would close it: ")" if none is open.

    Raises:
        UserError: as for `watched`.
    """
    if not text:
        raise user_error("cells.watch.empty")
    if max(map(len, units)) > MOST_UNITS:
        raise user_error("cells.watch.most", most=MOST_UNITS)
    model = sampler.model
    for unit in chain(*units, others):
        unit.check(model.n_layers, model.hidden_size)
    bracket, control_text = controlled(text, control)
    closing = ")" if bracket is None else PAIRS[text[bracket]]
    if closing not in sampler.vocab.characters:
        raise user_error("cells.watch.no_closing", closing=closing)
    return bracket, control_text, closing


def _strip(reading: Reading, unit: Unit, bracket: int | None, gates: bool) -> UnitStrip:
    cells = reading.cells([unit])[:, :, 0]
    told, ends = torch.tanh(cells).numpy(), cells[-1].tolist()
    own = reading.gates(unit, 0) if gates else None
    if bracket is None:
        return UnitStrip(str(unit), shortened(told[:, 0]), [], None, own, None)
    return UnitStrip(
        unit=str(unit),
        own=shortened(told[:, 0]),
        control=shortened(told[bracket:, 1]),
        held_at=(ends[1], ends[0]),
        gates=own,
        control_gates=reading.gates(unit, 1, bracket) if gates else None,
    )
