"""How much faster a class writes together than one after another, and a person alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from charlstm.cli.bench_ratios import RATE, Row, rates
from charlstm.model.choosers import Draws
from charlstm.model.jobs import Asker
from charlstm.model.lstm import CharLSTM
from charlstm.model.sampler import Sampler
from charlstm.model.streams import States, StepWeights, Streams
from charlstm.model.workers import Workers
from charlstm.text.vocabulary import Vocabulary

PEOPLE, LENGTH = 30, 400
TEMPERATURES = (0.2, 0.5, 0.8, 1.0)
"""Of a person's four columns."""
HELD_TO = {(1, 512): 4.0, (2, 640): 6.0}
"""Layers and hidden size -> the least gain of a class that writes together."""
_ALONE = 0.9  # the least share of its own loop's speed that a person's columns must have
_SEED_TEXT = "一"  # in the benchmark's vocabulary


def engine_rows(vocab: Vocabulary) -> Iterator[Row]:
    """Two rows for each model of `HELD_TO`, whose weights are random."""
    for layers, size in HELD_TO:
        model = CharLSTM(len(vocab), 64, size, layers, dropout=0.0).eval()
        yield from _rows(model, vocab)


def _rows(model: CharLSTM, vocab: Vocabulary) -> Iterator[Row]:
    sampler, size = Sampler(model, vocab), (model.n_layers, model.hidden_size)
    columns = len(TEMPERATURES) * LENGTH

    def ask(person: int) -> None:
        asked = sampler.asked_by(Asker(str(person), urgent=True))
        asked.sample(_SEED_TEXT, TEMPERATURES, LENGTH, dice=person)

    def together() -> None:
        with ThreadPoolExecutor(PEOPLE) as people:
            list(people.map(ask, range(PEOPLE)))

    def one_after_another() -> None:
        for person in range(PEOPLE):
            ask(person)

    rate, reference = rates(
        (together, PEOPLE * columns), (one_after_another, PEOPLE * columns), rounds=1
    )
    yield Row(
        f"{PEOPLE} people, {len(TEMPERATURES)} columns of {LENGTH} characters each",
        f"{size[0]} x {size[1]}",
        rate,
        RATE,
        rate / reference,
        "one after another",
        HELD_TO[size],
    )
    alone = Workers()  # with one share it computes on one thread, as the engine does

    def loop(dice: int) -> None:
        own_loop(model, sampler.weights, vocab, _SEED_TEXT, LENGTH, dice)

    rate, reference = rates(
        (lambda: ask(0), columns),
        (lambda: alone.map(loop, [0]), columns),
    )
    yield Row(
        "one person's columns",
        f"{size[0]} x {size[1]}",
        rate,
        RATE,
        rate / reference,
        "a loop of their own on one thread, without the engine",
        _ALONE,
    )


@torch.inference_mode()
def own_loop(
    model: CharLSTM,
    weights: StepWeights,
    vocab: Vocabulary,
    seed_text: str,
    length: int,
    dice: int,
) -> list[str]:
    """A person's columns, drawn by a loop in the calling thread.

    Args:
        weights: of the model.
    """
    ids = torch.from_numpy(vocab.encode(seed_text).astype(np.int64))[None]
    start: States = weights.start(model.lstm(model.embedding(ids))[1])
    rows = torch.zeros(len(TEMPERATURES), dtype=torch.int64)
    streams = Streams(weights, [start.rows(rows)])
    draws = Draws(dice, [0], TEMPERATURES, len(vocab))
    written = np.empty((length, len(TEMPERATURES)), np.int64)
    for step in range(length):
        written[step] = draws.choose(streams.logits)
        streams.step(torch.from_numpy(written[step]))
    return [seed_text + vocab.decode(column.tolist()) for column in written.T]
