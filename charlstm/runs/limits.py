"""Limits on the runs that visitors of the page start; environment variables set them.

The defaults suit a public Space on two cores. The command line has no limits.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from charlstm.environment import whole_number
from charlstm.errors import user_error
from charlstm.text.sources import MAX_TEXT


@dataclass(frozen=True)
class Limits:
    """Limits on runs that the page starts.

    Attributes:
        runs: number that train at the same time; others wait in line (``CHARLSTM_MAX_RUNS``).
        seconds: largest budget in seconds; a run with a budget in steps is stopped after as many
            (``CHARLSTM_MAX_SECONDS``).
        steps: largest budget in steps (``CHARLSTM_MAX_STEPS``).
        hidden: largest hidden size (``CHARLSTM_MAX_HIDDEN``).
        text: largest own text, bytes, and largest part of a Hub dataset that is read, characters
            (``CHARLSTM_MAX_TEXT``).
    """

    runs: int = 1
    seconds: int = 2 * 60 * 60
    steps: int = 100_000
    hidden: int = 2048
    text: int = MAX_TEXT

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """The limits that environment variables set, otherwise the defaults.

        Raises:
            UserError: a variable is set to anything but a whole number above zero.
        """
        return cls(
            **{
                name: whole_number(f"CHARLSTM_MAX_{name.upper()}", value, environment)
                for name, value in asdict(cls()).items()
            }
        )

    def check(self, seconds: float | None, steps: int | None, hidden_size: int) -> None:
        """Check a run's settings against the limits.

        Raises:
            UserError: a setting exceeds its limit, or is not a number above zero.
        """
        for name, value, most in (
            ("seconds", seconds, self.seconds),
            ("steps", steps, self.steps),
            ("hidden", hidden_size, self.hidden),
        ):
            if value is None:
                continue
            broken = name != "seconds" and value % 1
            if not math.isfinite(value) or value <= 0 or broken:
                raise user_error(f"runs.limits.no_number.{name}", most=most)
            if value > most:
                raise user_error(f"runs.limits.over.{name}", value=f"{value:,}", most=most)
