"""What temperature does, measured: what a model writes at several, beside its validation text.

At each temperature `STREAMS` texts continue the same seed text with the same dice, all of them
streams of one batch, and each is measured by itself. An interval is Student's t over those texts:
it speaks of this model and this seed text, and of other dice. The validation text is cut into
pieces of the same length that are measured in the same way, the model reading what it would
otherwise write.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import torch

from charlstm.experiments.intervals import FEWEST, Estimate, t_interval
from charlstm.model.noise import gumbel_noise
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import probabilities
from charlstm.text.suffix_array import TrainingText, longest_repeat

TEMPERATURES = (0.1, 0.2, 0.3, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0)
STREAMS = 16
"""Texts at each temperature."""
LENGTH = 400
"""Characters of each text, and of each piece of the validation text."""
PIECES = 64
"""Pieces of the validation text, or as many as it has."""


MEASURES = ("entropy", "words", "distinct", "repeat", "copied")
"""Of one text: the mean entropy of what each character is drawn from (bits per character); the
share of its words that occur in the training text; the share of its runs of 4 characters that are
distinct; characters of the longest string that stands in it twice; characters of the longest
string that stands in the training text too."""

_LEAD = 100  # characters that a model reads before a piece, to be in the middle of a text
_GRAM = 4
_NOISE_STEPS = 25  # steps that noise is drawn for at a time


@dataclass(frozen=True)
class Measured:
    """What was measured of some texts of one kind.

    Attributes:
        temperature: that they were written at; None for the validation text, read at T = 1.
        texts: how many; pieces of the validation text.
        estimates: by the names in `MEASURES`, with a `t_interval` that is kept within what is
            possible; None where it needs the training text and there is none, or where fewer than
            6 texts have a word.
        repeated, copied: the longest strings of all texts that "repeat" and "copied" count.
    """

    temperature: float | None
    texts: int
    estimates: dict[str, Estimate | None]
    repeated: str
    copied: str


@dataclass(frozen=True)
class EffectResult:
    """All that was measured; `dataclasses.asdict` makes it JSON.

    Attributes:
        length: characters of each text.
        validation: None where there is no validation text, or one of fewer than 6 pieces.
    """

    seed_text: str
    dice: int
    length: int
    temperatures: list[Measured]
    validation: Measured | None


@dataclass(frozen=True)
class EffectProgress:
    """How far it has come.

    Attributes:
        doing: "writing" (counted in characters a text), "reading" (the validation text, in
            characters a piece with what leads to it) or "comparing" (in texts).
        result: with the last report, None before.
    """

    doing: str
    done: int
    of: int
    result: EffectResult | None = None


def measuring(
    sampler: Sampler,
    seed_text: str,
    temperatures: Sequence[float],
    training: TrainingText | None,
    validation: str | None,
    dice: int,
    length: int = LENGTH,
) -> Iterator[EffectProgress]:
    """Measure, step by step, for whoever wants to watch or to stop by closing the generator.

    Args:
        temperatures: each 0 to `sampler.MAX_TEMPERATURE`.
        training, validation: the texts that the model learnt from and did not learn from.
        dice: 0 to `noise.MAX_DICE`. Text number n at a temperature is `Sampler.sample`'s number n.
        length: characters of each text, at most `suffix_array.LONGEST`.

    Yields:
        reports, many a second; the last one carries the result.

    Raises:
        UserError: the seed text is empty.
    """
    texts, bits = yield from _writing(sampler, seed_text, temperatures, dice, length)
    pieces, read_bits = yield from _reading(sampler, _pieces(validation or "", length), length)
    read = []
    of = len(texts) + len(pieces)
    for text, entropy in zip([*texts, *pieces], [*bits, *read_bits], strict=True):
        read.append(_Read.of(text, entropy, training))
        yield EffectProgress("comparing", len(read), of)
    found = [
        _measured(temperature, read[number * STREAMS :][:STREAMS], length)
        for number, temperature in enumerate(temperatures)
    ]
    own = read[len(texts) :]
    beside = _measured(None, own, length) if len(own) >= FEWEST else None
    yield EffectProgress("comparing", of, of, EffectResult(seed_text, dice, length, found, beside))


def distinct_share(text: str) -> float:
    """The share of a text's runs of 4 characters that are distinct; 1 where none comes twice."""
    runs = [text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)]
    return len(set(runs)) / len(runs)


_Texts = Generator[EffectProgress, None, tuple[list[str], list[float]]]


def _writing(
    sampler: Sampler, seed_text: str, temperatures: Sequence[float], dice: int, length: int
) -> _Texts:
    """Texts, `STREAMS` a temperature, and the mean entropy of each in bits per character."""
    streams = sampler.start(seed_text, len(temperatures) * STREAMS)
    scale = torch.tensor(temperatures, dtype=torch.float32).repeat_interleave(STREAMS)[:, None]
    ids = np.empty((length, len(scale)), np.int64)
    bits = np.zeros(len(scale))
    for first in range(0, length, _NOISE_STEPS):
        steps = min(_NOISE_STEPS, length - first)
        noise = gumbel_noise(dice, STREAMS, first, steps, len(sampler.vocab))
        for step, drawn in enumerate(noise, first):
            bits += _entropy(streams.logits, scale)
            # The sampler's own draw, argmax(logits / T + g), here beside the logits.
            scores = torch.addcmul(streams.logits, scale, drawn.repeat(len(temperatures), 1))
            chosen = scores.argmax(-1)
            ids[step] = chosen.numpy()
            streams.step(chosen)
            yield EffectProgress("writing", step + 1, length)
    return [sampler.vocab.decode(stream) for stream in ids.T.tolist()], (bits / length).tolist()


def _pieces(text: str, length: int) -> list[str]:
    """Pieces of a text that lie evenly over it, each behind the `_LEAD` characters before it."""
    count = min(PIECES, (len(text) - _LEAD) // length)
    if count < 1:
        return []
    starts = np.linspace(0, len(text) - _LEAD - length, count).astype(int)
    return [text[start : start + _LEAD + length] for start in starts.tolist()]


def _reading(sampler: Sampler, pieces: list[str], length: int) -> _Texts:
    """Pieces without what leads to them, and the mean entropy of each at T = 1."""
    if not pieces:
        return [], []
    ids = np.stack([sampler.vocab.encode(piece) for piece in pieces], axis=1).astype(np.int64)
    streams = sampler.start(" ", len(pieces))
    bits = np.zeros(len(pieces))
    for step, row in enumerate(torch.from_numpy(ids)):
        if step >= _LEAD:
            bits += _entropy(streams.logits, torch.tensor(1.0))
        streams.step(row)
        yield EffectProgress("reading", step + 1, len(ids))
    return [piece[_LEAD:] for piece in pieces], (bits / length).tolist()


def _entropy(logits: torch.Tensor, temperature: torch.Tensor) -> np.ndarray:
    """Bits of softmax(logits / T), one number a stream."""
    nats: np.ndarray = torch.special.entr(probabilities(logits, temperature)).sum(-1).numpy()
    return nats / math.log(2)


@dataclass(frozen=True)
class _Read:
    """One text, measured."""

    values: dict[str, float | None]
    repeated: str
    copied: str

    @classmethod
    def of(cls, text: str, entropy: float, training: TrainingText | None) -> _Read:
        repeated = longest_repeat(text)
        copied = training.longest_copy(text) if training else ""
        values = {
            "entropy": entropy,
            "words": training.known_words(text) if training else None,
            "distinct": distinct_share(text),
            "repeat": len(repeated),
            "copied": len(copied) if training else None,
        }
        return cls(values, repeated, copied)


def _measured(temperature: float | None, texts: Sequence[_Read], length: int) -> Measured:
    most = {"entropy": math.inf, "words": 1.0, "distinct": 1.0}
    estimates = {
        name: _estimate([text.values[name] for text in texts], most.get(name, length))
        for name in MEASURES
    }
    repeated = max((text.repeated for text in texts), key=len)
    copied = max((text.copied for text in texts), key=len)
    return Measured(temperature, len(texts), estimates, repeated, copied)


def _estimate(values: Sequence[float | None], most: float) -> Estimate | None:
    known = [value for value in values if value is not None]
    if len(known) < FEWEST:
        return None
    low, high = t_interval(known)
    return Estimate(fmean(known), (max(low, 0.0), min(high, most)))
