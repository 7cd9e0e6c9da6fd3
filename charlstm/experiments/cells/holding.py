"""Holding units while a model writes on: at which values, and as they are typed.

A text's control is the same text with another character, a comma, for its innermost open bracket.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch

from charlstm.errors import user_error
from charlstm.experiments.cells.reading import Reading, ids_of
from charlstm.model.hold import Held, Unit
from charlstm.model.sampler import Sampler
from charlstm.model.streams import States
from charlstm.text.brackets import scan

COMMA = "comma"
"""The value that stands for what c is with a comma for the open bracket."""
_LARGEST = 1e6


def controlled(text: str, control: str = ",") -> tuple[int | None, str]:
    """The innermost open bracket's index, and the text with another character for it; None and ""
    if no bracket is open."""
    unclosed = scan(text).unclosed
    if not unclosed:
        return None, ""
    return unclosed[-1], text[: unclosed[-1]] + control + text[unclosed[-1] + 1 :]


class HeldText(NamedTuple):
    """A seed text whose continuation is held.

    Attributes:
        values: of c, at which the continuation is held.
        after: one stream after the text, read with the hold.
    """

    values: Held
    after: States


def held_in(sampler: Sampler, text: str, holds: Sequence[str]) -> HeldText:
    """Read a seed text with units held as typed: ``2:60,2:437=comma``.

    The hold begins at the innermost open bracket, as on the page; at the text's last character if
    no bracket is open. "comma" is what c is there, after each character, with a comma for the
    bracket; what is written on is held at the last of these values.

    Args:
        sampler: of the model.
        text: that is continued, with all that the model reads before it.
        holds: one or more, each "UNIT,UNIT,…=VALUE", the value a number (of c) or "comma".

    Raises:
        UserError: a hold is none, names a unit that the model does not have, or one twice; its
            value is "comma", and no bracket is open; or the text is empty.
    """
    if not text:
        raise user_error("cells.hold.empty")
    typed: dict[Unit, float | None] = {}
    for hold in holds:
        names, _, value = hold.partition("=")
        units = [Unit.parse(name) for name in names.split(",")]
        for unit in units:
            unit.check(sampler.model.n_layers, sampler.model.hidden_size)
            if unit in typed or units.count(unit) > 1:
                raise user_error("cells.hold.twice", unit=str(unit))
        typed |= dict.fromkeys(units, None if value.strip() == COMMA else _number(value, hold))
    bracket, control_text = controlled(text)
    begins = len(text) - 1 if bracket is None else bracket
    at_comma = [unit for unit, value in typed.items() if value is None]
    if at_comma and bracket is None:
        raise user_error("cells.hold.no_comma")
    numbers = torch.tensor([0.0 if value is None else value for value in typed.values()])
    values = numbers.repeat(len(text) - begins, 1, 1)
    if at_comma:
        control = Reading(sampler, text[:begins], 1)
        control.read(ids_of(sampler, [control_text])[begins:])
        columns = [place for place, value in enumerate(typed.values()) if value is None]
        values[..., columns] = control.cells(at_comma)
    own = Reading(sampler, text[:begins], 1)
    own.read_held(ids_of(sampler, [text])[begins:], list(typed), values)
    return HeldText(dict(zip(typed, values[-1, 0].tolist(), strict=True)), own.states)


def _number(value: str, hold: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not abs(number) <= _LARGEST:  # NaN fails this too
        raise user_error("cells.hold.no_value", hold=repr(hold[:60]), comma=COMMA)
    return number
