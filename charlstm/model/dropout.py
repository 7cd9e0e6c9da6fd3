"""Dropout (Srivastava et al. 2014) whose dice a CPU throws quickly.

torch throws a 64-bit die an element, on one core: 106 ms of the 613 that a step of the preset
"best" took on two cores. Here one such die serves four elements.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

_SIDES = 1 << 16
"""Sides of the die each element gets: a share is kept to half of 1/65,536."""


class Dropout(nn.Dropout):
    """`torch.nn.Dropout` by way of `drop`."""

    def forward(
        self, values: torch.Tensor, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        return drop(values, self.p, generator) if self.training and self.p else values


def drop(
    values: torch.Tensor, share: float, generator: torch.Generator | None = None
) -> torch.Tensor:
    """Zeroes a share of the elements and scales up the others, so that their mean stays.

    Args:
        values: of any shape, float32 or bfloat16.
        share: from 0 to 0.9999.
        generator: throws the dice on a CPU; None for torch's own. On other devices torch's own
            always does.

    Returns:
        A tensor of the same shape and type.
    """
    if values.device.type != "cpu":
        return F.dropout(values, share)
    zeroed = round(share * _SIDES)
    dice = torch.empty(-(-values.numel() // 4), dtype=torch.int64)
    dice.random_(-(1 << 63), None, generator=generator)
    kept = dice.view(torch.int16)[: values.numel()] >= zeroed - _SIDES // 2
    # Two products: a scale that is a number is not rounded, while in a bfloat16 mask it would be
    # off by up to 0.2 %.
    return values * kept.view(values.shape) * (_SIDES / (_SIDES - zeroed))
