"""The speed of training relative to the notebook's loop, and the share of its matrix products."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from charlstm.cli.bench_ratios import RATE, Row, rates
from charlstm.counting import counted
from charlstm.model.lstm import CharLSTM
from charlstm.model.workers import Workers, shares
from charlstm.text.corpus import Corpus
from charlstm.text.spec import BRACKETS
from charlstm.text.vocabulary import Vocabulary
from charlstm.training.batches import RandomWindows
from charlstm.training.config import TrainConfig, preset_config
from charlstm.training.precision import name_of
from charlstm.training.trainer import Trainer

STEPS = {"quick": 10, "best": 1}
"""Preset whose steps are timed -> steps a round."""
FLOORS = {"amx_bf16": 3.0, "avx512_bf16": 1.3}
"""CPU feature -> the ratio required of a training in bfloat16; the first feature that the CPU has
counts. AVX512-BF16 computes twice the products of float32 in a second, but a step is more than its
products."""
TRAINING_ROUNDS = 3


def training_rows(vocab: Vocabulary) -> Iterator[Row]:
    """For each preset in `STEPS`: the speed relative to the notebook's loop, then the time of the
    matrix products alone, in the same precision, as a share of a step's."""
    corpus = random_corpus(vocab)
    for preset, steps in STEPS.items():
        config = replace(preset_config(preset), steps=1_000_000, seconds=None)
        trainer = Trainer(config, corpus)
        read = steps * config.streams * config.window
        ours, theirs, products = rates(
            (_repeated(trainer.step, steps), read),
            (_repeated(notebook_step(config, corpus, trainer.device), steps), read),
            (_repeated(matrix_products(trainer), steps), read),
            rounds=TRAINING_ROUNDS,
        )
        size = f"{config.n_layers} x {config.hidden_size}"
        batch = f"{counted(config.streams, 'stream')} x {config.window}"
        yield Row(
            f"training, preset {preset}, {batch}",
            size,
            ours,
            RATE,
            ours / theirs,
            "the notebook's loop at the same size, batch and number of threads, as passive",
            _floor(trainer),
        )
        yield Row(
            f"matrix products, preset {preset}",
            size,
            100 * ours / products,
            "% of a training step",
            None,
            f"the same products done alone, in {name_of(trainer.precision)}",
            None,
        )


def random_corpus(vocab: Vocabulary) -> Corpus:
    """A corpus of uniformly random ids."""
    ids = np.random.default_rng(0).integers(0, len(vocab) - 1, 300_000).astype(np.int32)
    return Corpus(BRACKETS, "random ids", vocab, ids, ids[:1_000], None)


def _floor(trainer: Trainer) -> float | None:
    if trainer.device.type != "cpu" or trainer.precision == torch.float32:
        return None
    able = torch.cpu.get_capabilities()
    return next((floor for name, floor in FLOORS.items() if able.get(name)), None)


def notebook_step(config: TrainConfig, corpus: Corpus, device: torch.device) -> Callable[[], None]:
    """A function that does the next step of the notebook's training loop (section 5): Adam, random
    windows, hidden at zero, float32, clipping at 5."""
    model = CharLSTM(
        len(corpus.vocab), config.embed_size, config.hidden_size, config.n_layers, dropout=0.0
    ).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    windows = RandomWindows(corpus.train, config.streams, config.window, seed=0)
    done = 0

    def step() -> None:
        nonlocal done
        batch = windows.at(done)
        done += 1
        optimizer.zero_grad()
        inputs, targets = batch.inputs.to(device), batch.targets.to(device)
        logits, _ = model(inputs, model.init_hidden(config.streams))
        loss = F.cross_entropy(logits, targets.view(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5)
        optimizer.step()
        loss.item()

    return step


def product_shapes(config: TrainConfig, vocab_size: int) -> list[tuple[int, int, int, int]]:
    """The matrix products of a training step: (times, m, k, n), an m x k matrix times a k x n one.

    Each product of the forward pass, X W, has two in the backward pass: the gradient of X, dY W',
    and that of W, X' dY. The recurrent products are computed character by character; the gradient
    of their weights is a single product over the window.
    """
    streams, window = config.streams, config.window
    hidden = config.hidden_size
    characters, gates = streams * window, 4 * hidden
    inputs = [config.embed_size] + [hidden] * (config.n_layers - 1)
    products = []
    for inner, outer in [*((size, gates) for size in inputs), (hidden, vocab_size)]:
        products += [
            (1, characters, inner, outer),
            (1, characters, outer, inner),
            (1, inner, characters, outer),
        ]
    for _ in inputs:
        products += [
            (window, streams, hidden, gates),
            (window, streams, gates, hidden),
            (1, hidden, characters, gates),
        ]
    return products


def matrix_products(trainer: Trainer) -> Callable[[], None]:
    """A function that computes only the matrix products of one step, on the trainer's device and
    in its shares of the streams."""
    config = trainer.config
    workers = Workers()
    made = [
        [
            (
                times,
                torch.randn(m, k, dtype=trainer.precision, device=trainer.device),
                torch.randn(k, n, dtype=trainer.precision, device=trainer.device),
            )
            for times, m, k, n in product_shapes(
                replace(config, streams=len(range(config.streams)[rows])), trainer.model.vocab_size
            )
        ]
        for rows in shares(config.streams, trainer.shares)
    ]

    @torch.no_grad()
    def of_a_share(factors: list[tuple[int, torch.Tensor, torch.Tensor]]) -> None:
        for times, a, b in factors:
            for _ in range(times):
                product = a @ b
        product[0, 0].item()  # waits until a CUDA card has computed all of them

    def products() -> None:
        workers.map(of_a_share, made)

    return products


def _repeated(work: Callable[[], object], times: int) -> Callable[[], None]:
    def all_of_it() -> None:
        for _ in range(times):
            work()

    return all_of_it
