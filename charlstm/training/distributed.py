"""Several processes that train one model together, started by ``torchrun``.

One process, the leader, decides on each action and writes the run's folder. It announces the
action, and all processes perform it on their shares of the streams. Gradients are averaged by
`torch.nn.parallel.DistributedDataParallel` (gloo on CPUs, nccl on CUDA cards).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import astuple
from enum import IntEnum

import torch

# Imported here, before there is a process group: default arguments of this module keep a reference
# to the group that exists when it is first imported, which DistributedDataParallel does. gloo's
# threads would then outlive `leave`, and abort the process at its end, one time in eight.
import torch.distributed.nn.functional
from torch import distributed

from charlstm.errors import user_error
from charlstm.training.schedule import Plan

_NO_PLAN = (-1, 0, 0.0)


class Next(IntEnum):
    """The actions that the leader announces."""

    STEP = 0
    GATHER = 1
    END = 2


class Team:
    """The processes that train together, as seen from this one.

    Attributes:
        rank: this process's number; 0 is the leader.
        size: the number of processes.
        device: the device that this process computes on.

    Raises:
        UserError: there are more processes than CUDA cards.
    """

    def __init__(self) -> None:
        self.rank, self.size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        local = int(os.environ["LOCAL_RANK"])
        cards = torch.cuda.device_count()
        if cards and local >= cards:
            raise user_error("training.few_cards", cards=cards)
        self.device = torch.device("cuda", local) if cards else torch.device("cpu")
        distributed.init_process_group("nccl" if cards else "gloo")

    @staticmethod
    def from_torchrun() -> Team | None:
        """The team if ``torchrun`` started this process, else None."""
        return Team() if "TORCHELASTIC_RUN_ID" in os.environ else None

    def rows(self, streams: int) -> slice:
        """This process's share of the streams.

        Raises:
            UserError: they can't be shared out evenly.
        """
        if streams % self.size:
            raise user_error("training.uneven", n=streams, processes=self.size)
        share = streams // self.size
        return slice(self.rank * share, (self.rank + 1) * share)

    def announce(self, what: Next, plan: Plan | None) -> None:
        """Send the next action and the plan of the training to the other processes."""
        self._broadcast([what, *(_NO_PLAN if plan is None else astuple(plan))])

    def hear(self) -> tuple[Next, Plan | None]:
        """Wait for the leader's next action and plan."""
        what, *plan = self._broadcast([0, *_NO_PLAN])
        total, since, left = plan
        return Next(int(what)), None if total < 0 else Plan(int(total), int(since), left)

    def mean(self, value: torch.Tensor) -> torch.Tensor:
        """The mean of a value over all processes."""
        value = value.detach().clone()
        distributed.all_reduce(value)
        return value / self.size

    def all_agree(self, yes: bool) -> bool:
        """Whether ``yes`` is true in all processes."""
        answers = torch.tensor(int(yes), device=self.device)
        distributed.all_reduce(answers, distributed.ReduceOp.MIN)
        return bool(answers)

    def gathered(self, part: torch.Tensor) -> torch.Tensor:
        """All processes' parts of a tensor (layers, streams, hidden_size), joined by stream."""
        parts = [torch.empty_like(part) for _ in range(self.size)]
        distributed.all_gather(parts, part.contiguous())
        return torch.cat(parts, dim=1)

    def leave(self) -> None:
        """Destroy the process group."""
        distributed.destroy_process_group()

    def _broadcast(self, numbers: Sequence[float]) -> list[float]:
        message = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        distributed.broadcast(message, src=0)
        return message.tolist()
