"""The dice: random noise as a pure function of (dice, stream, step, character).

Sampling with Gumbel noise (the Gumbel-max trick): argmax(logits / T + g) is an exact sample of
softmax(logits / T) if g is standard Gumbel noise. Because the noise depends on these four numbers
alone, samples at several temperatures share it, any step can be drawn again without the steps
before it, and a link reproduces a text on any machine.

The bits are those of the counter-based generator Philox 4x64-10 (Salmon et al., "Parallel Random
Numbers: As Easy as 1, 2, 3", 2011) in `numpy.random.Philox`, whose raw output is stable across
numpy versions, unlike the distributions that numpy draws from it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from charlstm.errors import user_error

MAX_DICE = 2**63 - 1

_DRAWS_A_COUNT = 8  # one Philox count gives 4 words of 64 bits: 8 draws of 32 bits
_AT_A_TIME = 16_384  # draws turned into noise together: few enough for a processor's cache


def gumbel_noise(
    dice: int, streams: int | Sequence[int], first_step: int, steps: int, characters: int
) -> torch.Tensor:
    """Standard Gumbel noise for some steps of some streams.

    Args:
        dice: the random seed, 0 to `MAX_DICE`.
        streams: the number of streams, then numbered from 0, or their numbers.
        first_step: the first step to draw, counted from 0.
        steps: the number of steps.
        characters: the number of ids that a step chooses among.

    Returns:
        float32 tensor of shape (steps, streams, characters), always finite.
    """
    numbers = range(streams) if isinstance(streams, int) else streams
    counts = -(-characters // _DRAWS_A_COUNT)
    bits = np.random.Philox(key=dice, counter=first_step * counts)
    state = bits.state  # setting another key here is much cheaper than creating a generator
    noise = torch.empty(steps, len(numbers), characters)
    shape = (steps, counts * _DRAWS_A_COUNT)
    work = np.empty((max(1, _AT_A_TIME // (shape[0] * shape[1])), *shape))
    for first in range(0, len(numbers), len(work)):
        some = numbers[first : first + len(work)]
        for stream, drawn in zip(some, work, strict=False):
            state["state"]["key"][1] = stream
            bits.state = state
            raw = bits.random_raw(steps * counts * 4).astype("<u8", copy=False)
            # Plus one half, so that no draw is 0 or 1 and both logarithms are finite.
            np.add(raw.view("<u4").reshape(shape), 0.5, out=drawn)
        uniform = torch.from_numpy(work[: len(some)])
        uniform.mul_(2.0**-32).log_().neg_().log_()
        noise[:, first : first + len(some)] = uniform[..., :characters].transpose(0, 1)
    return noise.neg_()


def check_dice(dice: int) -> None:
    """Check that dice lie within 0 to `MAX_DICE`.

    Raises:
        UserError: they don't.
    """
    if not 0 <= dice <= MAX_DICE:
        raise user_error("model.dice", dice=str(dice), most=str(MAX_DICE))
