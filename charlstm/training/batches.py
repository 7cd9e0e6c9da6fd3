"""Ids in, batches out: the notebook's random windows, or parallel streams.

Both are functions of the step number alone: ``at(step)`` gives the same batch whenever it is
asked, so a resumed run needs to remember nothing but its step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from charlstm.errors import UserError


@dataclass(frozen=True)
class Batch:
    """One step's ids.

    Attributes:
        inputs: int64 tensor of shape (streams, window).
        targets: same shape; the inputs shifted by one character.
        fresh: bool tensor of shape (streams,), those whose hidden starts from zeros here; the
            others carry it from the step before.
    """

    inputs: torch.Tensor
    targets: torch.Tensor
    fresh: torch.Tensor


class RandomWindows:
    """Windows at random places of the text, hidden at zero each time (notebook section 4).

    Args:
        ids: int array of shape (characters,), memory-mapped or not.
        streams: windows a batch.
        window: characters a window.
        seed: of the places.

    Raises:
        UserError: the text is shorter than one window and its target.
    """

    def __init__(self, ids: np.ndarray, streams: int, window: int, seed: int) -> None:
        _check_length(len(ids), window + 1)
        self._ids, self._streams, self._window, self._seed = ids, streams, window, seed

    def at(self, step: int) -> Batch:
        """The batch of a step, counted from 0."""
        places = np.random.default_rng([self._seed, step]).integers(
            0, len(self._ids) - self._window, size=self._streams
        )
        fresh = np.ones(self._streams, dtype=bool)
        return _batch(self._ids, places, self._window, fresh)


class ParallelStreams:
    """The text cut into equal streams that are read side by side (truncated backpropagation
    through time), hidden carried from window to window.

        text     a b c d e f g h i j k l ...
        stream 0 a b c | d e f           windows of 3, two streams
        stream 1 g h i | j k l           step 0 | step 1

    Each pass starts at another place of the text, which is read as a ring, so that windows do not
    fall on the same characters every time. All streams start from nothing there, and some in
    between: a seed text is read from nothing too, and a model that has not met it for thousands of
    steps may be lost there (1,024 units, not a whole pass: 2.24 nats on a text scored along 64
    streams, where its training stood at 1.76).

    Args:
        ids, streams, window, seed: as for `RandomWindows`.
        fresh: share of its windows at which a stream starts from nothing.

    Raises:
        UserError: the text is shorter than one window and its target for each stream.
    """

    def __init__(
        self, ids: np.ndarray, streams: int, window: int, seed: int, fresh: float = 0.0
    ) -> None:
        _check_length(len(ids), streams * (window + 1))
        self._ids, self._streams, self._window, self._seed = ids, streams, window, seed
        self._fresh = fresh
        self._stream_length = len(ids) // streams
        self.steps_a_pass = (self._stream_length - 1) // window

    def at(self, step: int) -> Batch:
        """The batch of a step, counted from 0."""
        number, place = divmod(step, self.steps_a_pass)
        start = (
            np.random.default_rng([self._seed, number]).integers(len(self._ids)) if number else 0
        )
        places = start + place * self._window + np.arange(self._streams) * self._stream_length
        share = self._fresh if place else 1.0
        fresh = np.random.default_rng([self._seed, step, 1]).random(self._streams) < share
        return _batch(self._ids, places, self._window, fresh)


def _batch(ids: np.ndarray, places: np.ndarray, window: int, fresh: np.ndarray) -> Batch:
    rows = (places[:, None] + np.arange(window + 1)) % len(ids)
    taken = torch.from_numpy(ids[rows].astype(np.int64))
    return Batch(taken[:, :-1].contiguous(), taken[:, 1:].contiguous(), torch.from_numpy(fresh))


def _check_length(have: int, need: int) -> None:
    if have < need:
        raise UserError(
            f"The text has {have:,} characters, and one step of this training reads {need:,}.",
            "Bring a longer text, or choose fewer streams or a shorter window.",
        )
