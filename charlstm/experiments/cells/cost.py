"""What a hold costs on ordinary text: bits per character."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from charlstm.experiments.cells.source import Source
from charlstm.experiments.intervals import Estimate, over_seeds
from charlstm.model.hold import Hold, Unit
from charlstm.model.recording import from_nothing, read_rows, share_of
from charlstm.model.sampler import Sampler
from charlstm.model.streams import Streams

ROWS, LENGTH = 32, 300
"""Pieces of text that are read, and their characters."""


@dataclass(frozen=True)
class Cost:
    """Bits per character of ordinary text, from articles that nothing was chosen on.

    Attributes:
        characters: scored.
        plain: without a hold.
        held: with the chosen units held at their mean control values.
        difference: held minus plain, with an interval over pieces of text.
        random: minus plain, of each of some random sets held at theirs.
    """

    characters: int
    plain: float
    held: float
    difference: Estimate
    random: list[float]


def cost(
    sampler: Sampler,
    source: Source,
    values: torch.Tensor,
    chosen: Sequence[Unit],
    others: Sequence[Sequence[Unit]],
) -> Generator[float, None, Cost]:
    """Score pieces of text of any kind, with and without holds.

    Args:
        values: float32 tensor of shape (units,): c of each unit that it is held at.
        chosen: units that are held.
        others: random sets, one after the other.

    Yields:
        the share that is done.
    """
    starts = _starts(source)
    positions = starts[:, None] + np.arange(-source.warm_up, LENGTH + 1)
    ids = source.ids[positions].astype(np.int64)
    weights = sampler.weights
    begun = from_nothing(sampler.model, weights, len(starts))
    tried: list[Sequence[Unit]] = [(), chosen, *others]
    each = 1 / (1 + len(tried))
    warm = yield from share_of(read_rows(weights, begun, ids[:, : source.warm_up]), 0, each)
    inside, following = ids[:, source.warm_up : -1], ids[:, source.warm_up + 1 :]
    truth = torch.from_numpy(following)
    index = {unit: i for i, unit in enumerate(sampler.units)}
    unk = sampler.vocab.unk_id

    def bits(units: Sequence[Unit]) -> Generator[float, None, np.ndarray]:
        at = values[[index[unit] for unit in units]].expand(len(starts), -1)
        hold = Hold(tuple(units), at) if units else None
        nats = np.zeros((len(starts), LENGTH))

        def look(rows: slice, step: int, streams: Streams) -> None:
            told = streams.logits.double().log_softmax(1)
            wanted = truth[rows, step, None]
            # A character that the vocabulary lacks is none that a hold could cost.
            own = torch.where(wanted == unk, 0.0, -told.gather(1, wanted))
            nats[rows, step] = own[:, 0].numpy()

        yield from read_rows(weights, warm, inside, look, hold)
        found: np.ndarray = nats.mean(1) / math.log(2)
        return found

    scored = []
    for number, units in enumerate(tried, 1):
        scored.append((yield from share_of(bits(units), number * each, each)))
    plain = scored[0]
    mean, interval = over_seeds((scored[1] - plain).tolist())
    return Cost(
        characters=len(starts) * LENGTH,
        plain=float(plain.mean()),
        held=float(scored[1].mean()),
        difference=Estimate(mean, interval),
        random=[float((one - plain).mean()) for one in scored[2:]],
    )


def _starts(source: Source) -> np.ndarray:
    """Where the pieces start: spread over the articles that are shown."""
    last = len(source.text) - LENGTH - 1
    fit = [
        start
        for first, end in source.articles[1::2]
        for start in range(max(first, source.warm_up), min(end, last), LENGTH)
    ]
    picked = np.linspace(0, len(fit) - 1, min(ROWS, len(fit))).round().astype(int)
    starts: np.ndarray = np.array(fit)[picked]
    return starts
