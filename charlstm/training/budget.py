"""A budget in seconds as a number of steps.

The plan is made once, from what the run itself was seen to take, and as late as it can be: just
before the learning rate would begin to fall, until when nothing depends on the total. So about half
of a minute is foretold from the half that has passed. The number is saved and decides all that
follows, so a run that is resumed after its plan goes on with the same numbers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from charlstm.training.config import TrainConfig

MARGIN = 0.02
"""Share of a budget that is left unplanned: better a little early than late."""
_LATEST = 0.5  # share of a budget that is never passed without a plan
_BEFORE_FALL = (
    0.85  # the last score takes time too, so the fall begins before `flat` of the seconds
)
_WARM_UP = 5  # steps that are slow: memory is allocated, kernels are chosen


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
    """What the parts of a run were seen to take: a step, a score of the slice that is scored while
    training, a sample, a save."""

    step: Timed = field(default_factory=Timed)
    score: Timed = field(default_factory=Timed)
    sample: Timed = field(default_factory=Timed)
    save: Timed = field(default_factory=Timed)

    @classmethod
    def of(cls, saved: Mapping[str, Mapping[str, Any]]) -> Costs:
        """The costs that `dataclasses.asdict` had made plain."""
        return cls(**{name: Timed(**timed) for name, timed in saved.items()})

    def one_step(self, done: int) -> AbstractContextManager[None]:
        """Times a step after so many; what the first ones took is forgotten."""
        if done <= _WARM_UP:
            self.step = Timed()
        return self.step.once()


def plan_is_due(config: TrainConfig, spent: float) -> bool:
    """Whether a budget in seconds, of which so many have passed, is to become steps now."""
    share = min(_LATEST, _BEFORE_FALL * config.flat)
    return config.seconds is not None and spent >= share * config.seconds


def planned_steps(
    config: TrainConfig, spent: float, done: int, costs: Costs, whole: float, save_every: float
) -> int:
    """How many steps the run will have in all.

    Args:
        config: with a budget in seconds.
        spent: seconds of it so far.
        done: steps so far.
        whole: how many times as long as the slice the whole validation text is, which is scored
            at the end.
        save_every: seconds from one save to the next.
    """
    saves = 2  # before the last score and after it
    left = config.seconds * (1 - MARGIN) - spent
    left -= whole * costs.score.mean + costs.sample.mean + saves * costs.save.mean
    training = left * save_every / (save_every + costs.save.mean)
    a_step = costs.step.mean + (costs.score.mean + costs.sample.mean) / config.validate_every
    return done + max(0, int(training / a_step))
