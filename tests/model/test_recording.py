"""Recorded c and h, against `nn.LSTMCell`."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from charlstm.model.hold import Hold, Unit
from charlstm.model.recording import from_nothing, read_rows, recorded
from charlstm.model.sampler import Sampler
from tests.fixtures.held_loop import plain_loop
from tests.fixtures.small import LETTERS, small_model


def finished(work):
    """What a generator returns at its end, and what it yielded."""
    shares = []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            return end.value, shares


@pytest.mark.parametrize(("layers", "rows"), [(1, 3), (2, 30), (1, 140)])
def test_recorded_states_are_a_plain_loops(layers, rows):
    sampler, rng = Sampler(small_model(layers), LETTERS), np.random.default_rng(0)
    ids = rng.integers(0, len(LETTERS), (rows, 60))
    keep = rng.random(ids.shape) < 0.3
    keep[1] = False
    start = from_nothing(sampler.model, sampler.weights, rows)
    recording, shares = finished(recorded(sampler.weights, start, ids, keep))
    assert shares == [50 / 60, 1.0]
    assert len(recording.c) == len(recording.h) == keep.sum()
    place = 0
    for row in range(rows):
        if row in (0, rows - 1):
            steps = plain_loop(sampler.model, ids[row].tolist())
            for step in np.flatnonzero(keep[row]):
                c, h = torch.cat(steps[step].c).numpy(), torch.cat(steps[step].h).numpy()
                np.testing.assert_allclose(recording.c[place], c, atol=2e-5)
                np.testing.assert_allclose(recording.h[place], h, atol=2e-5)
                place += 1
        else:
            place += keep[row].sum()


def test_rows_that_are_held_are_a_plain_loop_with_the_patch():
    sampler, unit = Sampler(small_model(2), LETTERS), Unit(2, 4)
    ids = np.random.default_rng(1).integers(0, len(LETTERS), (40, 7))
    values = torch.linspace(-3, 3, 40)[:, None]
    start = from_nothing(sampler.model, sampler.weights, 40)
    states, _ = finished(read_rows(sampler.weights, start, ids, hold=Hold((unit,), values)))
    for row in (0, 17, 39):
        step = plain_loop(sampler.model, ids[row].tolist(), {unit: float(values[row])})[-1]
        known = slice(LETTERS.unk_id)
        assert torch.allclose(states.logits[row][known], step.logits[known], atol=2e-5)


def test_reading_rows_can_be_stopped():
    sampler = Sampler(small_model(), LETTERS)
    seen = []
    start = from_nothing(sampler.model, sampler.weights, 2)
    work = read_rows(
        sampler.weights,
        start,
        np.ones((2, 500), int),
        lambda _rows, step, _streams: seen.append(step),
    )
    next(work)
    work.close()
    assert max(seen) == 49
