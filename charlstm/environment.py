"""Environment variables: those this project reads, and those it sets for libraries. An empty or
blank variable counts as unset."""

from __future__ import annotations

import os
from collections.abc import Mapping

from charlstm.errors import user_error

PASSIVE_WAITING = {"OMP_WAIT_POLICY": "passive"}
"""The variable, and its value, with which OpenMP threads sleep while they wait for each other. By
default they spin: a waiting thread keeps its core busy, and a thread without a core has to wait for
one. OpenMP reads the variable when torch is loaded, so it must be set before."""


def cores() -> int:
    """The number of cores this process may use: ``OMP_NUM_THREADS``, if it is set."""
    wanted = (variable("OMP_NUM_THREADS") or "").split(",")[0].strip()
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    affinity = getattr(os, "sched_getaffinity", None)  # Linux alone has it
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def variable(name: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """The value of an environment variable, without surrounding spaces; None if unset or blank."""
    return environment.get(name, "").strip() or None


def with_defaults(**values: str) -> dict[str, str]:
    """The values of some variables; the defaults of those that are unset or blank."""
    return {name: variable(name) or value for name, value in values.items()}


def whole_number(name: str, default: int, environment: Mapping[str, str] = os.environ) -> int:
    """The value of an environment variable as a whole number above zero.

    Args:
        default: returned if the variable is unset or blank.

    Raises:
        UserError: the value is not a whole number above zero.
    """
    raw = variable(name, environment)
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdigit() and 0 < int(raw[:18]) < 10**15):
        raise user_error(
            "charlstm.no_whole_number", name=name, value=repr(raw[:40]), example=str(default)
        )
    return int(raw)
