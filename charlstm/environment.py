"""What the environment sets, and what is set there for libraries. A variable that is set to nothing
counts as not set."""

from __future__ import annotations

import os
from collections.abc import Mapping

from charlstm.errors import UserError

PASSIVE_WAITING = {"OMP_WAIT_POLICY": "passive"}
"""A variable and its value that let threads which wait for each other sleep. Otherwise they keep
their cores busy, and where one of them has none, the others keep it from getting one. OpenMP reads
it when torch is loaded, so it must be set before."""


def cores() -> int:
    """Cores that this process may use: as many as ``OMP_NUM_THREADS`` says where it is set."""
    wanted = (variable("OMP_NUM_THREADS") or "").split(",")[0].strip()
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def variable(name: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The value of a variable; None where it is not set, or blank."""
    return environment.get(name, "").strip() or None


def with_defaults(**values: str) -> dict[str, str]:
    """The values of some variables; those given where a variable is not set, or blank."""
    return {name: variable(name) or value for name, value in values.items()}


def whole_number(name: str, default: int, environment: Mapping[str, str] = os.environ) -> int:
    """The number that a variable of the environment sets.

    Args:
        default: where it is not set, or blank.

    Raises:
        UserError: it is set to something else than a whole number above zero.
    """
    raw = variable(name, environment)
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdigit() and 0 < int(raw[:18]) < 10**15):
        raise UserError(
            f"{name} is set to {raw[:40]!r}, which is no whole number above zero.",
            f"Set it to a number such as {default}, or leave it out.",
        )
    return int(raw)
