"""The dice: random noise as a pure function of (dice, stream, step, character).

Sampling with Gumbel noise (the Gumbel-max trick): argmax(logits / T + g) is an exact sample of
softmax(logits / T) when g is standard Gumbel noise. Because the noise depends on nothing but its
four coordinates, columns at several temperatures share it, any step can be drawn again without
drawing those before it, and a link reproduces a text anywhere.

Source of the bits: the counter-based generator Philox 4x64-10 (Salmon et al., "Parallel Random
Numbers: As Easy as 1, 2, 3", 2011) as numpy's `numpy.random.Philox`, whose raw output is stable
across numpy versions, unlike the distributions that numpy draws from it.
"""

from __future__ import annotations

import numpy as np
import torch

MAX_DICE = 2**63 - 1

_DRAWS_A_COUNT = 8  # one Philox count gives 4 words of 64 bits: 8 draws of 32 bits


def gumbel_noise(
    dice: int, streams: int, first_step: int, steps: int, characters: int
) -> torch.Tensor:
    """Standard Gumbel noise for some steps of some streams.

    Args:
        dice: the seed that a person sees, 0 to `MAX_DICE`.
        streams: how many streams, numbered from 0.
        first_step: the first step to draw, counted from 0.
        steps: how many steps to draw.
        characters: how many ids a step chooses among.

    Returns:
        float32 tensor of shape (steps, streams, characters), always finite.
    """
    counts = -(-characters // _DRAWS_A_COUNT)
    drawn = np.empty((steps, streams, counts * _DRAWS_A_COUNT), dtype=np.uint32)
    for stream in range(streams):
        bits = np.random.Philox(key=dice | (stream << 64), counter=first_step * counts)
        raw = bits.random_raw(steps * counts * 4).astype("<u8", copy=False)
        drawn[:, stream] = raw.view("<u4").reshape(steps, -1)
    # Half a unit off both ends: no draw is 0 or 1, so both logarithms are finite.
    uniform = torch.from_numpy((drawn[..., :characters] + 0.5) * 2.0**-32)
    return uniform.log_().neg_().log_().neg_().float()
