from __future__ import annotations

import math

import numpy as np
import torch

from charlstm.model.noise import MAX_DICE, gumbel_noise


def test_a_pure_function_of_its_four_coordinates():
    whole = gumbel_noise(7, 3, 0, 10, 21)
    assert torch.equal(gumbel_noise(7, 3, 4, 2, 21), whole[4:6])  # any range of steps
    assert torch.equal(gumbel_noise(7, 2, 0, 10, 21), whole[:, :2])  # fewer streams
    assert not torch.equal(gumbel_noise(8, 3, 0, 10, 21), whole)
    assert not torch.equal(whole[:, 0], whole[:, 1])
    assert not torch.equal(whole[0], whole[1])


def test_the_numbers_are_these():
    """The exact values are fixed: a link must reproduce its text in every later version."""
    bits = np.random.Philox(key=7 | (2 << 64), counter=5 * 3).random_raw(12)
    halves = [half for word in bits.tolist() for half in (word & 0xFFFFFFFF, word >> 32)]
    expected = [-math.log(-math.log((half + 0.5) / 2**32)) for half in halves[:21]]
    noise = gumbel_noise(7, 3, 5, 1, 21)[0, 2]
    assert torch.allclose(noise, torch.tensor(expected), rtol=1e-6)


def test_it_is_standard_gumbel_noise():
    noise = gumbel_noise(1, 50, 0, 100, 200).double().flatten()
    n = len(noise)
    # Standard Gumbel: mean is Euler's constant, variance pi^2 / 6, P(g < x) = exp(-exp(-x)).
    assert abs(noise.mean() - 0.5772156649) < 5 * math.sqrt(math.pi**2 / 6 / n)
    for x in (-1.5, 0.0, 1.0, 3.0, 6.0):
        p = math.exp(-math.exp(-x))
        assert abs((noise < x).double().mean() - p) < 5 * math.sqrt(p * (1 - p) / n)


def test_every_draw_is_finite():
    assert gumbel_noise(MAX_DICE, 2, 10**6, 500, 1000).isfinite().all()
