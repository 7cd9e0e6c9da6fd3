"""The sampling engine: all streams of a process step together, whoever asked for them.

One batch serves everybody, because a step of 120 streams takes three to four times as long as one
of 4, not thirty times: with few streams most of the time goes into reading the weights. Groups of
streams join and leave the batch between two steps: a burst of steps ends after `_BURST` seconds,
when a group has taken all of its steps, or when another one arrives. The idea of requests that join
and leave one running batch is that of vLLM's engine (Kwon et al., "Efficient Memory Management for
Large Language Model Serving with PagedAttention", 2023).

The engine alone decides how many threads compute. What a stream becomes depends on its own weights,
text and choices, and not on the streams beside it (`charlstm.model.products`).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from charlstm.environment import cores
from charlstm.model.jobs import GROUP_ROWS, NOBODY, AnyGroup, Asker, Job
from charlstm.model.products import MOST_ROWS
from charlstm.model.streams import Streams
from charlstm.model.workers import FEWEST_ROWS, Workers

_BURST = 0.04  # seconds of a burst: progress is reported after each
_BESIDE = 32  # rows of groups that are not urgent, beside urgent ones
_TURN = 4  # every so many bursts a full batch of urgent groups lets one other group take part
IDLE = 5.0  # seconds without work after which the engine's thread ends


@dataclass
class _Usage:
    """What somebody has had of the engine, in a unit of its own."""

    had: dict[object, float] = field(default_factory=dict)

    def least_first(self, names: Iterable[object]) -> list[object]:
        """Names by what they have had; a new one starts level with the one that had least."""
        present = list(dict.fromkeys(names))
        least = min((self.had[name] for name in present if name in self.had), default=0.0)
        self.had = {name: max(self.had.get(name, least), least) for name in present}
        return sorted(present, key=lambda name: self.had[name])

    def add(self, name: object, amount: float) -> None:
        self.had[name] = self.had.get(name, 0.0) + amount


class Engine:
    """Advances groups of streams. Safe for several threads."""

    def __init__(self) -> None:
        self._workers = Workers()
        self._jobs: dict[AnyGroup, Job] = {}  # of groups with steps to take, by arrival
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._interrupted = False  # a job has come or gone: end the burst at the next step
        self._models, self._people = _Usage(), _Usage()
        self._bursts = 0

    def begin(self, groups: Sequence[AnyGroup], steps: int, asker: Asker = NOBODY) -> Job:
        """Start to advance some groups; returns at once.

        Args:
            groups: that have no other job; empty ones take no time.
            steps: 1 or more.
            asker: who asks.
        """
        job = Job([group for group in groups if len(group)], steps, asker, self._interrupt)
        with self._changed:
            for group in groups:
                group.begin(steps)
            self._jobs |= dict.fromkeys(job.groups, job)
            self._interrupt()
            self._changed.notify_all()
            if job.groups and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
                self._thread.start()
        return job

    def advance(self, groups: Sequence[AnyGroup], steps: int, asker: Asker = NOBODY) -> None:
        """Advance some groups and wait for them; arguments as for `begin`."""
        job = self.begin(groups, steps, asker)
        try:
            job.wait(steps)
        except BaseException:
            job.cancel()
            raise

    def _interrupt(self) -> None:
        self._interrupted = True

    def _run(self) -> None:
        try:
            while chosen := self._next():
                self._burst(chosen)
        except BaseException as error:  # a defect of this module: nobody must wait for ever
            with self._changed:
                jobs, self._jobs, self._thread = {*self._jobs.values()}, {}, None
            for job in jobs:
                job.report(error)
            raise

    def _next(self) -> list[AnyGroup]:
        """Wait for groups that have steps to take; none if there are none for `IDLE` seconds."""
        with self._changed:
            while self._changed.wait_for(lambda: self._jobs, IDLE):
                self._interrupted = False
                self._drop()
                if chosen := self._chosen():
                    return chosen
            self._thread = None
            return []

    def _drop(self) -> None:
        """Forget the groups that take no further step."""
        jobs = self._jobs.items()
        for group in [g for g, job in jobs if g.done == job.steps or job.is_dropped]:
            del self._jobs[group]

    def _chosen(self) -> list[AnyGroup]:
        """Groups of one model for the next burst, urgent ones first, people in turn."""
        models = self._models.least_first(group.weights for group in self._jobs)
        if not models:
            return []
        of_model = [group for group in self._jobs if group.weights is models[0]]
        people = self._people.least_first(job.asker.person for job in self._jobs.values())
        urgent: list[AnyGroup] = []
        others: list[AnyGroup] = []
        for group in of_model:
            (urgent if self._jobs[group].asker.urgent else others).append(group)
        most = cores() * (MOST_ROWS - GROUP_ROWS)  # of uneven shares none has more than MOST_ROWS
        chosen = self._in_turn(urgent, people, most)
        rows = sum(map(len, chosen))
        self._bursts += 1
        if not urgent:
            most_others = most
        elif rows <= FEWEST_ROWS or self._bursts % _TURN == 0:
            most_others = _BESIDE
        else:
            most_others = 0
        return chosen + self._in_turn(others, people, most_others)

    def _in_turn(self, groups: list[AnyGroup], people: list[object], most: int) -> list[AnyGroup]:
        """Groups of so many rows at most, or one larger group: one of each person after the other,
        in their order."""
        queues: dict[object, deque[AnyGroup]] = {person: deque() for person in people}
        for group in groups:
            queues[self._jobs[group].asker.person].append(group)
        chosen: list[AnyGroup] = []
        rows = 0
        while any(queues.values()):
            for person in people:
                if queues[person]:
                    rows += len(queues[person][0])
                    if rows > most and (chosen or not most):
                        return chosen
                    chosen.append(queues[person].popleft())
        return chosen

    def _burst(self, groups: list[AnyGroup]) -> None:
        """Take some steps with some groups, and tell those who wait."""
        jobs = {group: self._jobs[group] for group in groups}
        before = {group: group.done for group in groups}

        def taken() -> int:
            return sum(len(group) * (group.done - before[group]) for group in groups)

        def advance(share: list[AnyGroup]) -> BaseException | None:
            try:
                self._advance(share, min(jobs[group].steps - group.done for group in share))
            except BaseException as error:  # those who asked for these groups handle it
                return error
            return None

        started, shares = time.perf_counter(), _shares(groups)
        errors = self._workers.map(advance, shares, lambda: taken() or 1)
        seconds = time.perf_counter() - started
        urgent = any(job.asker.urgent for job in jobs.values())
        self._models.add(groups[0].weights, seconds / (_TURN if urgent else 1))
        for group in groups:
            steps = group.done - before[group]
            self._people.add(jobs[group].asker.person, len(group) * steps)
        for share, error in zip(shares, errors, strict=True):
            for job in dict.fromkeys(jobs[group] for group in share):
                job.report(error)

    @torch.inference_mode()
    def _advance(self, groups: list[AnyGroup], steps: int) -> None:
        """Take so many steps at most with the groups of a share, on one thread."""
        parts, start = [], 0
        for group in groups:
            parts.append(slice(start, start + len(group)))
            start += len(group)
        streams = Streams(
            groups[0].weights,
            [group.states for group in groups],
            [group.hold for group in groups],
        )
        ids = np.empty(start, np.int64)
        taken, until = 0, time.perf_counter() + _BURST
        while taken < steps:
            for group, part in zip(groups, parts, strict=True):
                ids[part] = group.chooser.choose(streams.logits[part])
                group.written[group.done + taken] = ids[part]
            streams.step(torch.from_numpy(ids))
            taken += 1
            if self._interrupted or time.perf_counter() > until:
                break
        for group, part in zip(groups, parts, strict=True):
            group.states = streams.states(part)
            group.done += taken


def _shares(groups: list[AnyGroup]) -> list[list[AnyGroup]]:
    """Groups divided among threads, with about as many rows each."""
    rows = sum(map(len, groups))
    count = max(1, min(cores(), len(groups), rows // FEWEST_ROWS))
    shares: list[list[AnyGroup]] = [[] for _ in range(count)]
    sizes = [0] * count
    for group in sorted(groups, key=len, reverse=True):
        least = sizes.index(min(sizes))
        shares[least].append(group)
        sizes[least] += len(group)
    return shares
