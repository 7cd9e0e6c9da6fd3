"""Finding units that tell inside from outside in real text.

That a unit tells it does not say that the model makes use of it: `effects` asks that.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from charlstm.errors import user_error
from charlstm.experiments.cells.ranking import Ranking, ranked
from charlstm.experiments.cells.source import Source, sliced
from charlstm.experiments.cells.verdict import named
from charlstm.model.recording import from_nothing, recorded, share_of
from charlstm.model.sampler import Sampler

# A character costs by the weights of its products; a slice should take some 20 s of a plain core.
_PRODUCTS = 2.5e11
_MOST_BYTES = 2.2e8  # of c and h of all recorded characters together
_READ = 0.75  # share of the time that reading takes


def finding(
    sampler: Sampler, source: Source, target: str, whole: bool, seed: int
) -> Generator[float, None, Ranking]:
    """Read a text, and rank the units by how well they tell whether a character is in a target.

    Args:
        sampler: of the model.
        source: the text.
        target: one of `targets.TARGETS`.
        whole: read the whole text, and not a slice of it; a text that is no longer than a slice
            is always read whole.
        seed: of the null's random numbers.

    Yields:
        the share that is done.

    Raises:
        UserError: a half of the text's articles has no such target.
    """
    starts = np.array([first for first, _ in source.spans[target]], np.int64)
    if {*(source.article_of(starts) % 2).tolist()} != {0, 1}:
        raise user_error("cells.not_there", corpus=source.corpus, target=named(target))
    weights = sampler.weights
    units = sampler.units
    products = sum(matrix.numel() for matrix in (*weights.recurrent, *weights.inputs, weights.last))
    characters = int(_PRODUCTS / products)
    whole = whole or characters >= len(source.text)
    piece = sliced(
        source,
        source.spans[target],
        None if whole else characters,
        int(_MOST_BYTES / (8 * len(units))),
    )
    start = from_nothing(sampler.model, weights, len(piece.first))
    reading = recorded(weights, start, source.ids[piece.positions], piece.keep)
    recording = yield from share_of(reading, 0.0, _READ)
    work = ranked(source, target, whole, piece, recording, units, seed)
    return (yield from share_of(work, _READ, 1 - _READ))
