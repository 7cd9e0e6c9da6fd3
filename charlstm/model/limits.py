"""What a sampler may be asked for."""

from __future__ import annotations

from collections.abc import Sequence

from charlstm.errors import user_error
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
        raise user_error(
            "model.temperature", temperature=f"{temperature:g}", most=f"{MAX_TEMPERATURE:g}"
        )


def check_asked(temperatures: Sequence[float], length: int, dice: int, samples: int) -> None:
    """Check what `Sampler.stream` is asked for.

    Raises:
        UserError: an argument is out of its range.
    """
    if not temperatures:
        raise user_error("model.no_temperature")
    for temperature in temperatures:
        check_temperature(temperature)
    if not 1 <= length <= MAX_LENGTH:
        raise user_error("model.length", n=length, most=MAX_LENGTH)
    if samples < 1:
        raise user_error("model.samples", n=samples)
    check_dice(dice)
