"""Several processes that train one model together, started by ``torchrun``.

One process leads: it decides what comes next and writes the run's folder. The others hear what it
announces and do the same with their share of the streams. Gradients are averaged by
`torch.nn.parallel.DistributedDataParallel` (gloo on CPUs, nccl on CUDA cards).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import astuple
from enum import IntEnum

import torch

# The defaults of its functions take hold of the process group that is there when it is first
# imported, which DistributedDataParallel does, and never let go: gloo's threads then outlive
# `leave` and abort, one run in eight, a process that ends. Imported here, they find no group.
import torch.distributed.nn.functional
from torch import distributed

from charlstm.errors import UserError
from charlstm.training.schedule import Plan

_NO_PLAN = (-1, 0, 0.0)


class Next(IntEnum):
    """What the leader announces."""

    STEP = 0
    GATHER = 1
    END = 2


class Team:
    """This process's place among those that train together.

    Attributes:
        rank: 0 leads.
        size: how many processes there are.
        device: where this one computes.

    Raises:
        UserError: there are more processes than CUDA cards.
    """

    def __init__(self) -> None:
        self.rank, self.size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        local = int(os.environ["LOCAL_RANK"])
        cards = torch.cuda.device_count()
        if cards and local >= cards:
            raise UserError(
                f"There are {cards} CUDA cards and more processes.",
                f"Start torchrun with --nproc-per-node {cards} or fewer.",
            )
        self.device = torch.device("cuda", local) if cards else torch.device("cpu")
        distributed.init_process_group("nccl" if cards else "gloo")

    @staticmethod
    def from_torchrun() -> Team | None:
        """The team that ``torchrun`` started this process in; None for a process of its own."""
        return Team() if "TORCHELASTIC_RUN_ID" in os.environ else None

    def rows(self, streams: int) -> slice:
        """This process's share of the streams.

        Raises:
            UserError: they can't be shared out evenly.
        """
        if streams % self.size:
            raise UserError(
                f"{streams} streams can't be shared out evenly among {self.size} processes.",
                "Choose a number of processes that divides the number of streams.",
            )
        share = streams // self.size
        return slice(self.rank * share, (self.rank + 1) * share)

    def announce(self, what: Next, plan: Plan | None) -> None:
        """Tell the others what comes next, and the plan of the training with it."""
        self._broadcast([what, *(_NO_PLAN if plan is None else astuple(plan))])

    def hear(self) -> tuple[Next, Plan | None]:
        """Wait for what the leader announces."""
        what, *plan = self._broadcast([0, *_NO_PLAN])
        total, since, left = plan
        return Next(int(what)), None if total < 0 else Plan(int(total), int(since), left)

    def mean(self, value: torch.Tensor) -> torch.Tensor:
        """The mean of a number that each process has."""
        value = value.detach().clone()
        distributed.all_reduce(value)
        return value / self.size

    def all_agree(self, yes: bool) -> bool:
        """Whether all processes say yes."""
        answers = torch.tensor(int(yes), device=self.device)
        distributed.all_reduce(answers, distributed.ReduceOp.MIN)
        return bool(answers)

    def gathered(self, part: torch.Tensor) -> torch.Tensor:
        """What the processes hold of (layers, streams, hidden_size), with all streams again."""
        parts = [torch.empty_like(part) for _ in range(self.size)]
        distributed.all_gather(parts, part.contiguous())
        return torch.cat(parts, dim=1)

    def leave(self) -> None:
        """The end of the work together."""
        distributed.destroy_process_group()

    def _broadcast(self, numbers: Sequence[float]) -> list[float]:
        message = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        distributed.broadcast(message, src=0)
        return message.tolist()
