"""What a sampler may be asked for."""

from __future__ import annotations

from collections.abc import Sequence

from charlstm.counting import counted
from charlstm.errors import UserError
from charlstm.model.noise import check_dice

MAX_TEMPERATURE = 5.0
MAX_LENGTH = 5_000
"""Characters of a continuation."""


def check_temperature(temperature: float) -> None:
    """Check that a temperature lies within 0 to `MAX_TEMPERATURE`.

    Raises:
        UserError: it doesn't.
    """
    if not 0 <= temperature <= MAX_TEMPERATURE:  # NaN fails this too
        raise UserError(
            f"A temperature of {temperature:g} is out of range.",
            f"Choose one from 0 (always the likeliest character) to {MAX_TEMPERATURE:g}.",
        )


def check_asked(temperatures: Sequence[float], length: int, dice: int, samples: int) -> None:
    """Check what `Sampler.stream` is asked for.

    Raises:
        UserError: an argument is out of its range.
    """
    if not temperatures:
        raise UserError("No temperature is given.", "Give one or more.")
    for temperature in temperatures:
        check_temperature(temperature)
    if not 1 <= length <= MAX_LENGTH:
        raise UserError(
            f"A length of {counted(length, 'character')} is out of range.",
            f"Choose one from 1 to {MAX_LENGTH:,}.",
        )
    if samples < 1:
        raise UserError(f"{counted(samples, 'sample')} can't be drawn.", "Ask for one or more.")
    check_dice(dice)
