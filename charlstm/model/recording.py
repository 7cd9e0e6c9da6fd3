"""Reading rows of text character by character, so that every unit's c and h can be looked at.

`torch.nn.LSTM` returns h of the last layer alone; here `charlstm.model.streams` steps, as in the
sampling engine, whose c and h it holds as 2 c and h / 2.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from charlstm.environment import cores
from charlstm.model.hold import Hold
from charlstm.model.lstm import CharLSTM
from charlstm.model.products import MOST_ROWS
from charlstm.model.streams import States, StepWeights, Streams, joined
from charlstm.model.workers import FEWEST_ROWS, Workers, shares

T = TypeVar("T")

_STEPS = 50  # characters of each row between two reports

Look = Callable[[slice, int, Streams], None]
"""``look(rows, step, streams)`` is called after each step of some of the rows, on their thread."""


def finished(work: Generator[float, None, T]) -> T:
    """What a generator of this kind returns at its end, for callers who wait for it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: T = end.value
            return found


def share_of(
    work: Generator[float, None, T], done: float, share: float
) -> Generator[float, None, T]:
    """Work that is a share of the whole, after what is done: yields shares of the whole."""
    while True:
        try:
            yield done + share * next(work)
        except StopIteration as end:
            found: T = end.value
            return found


def cells_of(states: States) -> torch.Tensor:
    """c of all units, float32 of shape (streams, units), ordered [layer][number]."""
    return torch.cat([c for _, c in states.hidden], 1) / 2


def outputs_of(states: States) -> torch.Tensor:
    """h of all units, as in `cells_of`."""
    return torch.cat([h for h, _ in states.hidden], 1) * 2


def from_nothing(model: CharLSTM, weights: StepWeights, rows: int) -> States:
    """So many streams that have read nothing: a hidden of zeros."""
    with torch.inference_mode():
        return weights.start(model.init_hidden(1)).rows(torch.zeros(rows, dtype=torch.int64))


def read_rows(
    weights: StepWeights,
    start: States,
    ids: np.ndarray,
    look: Look | None = None,
    hold: Hold | None = None,
) -> Generator[float, None, States]:
    """Let each stream read a row of ids.

    Args:
        start: the streams; not changed.
        ids: int array of shape (streams, characters).
        look: called after each step.
        hold: on all streams, at each step.

    Yields:
        the share that is read, after every 50 characters; closing the generator stops it.

    Returns:
        the streams after their rows.
    """
    rows, length = ids.shape
    count = max(-(-rows // MOST_ROWS), min(cores(), max(1, rows // FEWEST_ROWS)))
    parts = shares(rows, count)
    columns = torch.from_numpy(np.ascontiguousarray(ids.T.astype(np.int64)))
    workers = Workers()

    @torch.inference_mode()
    def streams_of(part: slice) -> Streams:
        index = torch.arange(part.start, part.stop)
        own = [hold.rows(index) if hold else None]
        return Streams(weights, [start.rows(part)], own)

    streams = {part.start: streams_of(part) for part in parts}
    for first in range(0, length, _STEPS):
        steps = range(first, min(first + _STEPS, length))

        @torch.inference_mode()
        def advance(part: slice, steps: range = steps) -> None:
            own = streams[part.start]
            for step in steps:
                own.step(columns[step, part])
                if look is not None:
                    look(part, step, own)

        workers.map(advance, parts)
        yield steps.stop / length
    with torch.inference_mode():
        return joined([streams[part.start].states() for part in parts])


@dataclass(frozen=True)
class Recording:
    """c and h of all units at some characters of some rows.

    Attributes:
        c, h: float32 arrays of shape (characters, units), ordered [row][character] and
            [layer][number].
    """

    c: np.ndarray
    h: np.ndarray


def recorded(
    weights: StepWeights, start: States, ids: np.ndarray, keep: np.ndarray
) -> Generator[float, None, Recording]:
    """Record what stands after some characters of each row.

    Args:
        start, ids: as for `read_rows`.
        keep: bool array of the shape of ``ids``: the characters to record.

    Yields:
        the share that is read.
    """
    place = np.cumsum(keep.reshape(-1)).reshape(keep.shape) - 1
    units = sum(c.shape[1] for _, c in start.hidden)
    c, h = (np.empty((int(keep.sum()), units), np.float32) for _ in range(2))

    def look(rows: slice, step: int, streams: Streams) -> None:
        kept = np.flatnonzero(keep[rows, step])
        if len(kept):
            states = streams.states().rows(torch.from_numpy(kept))
            into = place[rows, step][kept]
            c[into], h[into] = cells_of(states).numpy(), outputs_of(states).numpy()

    yield from read_rows(weights, start, ids, look)
    return Recording(c, h)
