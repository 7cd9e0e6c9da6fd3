"""How much slower training and sampling are beside busy processes on the same cores."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from charlstm.cli.bench_ratios import RATE, Row
from charlstm.cli.bench_training import random_corpus
from charlstm.cli.train import NICE
from charlstm.counting import counted
from charlstm.model.lstm import CharLSTM
from charlstm.model.sampler import Sampler
from charlstm.text.vocabulary import Vocabulary
from charlstm.training.config import preset_config
from charlstm.training.trainer import Trainer

BUSY = (0, 1, 2)
"""The numbers of busy processes to measure beside."""
HELD_TO = {1: 0.5}
"""Number of busy processes -> the least share of its speed alone that a step must keep. Beside as
many as there are cores, the speed is what the scheduler leaves to a process of low priority."""
SECONDS, WARM_UP = 6.0, 1.0
_SAMPLING = (512, (4, 64))  # hidden size; streams


def rows_beside_others(vocab: Vocabulary) -> Iterator[Row]:
    """Sampling at the page's priority, then training at `NICE`, which this process keeps.

    Each is measured for some seconds beside each number in `BUSY`, with a new sampler or trainer.
    """
    size, streams = _SAMPLING
    model = CharLSTM(len(vocab), 64, size, 1, dropout=0.0).eval()
    for count in streams:
        yield from beside(
            f"sampling, {counted(count, 'stream')}", f"1 x {size}", _sampling(model, vocab, count)
        )
    if hasattr(os, "nice"):
        os.nice(NICE - os.nice(0))
    config = replace(preset_config("quick"), steps=1_000_000, seconds=None)
    yield from beside(
        "training, preset quick, at low priority",
        f"{config.n_layers} x {config.hidden_size}",
        lambda: _training(Trainer(config, random_corpus(vocab))),
    )


def beside(what: str, size: str, make: Callable[[], Callable[[], int]]) -> Iterator[Row]:
    """A row for each number in `BUSY`.

    Args:
        what, size: as in `Row`.
        make: returns a new work function, which returns the characters it wrote or read.
    """
    alone = 0.0
    for busy in BUSY:
        with busy_processes(busy):
            rate = _rate(make())
        alone = alone or rate
        processes = f"{busy} busy process{'es' if busy > 1 else ''}"
        yield Row(
            f"{what}, {f'beside {processes}' if busy else 'alone'}",
            size,
            rate,
            RATE,
            rate / alone if busy else None,
            "the same alone (more is better)" if busy else "",
            HELD_TO.get(busy),
        )


@contextmanager
def busy_processes(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """``count`` processes that each keep a core busy until the end of the block."""
    command = [sys.executable, "-c", "while True: pass"]
    started = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def _rate(work: Callable[[], int]) -> float:
    """Characters a second, as a mean over some seconds, so that slow steps count too."""
    until = time.perf_counter() + WARM_UP
    while time.perf_counter() < until:
        work()
    started, characters = time.perf_counter(), 0
    while (taken := time.perf_counter() - started) < SECONDS:
        characters += work()
    return characters / taken


def _sampling(model: CharLSTM, vocab: Vocabulary, streams: int) -> Callable[[], Callable[[], int]]:
    def make() -> Callable[[], int]:
        sampler = Sampler(model, vocab)

        def work() -> int:
            return sum(block.size for block in sampler.stream("一", [1.0], 50, 7, streams))

        return work

    return make


def _training(trainer: Trainer) -> Callable[[], int]:
    characters = trainer.config.streams * trainer.config.window

    def work() -> int:
        trainer.step()
        return characters

    return work
