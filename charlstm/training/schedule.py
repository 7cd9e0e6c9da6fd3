"""How the learning rate rises and falls over a training (`TrainConfig.warmup`, ``flat``, ``fall``).

The rate falls towards an end that is known in steps. A budget in seconds becomes steps while the
run goes on (`charlstm.training.budget`), and may become others when the machine turns out slower or
faster: the fall then goes on from where it stands to the new end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from charlstm.training.config import TrainConfig


@dataclass(frozen=True)
class Plan:
    """How many steps a training takes.

    Attributes:
        total: steps in all.
        since: step at which an earlier plan was changed to this one; 0 for a first plan.
        left: share of the fall that was left at that step.
    """

    total: int
    since: int = 0
    left: float = 1.0

    def changed(self, step: int, total: int, config: TrainConfig) -> Plan:
        """The plan from a step on, after which there are ``total`` steps instead."""
        return Plan(total, step, self._left(step, config))

    def factor(self, step: int, config: TrainConfig) -> float:
        """What the fall makes of the learning rate at a step, counted from 0: from 1 to 0."""
        left = self._left(step, config)
        return (1 - math.cos(math.pi * left)) / 2 if config.fall == "cosine" else left

    def _left(self, step: int, config: TrainConfig) -> float:
        """Share of the fall that is left: 1 until it begins, and 0 at the end."""
        if self.since:
            return self.left * (self.total - step) / max(1, self.total - self.since)
        falling = self.total * (1 - config.flat)
        return min(1.0, (self.total - step) / falling) if falling else 1.0


def learning_rate_factor(step: int, plan: Plan | None, config: TrainConfig) -> float:
    """The learning rate of a step, counted from 0, as a share of the highest.

    It rises over ``config.warmup`` steps, stays, and falls as the plan says; while there is none
    yet, it stays.
    """
    rise = min(1.0, (step + 1) / config.warmup) if config.warmup else 1.0
    return rise if plan is None else min(rise, plan.factor(step, config))
