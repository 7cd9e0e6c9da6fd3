"""Batches of ids: the notebook's random windows, or parallel streams.

A batch is a function of the step number alone: ``at(step)`` always returns the same batch, so a
resumed run needs only its step number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from charlstm.errors import user_error
from charlstm.text.sources import shortest_text


@dataclass(frozen=True)
class Batch:
    """The ids of one step.

    Attributes:
        inputs: int64 tensor of shape (streams, window).
        targets: the next character of each input, of the same shape.
        fresh: bool tensor of shape (streams,), True for streams whose hidden starts from zeros
            at this step; the others carry it from the step before.
    """

    inputs: torch.Tensor
    targets: torch.Tensor
    fresh: torch.Tensor


class RandomWindows:
    """Windows at random positions of the text, hidden at zero each time (notebook section 4).

    Args:
        ids: int array of shape (characters,), memory-mapped or not.
        streams: windows a batch.
        window: characters a window.
        seed: random seed of the positions.

    Raises:
        UserError: the text is shorter than one window and its target.
    """

    def __init__(self, ids: np.ndarray, streams: int, window: int, seed: int) -> None:
        _check_length(len(ids), characters_a_step("windows", streams, window))
        self._ids, self._streams, self._window, self._seed = ids, streams, window, seed

    def at(self, step: int) -> Batch:
        """The batch of a step, counted from 0."""
        starts = np.random.default_rng([self._seed, step]).integers(
            0, len(self._ids) - self._window, size=self._streams
        )
        fresh = np.ones(self._streams, dtype=bool)
        return _batch(self._ids, starts, self._window, fresh)


class ParallelStreams:
    """The text cut into equal streams that are read in parallel (truncated backpropagation
    through time), hidden carried from window to window.

        text     a b c d e f g h i j k l ...
        stream 0 a b c | d e f           windows of 3, two streams
        stream 1 g h i | j k l           step 0 | step 1

    The text is read as a ring, and each pass starts at another position, so that windows do not
    begin at the same characters every time. All streams start from a hidden of zeros at the start
    of a pass, and some in between: sampling starts from zeros too, and a model that has not done so
    for thousands of steps may score badly there (1,024 units, less than one pass: 2.24 nats on a
    text scored along 64 streams, while its training loss was 1.76).

    Args:
        ids, streams, window, seed: as for `RandomWindows`.
        fresh: probability that a stream starts a window from a hidden of zeros.

    Attributes:
        steps_a_pass: steps in which the streams read the whole text once.

    Raises:
        UserError: the text is shorter than one window and its target for each stream.
    """

    def __init__(
        self, ids: np.ndarray, streams: int, window: int, seed: int, fresh: float = 0.0
    ) -> None:
        _check_length(len(ids), characters_a_step("streams", streams, window))
        self._ids, self._streams, self._window, self._seed = ids, streams, window, seed
        self._fresh = fresh
        self._stream_length = len(ids) // streams
        self.steps_a_pass = (self._stream_length - 1) // window

    def at(self, step: int) -> Batch:
        """The batch of a step, counted from 0."""
        number, in_pass = divmod(step, self.steps_a_pass)
        start = (
            np.random.default_rng([self._seed, number]).integers(len(self._ids)) if number else 0
        )
        starts = start + in_pass * self._window + np.arange(self._streams) * self._stream_length
        share = self._fresh if in_pass else 1.0
        fresh = np.random.default_rng([self._seed, step, 1]).random(self._streams) < share
        return _batch(self._ids, starts, self._window, fresh)


def _batch(ids: np.ndarray, starts: np.ndarray, window: int, fresh: np.ndarray) -> Batch:
    rows = (starts[:, None] + np.arange(window + 1)) % len(ids)
    taken = torch.from_numpy(ids[rows].astype(np.int64))
    return Batch(taken[:, :-1].contiguous(), taken[:, 1:].contiguous(), torch.from_numpy(fresh))


def characters_a_step(batching: str, streams: int, window: int) -> int:
    """The fewest characters that a step needs, the target of each stream's last one included.

    Args:
        batching: "windows" or "streams" (`TrainConfig`).
    """
    return (1 if batching == "windows" else streams) * (window + 1)


def _check_length(have: int, need: int) -> None:
    if have < need:
        raise user_error("training.too_short", n=have, need=need, least=shortest_text(need))
