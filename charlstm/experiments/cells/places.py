"""Places where a text closes a bracket, each with its control text, and patches at them.

A place is the last character before a closing bracket. The open text is what the model has read by
then; the control text is the same with another character (a comma) for the opening bracket. A patch
holds units at the c that they have in the other text, character by character, over the last
`LASTING` characters, or from the opening bracket on where that is nearer: before it both texts are
the same. One character would not do, since h of the character before it still tells.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from charlstm.experiments.cells.source import Source
from charlstm.experiments.cells.targets import CLOSED
from charlstm.model.hold import Hold, Unit
from charlstm.model.recording import cells_of, from_nothing, outputs_of, read_rows
from charlstm.model.sampler import Sampler
from charlstm.model.streams import States, StepWeights, Streams
from charlstm.model.workers import Workers
from charlstm.text.brackets import scan

LONGEST = 150
"""Characters from an opening bracket to its closing one, at most."""
SHORTEST = 4
LASTING = 16
"""Characters that a patch lasts."""
_AT_A_TIME = 8  # sets between two reports

Sets = Sequence[tuple[Unit, ...]]


@dataclass(frozen=True)
class Place:
    """A bracket of the text, with nothing open around it.

    Attributes:
        opening, closing: positions of the two brackets.
        article: index of the article.
    """

    opening: int
    closing: int
    article: int


def places(source: Source, target: str, count: int) -> tuple[list[Place], list[Place]]:
    """Places in the articles that are chosen on, and in those that are shown.

    Args:
        source: the text.
        target: one of `targets.CLOSED`.
        count: the most places of either half, spread over the articles.
    """
    text = source.text
    closing, around = CLOSED[target], source.warm_up
    found: list[Place] = []
    for first, end in source.spans[target]:
        row = text.rfind("\n", 0, first) + 1
        alone = not scan(text[max(row, first - 2 * around) : first]).unclosed
        if SHORTEST <= end - first <= LONGEST and end >= around + LONGEST and alone:
            assert text[end] == closing
            [article] = source.article_of(np.array([first]))
            found.append(Place(first, end, int(article)))
    halves = [[place for place in found if place.article % 2 == half] for half in (0, 1)]
    return _spread(halves[0], count), _spread(halves[1], count)


def _spread(found: list[Place], count: int) -> list[Place]:
    """At most so many, the articles taking turns; in the order of the text."""
    by_article: dict[int, list[Place]] = {}
    for place in found:
        by_article.setdefault(place.article, []).append(place)
    turns = sorted(
        (turn, place.opening, place)
        for own in by_article.values()
        for turn, place in enumerate(own)
    )
    return sorted((place for _, _, place in turns[:count]), key=lambda place: place.opening)


@dataclass(frozen=True)
class Side:
    """The texts of one kind, open or control, at their places.

    Attributes:
        before: streams that have read everything but the last characters.
        last: int64 tensor of shape (`LASTING`, places): the last characters.
        c, h: float32 tensors of shape (`LASTING`, places, units), after each of them.
        nats: float64 array of shape (places,): the log-probability of the closing bracket.
    """

    before: States
    last: torch.Tensor
    c: torch.Tensor
    h: torch.Tensor
    nats: np.ndarray


@dataclass(frozen=True)
class Pairs:
    """Open and control texts at the same places.

    Attributes:
        places: the places.
        units: of the model, in the order of the columns of c and h.
        closing: id of the closing bracket.
        open, control: the two sides.
    """

    places: list[Place]
    units: list[Unit]
    closing: int
    open: Side
    control: Side

    @property
    def gap(self) -> np.ndarray:
        """How many nats likelier the closing bracket is in the open text, (places,)."""
        gap: np.ndarray = self.open.nats - self.control.nats
        return gap

    @property
    def h_moved(self) -> np.ndarray:
        """Mean |difference| of each unit's h between open and control texts, over the characters
        that a patch lasts, (units,)."""
        moved: np.ndarray = (self.open.h - self.control.h).abs().mean((0, 1)).double().numpy()
        return moved

    def rows(self, half: int) -> np.ndarray:
        """Indices of the places in the half that is chosen on (0) or shown (1)."""
        rows = [index for index, place in enumerate(self.places) if place.article % 2 == half]
        return np.array(rows, np.int64)


def read_pairs(
    sampler: Sampler, source: Source, target: str, found: list[Place]
) -> Generator[float, None, Pairs]:
    """Read the open and the control text of each place.

    Yields:
        the share that is read.
    """
    vocab, weights = sampler.vocab, sampler.weights
    length = source.warm_up + LONGEST
    ends = np.array([place.closing for place in found])
    positions = ends[:, None] + np.arange(-length, 0)
    ids = source.ids[positions].astype(np.int64)
    control = ids.copy()
    openings = np.array([place.opening for place in found])
    control[np.arange(len(found)), openings - positions[:, 0]] = vocab.encode(source.control)[0]
    both = np.concatenate([ids, control])
    closing = vocab.characters.index(CLOSED[target])
    start = from_nothing(sampler.model, weights, len(both))
    before = yield from read_rows(weights, start, both[:, :-LASTING])
    last = torch.from_numpy(both[:, -LASTING:].T.copy())
    with torch.inference_mode():
        streams = Streams(weights, [before])
        c, h = [], []
        for ids_now in last:
            streams.step(ids_now)
            c.append(cells_of(streams.states()))
            h.append(outputs_of(streams.states()))
        nats = streams.logits.double().log_softmax(1)[:, closing].numpy()
        cells, outputs = torch.stack(c), torch.stack(h)
        half = len(found)
        sides = [
            Side(before.rows(part), last[:, part], cells[:, part], outputs[:, part], nats[part])
            for part in (slice(half), slice(half, None))
        ]
    return Pairs(found, sampler.units, closing, *sides)


def patched(
    weights: StepWeights, pairs: Pairs, rows: np.ndarray, sets: Sets, *, into_open: bool
) -> Generator[float, None, np.ndarray]:
    """The log-probability of the closing bracket with sets of units patched, one set at a time.

    Args:
        rows: indices of places.
        sets: of units, none empty.
        into_open: put the control's values into the open text; otherwise the other way round.

    Yields:
        the share that is done.

    Returns:
        float64 of shape (sets, rows).
    """
    into, values = (pairs.open, pairs.control) if into_open else (pairs.control, pairs.open)
    column = {unit: index for index, unit in enumerate(pairs.units)}
    index = torch.from_numpy(rows)
    before, last, own = into.before.rows(index), into.last[:, index], values.c[:, index]
    found = np.empty((len(sets), len(rows)))

    @torch.inference_mode()
    def patch(number: int) -> None:
        units = sets[number]
        columns = [column[unit] for unit in units]
        states = before
        for ids, cells in zip(last, own[:, :, columns], strict=True):
            streams = Streams(weights, [states], [Hold(units, cells)])
            streams.step(ids)
            states = streams.states()
        found[number] = states.logits.double().log_softmax(1)[:, pairs.closing].numpy()

    workers = Workers()
    for first in range(0, len(sets), _AT_A_TIME):
        some = range(first, min(first + _AT_A_TIME, len(sets)))
        workers.map(patch, some)
        yield some.stop / len(sets)
    return found
