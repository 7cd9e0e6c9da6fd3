"""Does a unit count? In the bracket language, whose brackets nest, and for that language alone.

The unit whose c goes most with the number of open brackets is chosen on half of the text. Held at
the mean that it has where nothing is open, or where most is, what does the model take the depth to
be? In the language "(" has the same chance at all depths but the deepest, where it has none.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch

from charlstm.experiments.cells.source import Source, sliced
from charlstm.model.hold import Hold
from charlstm.model.recording import finished, from_nothing, read_rows, recorded, share_of
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import scan

_CHARACTERS, _MOST_KEPT = 400_000, 60_000
_PLACES = 32  # of each depth
_LASTING = 16  # characters that a hold lasts
_READ = 0.7  # share of the time that the first reading takes


@dataclass(frozen=True)
class DepthRow:
    """The chance of "(" after a space at one depth, with nothing held and with the unit held.

    Attributes:
        depth: brackets open.
        places: places that the means are over.
        plain: without a hold.
        as_outside, as_deepest: with the unit at its mean c of depth 0, and of the deepest.
    """

    depth: int
    places: int
    plain: float
    as_outside: float
    as_deepest: float


@dataclass(frozen=True)
class DepthCount:
    """The unit that goes most with the depth.

    Attributes:
        unit: its name.
        chosen, shown: Pearson's correlation of its c with the depth, on the half that it was
            chosen on and on the other.
        means: its mean c by depth, on the half that it was chosen on.
        rows: for each depth, on the other half.
    """

    unit: str
    chosen: float
    shown: float
    means: list[float]
    rows: list[DepthRow]


def depth_count(sampler: Sampler, source: Source) -> Generator[float, None, DepthCount]:
    """Choose the unit, and hold it.

    Yields:
        the share that is done.
    """
    weights = sampler.weights
    depth = np.array(depths(source.text))
    piece = sliced(source, [], _CHARACTERS, _MOST_KEPT)
    start = from_nothing(sampler.model, weights, len(piece.first))
    recording = yield from share_of(
        recorded(weights, start, source.ids[piece.positions], piece.keep), 0, _READ
    )
    positions = piece.positions[piece.keep]
    shown = source.article_of(positions) % 2 == 1
    counted = depth[positions]
    halves = [_correlations(recording.c[rows], counted[rows]) for rows in (~shown, shown)]
    best = int(np.abs(halves[0]).argmax())
    deepest = int(depth.max())
    own = recording.c[~shown, best]
    means = [float(own[counted[~shown] == at].mean()) for at in range(deepest + 1)]
    unit = sampler.units[best]
    rows = []
    for at in range(deepest + 1):
        spaces = [
            place
            for first, end in source.articles[1::2]
            for place in range(max(first, source.warm_up), end)
            if depth[place] == at and source.text[place] == " "
        ]
        picked = np.array(spaces)[np.linspace(0, len(spaces) - 1, _PLACES).astype(int)]
        ids = source.ids[picked[:, None] + np.arange(-source.warm_up, 1)]
        begun = from_nothing(sampler.model, weights, len(picked))
        each = (1 - _READ) / (deepest + 1)
        reading = read_rows(weights, begun, ids[:, :-_LASTING])
        warm = yield from share_of(reading, _READ + at * each, each)
        chances = []
        for value in (None, means[0], means[-1]):
            hold = None if value is None else Hold((unit,), torch.full((len(picked), 1), value))
            states = finished(read_rows(weights, warm, ids[:, -_LASTING:], hold=hold))
            likely = states.logits.double().softmax(1)[:, sampler.vocab.characters.index("(")]
            chances.append(float(likely.mean()))
        rows.append(DepthRow(at, len(picked), *chances))
    return DepthCount(str(unit), float(halves[0][best]), float(halves[1][best]), means, rows)


def depths(text: str) -> list[int]:
    """The brackets open after each character of a text."""
    scanned = scan(text)
    closing = {end for _, end in scanned.pairs}
    return [depth - (place in closing) for place, depth in enumerate(scanned.depth)]


def _correlations(values: np.ndarray, with_: np.ndarray) -> np.ndarray:
    """Pearson's correlation of each column with some numbers; 0 for a column that is constant."""
    centred = values - values.mean(0)
    other = with_ - with_.mean()
    scale = np.sqrt((centred**2).sum(0) * (other**2).sum())
    found: np.ndarray = other @ centred / np.maximum(scale, 1e-12)
    return found
