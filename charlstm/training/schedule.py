"""The learning-rate schedule (`TrainConfig.warmup`, ``flat``, ``fall``).

The fall needs the total number of steps. A budget in seconds is converted into steps during the run
(`charlstm.training.budget`), and again if the machine turns out slower or faster: the fall then
continues from its current value to the new end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from charlstm.training.config import TrainConfig


@dataclass(frozen=True)
class Plan:
    """The number of steps of a training.

    Attributes:
        total: steps in all.
        since: step from which this plan replaces an earlier one; 0 for the first plan.
        left: share of the fall that is left at that step.
    """

    total: int
    since: int = 0
    left: float = 1.0

    def changed(self, step: int, total: int, config: TrainConfig) -> Plan:
        """The plan that replaces this one from ``step`` on, with ``total`` steps in all."""
        return Plan(total, step, self._left(step, config))

    def factor(self, step: int, config: TrainConfig) -> float:
        """The fall's factor of the learning rate at a step, counted from 0: from 1 down to 0."""
        left = self._left(step, config)
        return (1 - math.cos(math.pi * left)) / 2 if config.fall == "cosine" else left

    def _left(self, step: int, config: TrainConfig) -> float:
        """Share of the fall that is left: 1 until it begins, and 0 at the end."""
        if self.since:
            return self.left * (self.total - step) / max(1, self.total - self.since)
        falling = self.total * (1 - config.flat)
        return min(1.0, (self.total - step) / falling) if falling else 1.0


def learning_rate_factor(step: int, plan: Plan | None, config: TrainConfig) -> float:
    """The learning rate of a step, counted from 0, as a share of the peak.

    It rises over ``config.warmup`` steps, is then constant, and falls as planned; it does not fall
    while there is no plan.
    """
    rise = min(1.0, (step + 1) / config.warmup) if config.warmup else 1.0
    return rise if plan is None else min(rise, plan.factor(step, config))


def is_scored(done: int, plan: Plan | None, config: TrainConfig) -> bool:
    """Whether the slice of the validation text is scored after so many steps: every
    ``config.validate_every``, but not shortly before the end, where the score of the whole text
    says more."""
    near = plan is not None and plan.total - done < config.validate_every / 4
    return done % config.validate_every == 0 and not near
