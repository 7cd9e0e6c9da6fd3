"""Which unit acts like this? Units ranked by how well they tell marked characters of one text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from charlstm.errors import user_error
from charlstm.experiments.cells.areas import areas, centred_ranks, moved
from charlstm.experiments.cells.ranking import LISTED, MOVES
from charlstm.experiments.cells.targets import Spans, labels
from charlstm.model.recording import finished, from_nothing, recorded
from charlstm.model.sampler import Sampler

MOST_CHARACTERS = 5_000
"""Characters of a text that is marked."""


@dataclass(frozen=True)
class MarkedUnit:
    """One unit on a marked text: as `finding.UnitArea`, but there is no other half to show it on.

    Attributes:
        unit: its name.
        part: "c" or "h", whichever tells better.
        high: whether it is high where the text is marked.
        area: under the ROC curve, 0.5 to 1.
    """

    unit: str
    part: str
    high: bool
    area: float


@dataclass(frozen=True)
class MarkedUnits:
    """The units that act most like the marks.

    Attributes:
        characters, marked: of the text, and of them those that are marked.
        units: best first.
        null_median, null_highest: the best unit's area where the marks were moved around in the
            text. The more units there are and the shorter the text, the nearer to 1 it is: below
            ``null_highest`` a unit acts like the marks by luck.
    """

    characters: int
    marked: int
    units: list[MarkedUnit]
    null_median: float
    null_highest: float


def acting_like(
    sampler: Sampler, text: str, marks: Spans, before: str = "", seed: int = 7
) -> MarkedUnits:
    """Rank all units by their areas on one text.

    Args:
        sampler: of the model.
        text: up to `MOST_CHARACTERS`.
        marks: (first, end) of each marked span.
        before: text to warm up on.
        seed: of the null.

    Raises:
        UserError: the text is too long, a mark lies outside it, or all of it or nothing is marked.
    """
    if not 0 < len(text) <= MOST_CHARACTERS:
        raise user_error("cells.marked.length", n=len(text), most=MOST_CHARACTERS)
    if any(not 0 <= first < end <= len(text) for first, end in marks):
        raise user_error("cells.marked.outside")
    inside = labels(marks, len(text))
    if inside.all() or not inside.any():
        raise user_error("cells.marked.all")
    weights = sampler.weights
    start = sampler.texts.start(before) if before else from_nothing(sampler.model, weights, 1)
    ids = sampler.vocab.encode(text)[None]
    recording = finished(recorded(weights, start, ids, np.ones(ids.shape, bool)))
    pieces = np.zeros(len(text), np.int64)
    all_labels = np.concatenate([inside[None], moved(inside, pieces, MOVES, seed)])
    both = np.stack([areas(centred_ranks(part), all_labels) for part in (recording.c, recording.h)])
    strength = np.abs(both - 0.5).max(0)  # of shape (labellings, units)
    of_null = 0.5 + strength[1:].max(1)
    return MarkedUnits(
        characters=len(text),
        marked=int(inside.sum()),
        units=[
            _unit(str(sampler.units[index]), both[:, 0, index])
            for index in (-strength[0]).argsort(kind="stable")[:LISTED]
        ],
        null_median=float(np.median(of_null)),
        null_highest=float(of_null.max()),
    )


def _unit(name: str, pair: np.ndarray) -> MarkedUnit:
    part = int(np.abs(pair - 0.5).argmax())
    area = float(pair[part])
    return MarkedUnit(name, "ch"[part], area >= 0.5, max(area, 1 - area))
