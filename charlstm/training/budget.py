"""Convert a budget in seconds into a number of steps.

The first plan is made from the run's own timings and as late as possible: just before the learning
rate begins to fall, since nothing depends on the total until then. From then on the plan is
compared with the clock, and changed if the machine has become slower or faster. Each plan is saved
and determines the steps after it, so a resumed run repeats the original's numbers up to the next
plan.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from charlstm.training.config import TrainConfig
from charlstm.training.schedule import Plan

MARGIN = 0.005
"""Share of a budget that is left unplanned, so that a run ends a little early rather than late."""
_LATEST = 0.5  # share of a budget by which there must be a plan
_BEFORE_FALL = 0.97  # share of the time before the fall after which the first plan is made
WARM_UP = 5
"""First steps of a process, which are slow: memory is allocated, kernels are chosen."""
_LOOKS = 12  # a plan is compared with the clock every 12th of a budget, and more often at its end
_SOONEST = 0.25  # the fewest seconds between two comparisons
_TOLERANCE = 0.03  # a plan may miss the budget's end by this share of the time left,
_SECONDS_OFF = 0.5  # or by this many seconds, whichever is more


@dataclass
class Timed:
    """How often an action was taken, and the seconds it took in all."""

    count: int = 0
    seconds: float = 0.0

    @contextmanager
    def once(self) -> Iterator[None]:
        """Count the block as one action and add its time."""
        started = time.monotonic()
        yield
        self.count += 1
        self.seconds += time.monotonic() - started

    @property
    def mean(self) -> float:
        """Seconds an action; 0 if none was taken yet."""
        return self.seconds / self.count if self.count else 0.0


@dataclass
class Costs:
    """Measured times of a run's parts: validations on the slice, samples and saves. The steps took
    the rest of the time."""

    score: Timed = field(default_factory=Timed)
    sample: Timed = field(default_factory=Timed)
    save: Timed = field(default_factory=Timed)
    _mark: tuple[float, int, float] = (0.0, 0, 0.0)  # seconds, steps, seconds of the other parts

    def mark(self, spent: float, done: int) -> None:
        """Time the steps from here on, and forget those before.

        Args:
            spent, done: seconds and steps of the run so far.
        """
        self._mark = spent, done, self._others()

    def step(self, spent: float, done: int) -> float:
        """Mean seconds a step since the mark; 0 if there was none.

        Args:
            spent, done: seconds and steps of the run so far.
        """
        seconds, steps, others = self._mark
        taken = spent - seconds - (self._others() - others)
        return max(0.0, taken) / (done - steps) if done > steps else 0.0

    def _others(self) -> float:
        return self.score.seconds + self.sample.seconds + self.save.seconds


class Planner:
    """Plans the steps of a budget in seconds, and plans again if the machine's speed changes.

    Args:
        config: settings of the training; if their budget is in steps, the plan is never changed.
        save_every: seconds between two saves.
    """

    def __init__(self, config: TrainConfig, save_every: float) -> None:
        self._config, self._save_every = config, save_every
        self._next_look = 0.0

    def look(self, plan: Plan | None, spent: float, done: int, costs: Costs) -> Plan | None:
        """A new plan if one is needed now, else None.

        Args:
            plan: the current plan; None before the first.
            spent, done: seconds and steps of the run so far.
            costs: measured so far; marked if the plan is compared with the clock now.
        """
        config = self._config
        if config.seconds is None or spent < self._next_look:
            return None
        if plan is None and spent < min(_LATEST, _BEFORE_FALL * config.flat) * config.seconds:
            return None
        possible = planned_steps(config, spent, done, costs, self._save_every)
        costs.mark(spent, done)
        left = config.seconds - spent
        self._next_look = spent + max(_SOONEST, min(config.seconds / _LOOKS, left / 2))
        if plan is None:
            return Plan(possible)
        seconds_off = abs(plan.total - possible) * max(left, 0.0) / max(1, possible - done)
        out_of_time = possible == done < plan.total
        if out_of_time or seconds_off > max(_SECONDS_OFF, _TOLERANCE * left):
            return plan.changed(done, possible, config)
        return None


def planned_steps(
    config: TrainConfig, spent: float, done: int, costs: Costs, save_every: float
) -> int:
    """How many steps in all fit into the budget; no time is reserved for the final score of the
    whole validation text.

    Args:
        config: settings with a budget in seconds.
        spent: seconds of the budget so far.
        done: steps so far.
        costs: measured so far.
        save_every: seconds between two saves.
    """
    assert config.seconds is not None
    left = config.seconds * (1 - MARGIN) - spent - costs.save.mean  # the last save
    training = left * save_every / (save_every + costs.save.mean)
    watching = (costs.score.mean + costs.sample.mean) / config.validate_every
    a_step = costs.step(spent, done) + watching
    return done + max(0, int(training / a_step)) if a_step else done + 1
