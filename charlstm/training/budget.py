"""A budget in seconds as a number of steps.

The first plan is made from what the run itself was seen to take, and as late as it can be: just
before the learning rate would begin to fall, until when nothing depends on the total. From then on
the plan is held against the clock, and changed where the machine has become slower or faster. Each
plan is saved and decides all that follows, so a run that is resumed after it repeats every number
up to the next one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from charlstm.training.config import TrainConfig
from charlstm.training.schedule import Plan

MARGIN = 0.005
"""Share of a budget that is left unplanned: better a little early than late."""
_LATEST = 0.5  # share of a budget that is never passed without a plan
_BEFORE_FALL = 0.97  # of the part before the fall, so that it is planned before it begins
WARM_UP = 5
"""Steps of a process that are slow: memory is allocated, kernels are chosen."""
_LOOKS = 12  # times that a plan is held against the clock in a budget, and more towards its end
_SOONEST = 0.25  # seconds from one look to the next
_TOLERANCE = 0.03  # share of the time left, and
_SECONDS_OFF = 0.5  # seconds, by which a plan may miss the budget's end


@dataclass
class Timed:
    """How often something was done, and the seconds that all of it took."""

    count: int = 0
    seconds: float = 0.0

    @contextmanager
    def once(self) -> Iterator[None]:
        """Times what is done within it."""
        started = time.monotonic()
        yield
        self.count += 1
        self.seconds += time.monotonic() - started

    @property
    def mean(self) -> float:
        """Seconds each; 0 while it was never done."""
        return self.seconds / self.count if self.count else 0.0


@dataclass
class Costs:
    """What the parts of a run were seen to take: a score of the slice that is scored while
    training, a sample, a save; and a step, which is what remains of the time."""

    score: Timed = field(default_factory=Timed)
    sample: Timed = field(default_factory=Timed)
    save: Timed = field(default_factory=Timed)
    _mark: tuple[float, int, float] = (0.0, 0, 0.0)  # seconds, steps, seconds of the other parts

    def mark(self, spent: float, done: int) -> None:
        """From here on steps are timed anew.

        Args:
            spent, done: seconds and steps of the run so far.
        """
        self._mark = spent, done, self._others()

    def step(self, spent: float, done: int) -> float:
        """Seconds that a step has taken since the mark; 0 where none was taken."""
        seconds, steps, others = self._mark
        taken = spent - seconds - (self._others() - others)
        return max(0.0, taken) / (done - steps) if done > steps else 0.0

    def _others(self) -> float:
        return self.score.seconds + self.sample.seconds + self.save.seconds


class Planner:
    """Turns a budget in seconds into steps, and into others where the machine changes its speed.

    Args:
        config: of the training; one whose budget is in steps keeps its plan.
        save_every: seconds from one save to the next.
    """

    def __init__(self, config: TrainConfig, save_every: float) -> None:
        self._config, self._save_every = config, save_every
        self._next_look = 0.0

    def look(self, plan: Plan | None, spent: float, done: int, costs: Costs) -> Plan | None:
        """A new plan where one is due at this second and step; else None.

        Args:
            plan: that the training follows; None before the first.
            spent, done: seconds and steps of the run so far.
            costs: seen so far; a look that is due marks them.
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
    """How many steps the run can have in all; the score of the whole text comes after them.

    Args:
        config: with a budget in seconds.
        spent: seconds of it so far.
        done: steps so far.
        save_every: seconds from one save to the next.
    """
    assert config.seconds is not None
    left = config.seconds * (1 - MARGIN) - spent - costs.save.mean  # the last save
    training = left * save_every / (save_every + costs.save.mean)
    watching = (costs.score.mean + costs.sample.mean) / config.validate_every
    a_step = costs.step(spent, done) + watching
    return done + max(0, int(training / a_step)) if a_step else done + 1
