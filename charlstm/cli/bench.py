"""Speed relative to the notebook's loops, as ratios within one run (`charlstm.cli.bench_ratios`).

Weights are random, since speed does not depend on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch.nn import functional as F

from charlstm.cli.bench_beside import rows_beside_others
from charlstm.cli.bench_engine import engine_rows
from charlstm.cli.bench_ratios import RATE, ROUNDS, Row, rates
from charlstm.cli.bench_training import training_rows
from charlstm.model.jobs import GROUP_ROWS
from charlstm.model.lstm import CharLSTM
from charlstm.model.sampler import Sampler
from charlstm.model.streams import StepWeights
from charlstm.model.workers import Workers, shares
from charlstm.text.vocabulary import Vocabulary

CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 628)]  # as many as a shipped model has
SIZES = (256, 512, 1024)
STREAMS = (1, 4, 64)


STEP_FLOOR = 1.3
"""The most time of a step, as a multiple of its products alone, from `STEP_FLOOR_FROM` units on."""
STEP_FLOOR_FROM = 512


def bench() -> Iterator[Row]:
    """Measure sampling, a class, training, and both beside busy processes, one row after another.

    The process keeps a low priority from the last training on.
    """
    vocab = Vocabulary(tuple(CHARACTERS))
    for size in SIZES:
        model = CharLSTM(len(vocab), 64, size, 1, dropout=0.0).eval()
        for streams in STREAMS:
            yield from _sampling(model, vocab, streams)
    yield from engine_rows(vocab)
    yield from training_rows(vocab)
    yield from rows_beside_others(vocab)


def _sampling(model: CharLSTM, vocab: Vocabulary, streams: int) -> Iterator[Row]:
    sampler, size = Sampler(model, vocab), f"{model.n_layers} x {model.hidden_size}"
    length = max(50, 200_000 // (model.hidden_size * streams))
    # As in the engine: groups of streams on a thread each.
    workers = Workers()
    groups = -(-streams // GROUP_ROWS)
    of_shares = [
        bare_products(model, vocab, len(range(streams)[rows])) for rows in shares(streams, groups)
    ]

    def ours() -> None:
        for _ in sampler.stream("一", [1.0], length, 7, streams):
            pass

    def products(of_a_share: Callable[[], object]) -> None:
        for _ in range(length):
            of_a_share()

    def floor() -> None:
        workers.map(products, of_shares)

    rate, notebook, most = rates(
        (ours, streams * length),
        (lambda: notebook_sample(model, length), length),
        (floor, streams * length),
        rounds=2 * ROUNDS,  # a step is short, so other processes disturb it more
    )
    counted = f"{streams} stream{'s' if streams > 1 else ''}"
    yield Row(
        f"sampling, {counted}",
        size,
        rate,
        RATE,
        rate / notebook,
        "the notebook's sample (nn.LSTM, batch 1, a character a call)",
        None,
    )
    yield Row(
        f"a step of {counted}",
        size,
        1e6 * streams / rate,
        "microseconds",
        most / rate,
        "the bare matrix products of a step (less is better, 1 is the floor)",
        STEP_FLOOR if model.hidden_size >= STEP_FLOOR_FROM and streams > 1 else None,
    )


def bare_products(model: CharLSTM, vocab: Vocabulary, streams: int) -> Callable[[], object]:
    """A function that computes only the matrix products of one step of a one-layer model."""
    weights = StepWeights(model, vocab.unk_id)
    [recurrent] = weights.recurrent
    hidden = torch.rand(streams, model.hidden_size)
    gates, logits = (torch.empty(streams, w.shape[1]) for w in (recurrent, weights.last))
    return lambda: (
        torch.mm(hidden, recurrent, out=gates),
        torch.mm(hidden, weights.last, out=logits),
    )


@torch.no_grad()
def notebook_sample(model: CharLSTM, length: int) -> list[int]:
    """The notebook's sampling loop (section 7), corrected: one call of the model a character."""
    ids, hidden = [0], model.init_hidden(1)
    for _ in range(length):
        logits, hidden = model(torch.tensor([[ids[-1]]]), hidden)
        ids.append(int(torch.multinomial(F.softmax(logits[-1] / 1.0, dim=0), 1).item()))
    return ids
