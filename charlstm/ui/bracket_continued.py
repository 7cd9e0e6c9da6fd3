"""One continuation a temperature, to the character that decides what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from charlstm.brackets import Target
from charlstm.sampler import Sampler

_BLOCK = 5  # characters between two looks at the clock and at Stop


def continued(
    sampler: Sampler,
    seed_text: str,
    target: Target,
    temperatures: Sequence[float],
    horizon: int,
    dice: int,
    number: int = 1,
) -> Iterator[tuple[list[str], list[str | None]]]:
    """One continuation a temperature, each to the character that decides its fate.

    Args:
        number: of the sample, from 1. Samples before it are not drawn, and do not change it.

    Yields:
        what has been written so far and the fates (see `charlstm.probe`), None while undecided.
    """
    texts = [""] * len(temperatures)
    fates: list[str | None] = [None] * len(temperatures)
    watches = [target.again() for _ in temperatures]
    alive = np.zeros((len(temperatures), number), dtype=bool)
    alive[:, -1] = True
    for block in sampler.stream(
        seed_text, temperatures, horizon, dice, number, every=_BLOCK, alive=alive
    ):
        for row in np.flatnonzero(alive[:, -1]):
            for character in sampler.vocab.decode(block[:, row, -1].tolist()):
                texts[row] += character
                if character == "\n":
                    fates[row] = "paragraph"
                elif watches[row].feed(character):
                    fates[row] = "closed"
                elif len(texts[row]) == horizon:
                    fates[row] = "horizon"
                if fates[row] is not None:
                    alive[row, -1] = False
                    break
        yield texts, fates
        if None not in fates:
            return


def rows_shown(
    seed_text: str,
    target: Target,
    dice: int,
    temperatures: Sequence[float],
    texts: Sequence[str],
    fates: Sequence[str | None],
) -> dict[str, Any]:
    """What `bracket_rows.js` draws."""
    return {
        "phase": "writing" if None in fates else "written",
        "seed": seed_text,
        "watched": target.position,
        "dice": dice,
        "rows": [
            {"temperature": temperature, "text": text, "fate": fate}
            for temperature, text, fate in zip(temperatures, texts, fates, strict=True)
        ],
    }
