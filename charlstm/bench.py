"""Speed as ratios within one run: what a machine does alone says little, a ratio travels.

Both sides of a ratio are timed in turns, a few rounds each, and the best round counts: on a
shared machine the others measure its other users. Weights are random: speed does not
depend on them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from charlstm.batches import RandomWindows
from charlstm.corpus import Corpus
from charlstm.model import CharLSTM
from charlstm.presets import PRESETS
from charlstm.sampler import Sampler
from charlstm.train import Trainer
from charlstm.vocab import Vocabulary

ROUNDS = 5
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 628)]  # as many as the text has
SIZES = (256, 512, 1024)
STREAMS = (1, 4, 64)


@dataclass(frozen=True)
class Row:
    """One ratio.

    Attributes:
        what: was measured.
        ours: how many of ``unit`` we do.
        unit: "characters a second".
        ratio: ours to the other's.
        against: what the other is.
    """

    what: str
    ours: float
    unit: str
    ratio: float
    against: str


def bench() -> Iterator[Row]:
    """Measure everything, one row after another: sampling, then training."""
    vocab = Vocabulary(tuple(CHARACTERS))
    for size in SIZES:
        model = CharLSTM(len(vocab), 64, size, 1, dropout=0.0).eval()
        sampler = Sampler(model, vocab)
        for streams in STREAMS:
            length = max(50, 100_000 // (size * streams))
            ours, theirs = _rates(
                (lambda: sampler.sample("一", [1.0] * streams, length, 7), streams * length),  # noqa: B023
                (lambda: notebook_sample(model, length), length),  # noqa: B023
            )
            yield Row(
                f"sampling, 1 x {size} units, {streams} streams",
                ours,
                "characters a second",
                ours / theirs,
                "the notebook's sample (nn.LSTM, batch 1, a character a call)",
            )
    yield _training(vocab)


@torch.no_grad()
def notebook_sample(model: CharLSTM, length: int) -> list[int]:
    """The notebook's sampling loop (section 7), without its slips: a character a call."""
    ids, hidden = [0], model.init_hidden(1)
    for _ in range(length):
        logits, hidden = model(torch.tensor([[ids[-1]]]), hidden)
        ids.append(torch.multinomial(F.softmax(logits[-1] / 1.0, dim=0), 1).item())
    return ids


def _training(vocab: Vocabulary) -> Row:
    config = PRESETS["quick"]
    ids = np.random.default_rng(0).integers(0, len(vocab) - 1, 300_000).astype(np.int32)
    corpus = Corpus("random ids", "random ids", vocab, ids, ids[:1_000], None)
    trainer = Trainer(config, corpus)
    model = CharLSTM(len(vocab), config.embed_size, config.hidden_size, 1, dropout=0.0)
    model.to(trainer.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    windows = RandomWindows(ids, config.streams, config.window, seed=0)

    def notebook_steps() -> None:
        for step in range(10):
            batch = windows.at(step)
            optimizer.zero_grad()
            inputs, targets = batch.inputs.to(trainer.device), batch.targets.to(trainer.device)
            logits, _ = model(inputs, model.init_hidden(config.streams))
            loss = F.cross_entropy(logits, targets.view(-1))
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
            loss.item()

    def our_steps() -> None:
        for _ in range(10):
            trainer.step()

    read = 10 * config.streams * config.window
    ours, theirs = _rates((our_steps, read), (notebook_steps, read))
    return Row(
        f"training, 1 x {config.hidden_size} units (preset quick)",
        ours,
        "characters a second",
        ours / theirs,
        "the notebook's loop at the same size and number of threads",
    )


def _rates(*sides: tuple[Callable[[], object], int]) -> list[float]:
    """Characters a second of each side: best of `ROUNDS`, in turns, after one to warm up."""
    best = [float("inf")] * len(sides)
    for number in range(ROUNDS + 1):
        for i, (work, _) in enumerate(sides):
            started = time.perf_counter()
            work()
            if number:
                best[i] = min(best[i], time.perf_counter() - started)
    return [characters / seconds for (_, characters), seconds in zip(sides, best, strict=True)]
