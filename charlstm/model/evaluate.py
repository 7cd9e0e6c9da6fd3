"""Evaluation of a model on a fixed text: nats and bits per character."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from charlstm.errors import user_error
from charlstm.model.lstm import CharLSTM, products_in

STREAMS = 64
WINDOW = 64  # the logits of 64 x 64 characters stay in a CPU's cache: 1.3 times as fast as 256
_IGNORED = -100  # torch's default for targets that cross-entropy leaves out


@dataclass(frozen=True)
class Evaluation:
    """The mean surprisal of a text's characters.

    Attributes:
        nats: cross-entropy, nats per character.
        bpc: the same in bits per character.
        characters: the number of characters scored.
    """

    nats: float
    bpc: float
    characters: int


def evaluate(
    model: CharLSTM, ids: np.ndarray, precision: torch.dtype = torch.float32
) -> Evaluation:
    """Score a text: the last of its `scores`. Arguments and errors as there."""
    [whole] = deque(scores(model, ids, precision), maxlen=1)
    return whole


def scores(
    model: CharLSTM, ids: np.ndarray, precision: torch.dtype = torch.float32
) -> Iterator[Evaluation]:
    """Score every character of a text but its first, in eval mode and without gradients.

    The text is cut into `STREAMS` contiguous streams that are read in parallel; hidden starts at
    zero once a stream and is carried from window to window, so all but a few characters are
    scored after a long context. (The notebook scores one random batch in train mode, section 5.)

    Args:
        model: put into eval mode until the last score, then back into its previous mode.
        ids: int array of shape (characters,), at least two.
        precision: type of the matrix products; bfloat16 changes a score by some 0.00003 nats.

    Yields:
        after each window the score of the characters read so far; the last is that of the text.

    Raises:
        UserError: the text has fewer than two characters.
    """
    scored = len(ids) - 1
    if scored < 1:
        raise user_error("model.too_short")
    streams = min(STREAMS, scored)
    length = math.ceil(scored / streams)
    device = model.fc.weight.device
    padded = np.zeros(streams * length, dtype=np.int64)
    padded[:scored] = ids[:-1]
    inputs = torch.from_numpy(padded).view(streams, length).to(device)
    padded = np.full(streams * length, _IGNORED, dtype=np.int64)
    padded[:scored] = ids[1:]
    targets = torch.from_numpy(padded).view(streams, length).to(device)

    was_training = model.training
    model.eval()
    total, count, hidden = 0.0, 0, None
    try:
        for start in range(0, length, WINDOW):
            with torch.no_grad(), products_in(precision, device):
                logits, hidden = model(inputs[:, start : start + WINDOW], hidden)
            expected = targets[:, start : start + WINDOW].reshape(-1)
            total += F.cross_entropy(
                logits.float(), expected, reduction="sum", ignore_index=_IGNORED
            ).item()
            count += int((expected != _IGNORED).sum())
            yield Evaluation(total / count, total / count / math.log(2), count)
    finally:
        model.train(was_training)


def fixed_slice(ids: np.ndarray, characters: int) -> np.ndarray:
    """The part of a text that is scored during training: always the same, spread evenly.

    The start of the WikiText-2 validation split is easier than the whole of it by some 0.03 nats,
    so the slice joins `STREAMS` pieces at equal distances, one for each stream of `evaluate`, or as
    many as it has characters.

    Returns:
        an int array of at most ``characters`` ids; the whole text if it is not longer than that.
    """
    if len(ids) <= characters:
        return ids
    pieces = min(STREAMS, characters)
    piece = characters // pieces
    starts = np.linspace(0, len(ids) - piece, pieces).astype(np.int64)
    return np.concatenate([ids[start : start + piece] for start in starts])
