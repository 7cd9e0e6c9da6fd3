"""Ratios of speed within one run, which compare better across machines than speeds.

Both sides of a ratio are timed in turns, a few rounds each, and the best round counts: on a shared
machine the slower rounds measure its other users.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5
RATE = "characters a second"


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        what: the measured work, such as "sampling, 4 streams".
        size: of the model, such as "1 x 512".
        ours: the measured value, in ``unit``.
        unit: `RATE`, or another.
        ratio: the measured value relative to the reference; None without a reference.
        against: the reference, or a remark.
        floor: the required ratio; None if there is none.
    """

    what: str
    size: str
    ours: float
    unit: str
    ratio: float | None
    against: str
    floor: float | None


def rates(*sides: tuple[Callable[[], object], int], rounds: int = ROUNDS) -> list[float]:
    """Characters a second of each side.

    Args:
        sides: work functions, each with the number of characters that a call reads or writes.
        rounds: rounds after the warm-up, each with one call of every side; the best counts.
    """
    best = [float("inf")] * len(sides)
    for number in range(rounds + 1):
        for i, (work, _) in enumerate(sides):
            started = time.perf_counter()
            work()
            if number:
                best[i] = min(best[i], time.perf_counter() - started)
    return [characters / seconds for (_, characters), seconds in zip(sides, best, strict=True)]


def table(rows: Sequence[Row]) -> str:
    """The rows as an aligned Markdown table."""
    cells = [("what", "model", "ours", "ratio", "held to", "against")]
    for row in rows:
        cells.append(
            (
                row.what,
                row.size,
                f"{row.ours:,.0f} {row.unit}",
                "" if row.ratio is None else f"{row.ratio:.1f} x",
                "" if row.floor is None else f"{row.floor:g} x",
                row.against,
            )
        )
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in cells
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)
