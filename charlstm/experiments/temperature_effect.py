"""The effect of temperature: measures of a model's texts at several temperatures, and of its
validation text.

At each temperature `STREAMS` texts continue the same seed text with the same dice, all of them
streams of one batch, and each is measured by itself. An interval is Student's t over those texts:
it holds for this model and this seed text, with other dice. Pieces of the validation text of the
same length are measured in the same way, while the model reads them.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
import torch

from charlstm.experiments.intervals import FEWEST, Estimate, t_interval
from charlstm.model.choosers import Draws, GivenText
from charlstm.model.jobs import GROUP_ROWS
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
"""Measures of one text: "entropy", the mean entropy of its characters' distributions (bits per
character); "words", the share of its words that occur in the training text; "distinct", the share
of its 4-grams that are distinct; "repeat", the length of the longest string that occurs in it
twice; "copied", the length of the longest string that also occurs in the training text."""

_LEAD = 100  # characters that the model reads before a piece, so as not to start from zeros
_GRAM = 4
_ROUND = 5  # characters between two reports of progress


@dataclass(frozen=True)
class Measured:
    """The measures of the texts at one temperature, or of the validation text.

    Attributes:
        temperature: sampling temperature; None for the validation text, read at T = 1.
        texts: number of texts, or of pieces of the validation text.
        estimates: by the names in `MEASURES`, each with a `t_interval` clipped to possible values;
            None if the measure needs the training text and there is none, or if fewer than 6 texts
            have a word.
        repeated, copied: the longest strings over all texts that "repeat" and "copied" measure.
    """

    temperature: float | None
    texts: int
    estimates: dict[str, Estimate | None]
    repeated: str
    copied: str


@dataclass(frozen=True)
class EffectResult:
    """The whole result; `dataclasses.asdict` makes it JSON.

    Attributes:
        seed_text, dice: arguments of `measuring`.
        length: characters of each text.
        temperatures: one a temperature, in the order of the argument.
        validation: None without a validation text, or with one of fewer than 6 pieces.
    """

    seed_text: str
    dice: int
    length: int
    temperatures: list[Measured]
    validation: Measured | None


@dataclass(frozen=True)
class EffectProgress:
    """The progress of `measuring`.

    Attributes:
        doing: "writing" (counted in characters of each text), "reading" (the validation text, in
            characters of each piece and its lead) or "comparing" (in texts).
        done, of: the amount done, and in all.
        result: in the last report; None before.
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
    """Measure the effect of temperature, step by step; closing the generator stops it.

    Args:
        sampler: of the model.
        seed_text: the text to continue.
        temperatures: each 0 to `limits.MAX_TEMPERATURE`.
        training: the model's training text; None to leave its measures out.
        validation: a text that the model was not trained on; None to leave it out.
        dice: 0 to `noise.MAX_DICE`. Text number n is `Sampler.sample`'s sample number n.
        length: characters of each text, at most `suffix_array.LONGEST`.

    Yields:
        progress many times a second, the last time with the result.

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
    measured = [
        _measured(temperature, read[number * STREAMS :][:STREAMS], length)
        for number, temperature in enumerate(temperatures)
    ]
    own = read[len(texts) :]
    beside = _measured(None, own, length) if len(own) >= FEWEST else None
    result = EffectResult(seed_text, dice, length, measured, beside)
    yield EffectProgress("comparing", of, of, result)


def distinct_share(text: str) -> float:
    """The share of a text's 4-grams that are distinct; 1 if none occurs twice, or there is none."""
    runs = [text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)]
    return len(set(runs)) / len(runs) if runs else 1.0


_Texts = Generator[EffectProgress, None, tuple[list[str], list[float]]]


def _writing(
    sampler: Sampler, seed_text: str, temperatures: Sequence[float], dice: int, length: int
) -> _Texts:
    """Draw `STREAMS` texts a temperature; returns them and the mean entropy of each in bits per
    character."""
    groups = sampler.draws(
        _EntropyOfDraws, [seed_text], temperatures, range(STREAMS), dice, ahead=_ROUND
    )
    ids = np.empty((length, len(temperatures), STREAMS), np.int64)
    for first in range(0, length, _ROUND):
        steps = slice(first, min(first + _ROUND, length))
        sampler.advance(groups, steps.stop - first)
        for group in groups:
            ids[steps, group.chooser.branches, group.chooser.numbers] = group.written
        yield EffectProgress("writing", steps.stop, length)
    bits = np.empty(ids.shape[1:])
    for group in groups:
        bits[group.chooser.branches, group.chooser.numbers] = group.chooser.bits / length
    texts = ids.reshape(length, -1).T.tolist()
    return [sampler.vocab.decode(text) for text in texts], bits.reshape(-1).tolist()


def _pieces(text: str, length: int) -> list[str]:
    """Evenly spaced pieces of a text, each preceded by its `_LEAD` characters of context."""
    count = min(PIECES, (len(text) - _LEAD) // length)
    if count < 1:
        return []
    starts = np.linspace(0, len(text) - _LEAD - length, count).astype(int)
    return [text[start : start + _LEAD + length] for start in starts.tolist()]


def _reading(sampler: Sampler, pieces: list[str], length: int) -> _Texts:
    """Read pieces; returns them without their leads, and the mean entropy of each at T = 1 in bits
    per character."""
    if not pieces:
        return [], []
    ids = np.stack([sampler.vocab.encode(piece) for piece in pieces], axis=1).astype(np.int64)
    groups = [
        sampler.group([" "], len(some.T), _EntropyOfText(some))
        for some in np.array_split(ids, -(-len(pieces) // GROUP_ROWS), axis=1)
    ]
    for first in range(0, len(ids), _ROUND):
        steps = min(_ROUND, len(ids) - first)
        sampler.advance(groups, steps)
        yield EffectProgress("reading", first + steps, len(ids))
    bits = np.concatenate([group.chooser.bits for group in groups]) / length
    return [piece[_LEAD:] for piece in pieces], bits.tolist()


class _EntropyOfDraws(Draws):
    """Draws, and sums up the entropy of each stream's distributions in ``bits``."""

    def __init__(self, *draws: Any) -> None:
        super().__init__(*draws)
        self.bits = np.zeros(len(self.numbers))

    def choose(self, logits: torch.Tensor) -> np.ndarray:
        self.bits += _entropy(logits, self.scale)
        return super().choose(logits)


class _EntropyOfText(GivenText):
    """Reads pieces, and sums up the entropy at T = 1 after their leads in ``bits``."""

    def __init__(self, ids: np.ndarray) -> None:
        super().__init__(ids)
        self.bits = np.zeros(ids.shape[1])
        self._read = 0

    def choose(self, logits: torch.Tensor) -> np.ndarray:
        if self._read >= _LEAD:
            self.bits += _entropy(logits, torch.tensor(1.0))
        self._read += 1
        return super().choose(logits)


def _entropy(logits: torch.Tensor, temperature: torch.Tensor) -> np.ndarray:
    """The entropy of softmax(logits / T) in bits, for each stream."""
    nats: np.ndarray = torch.special.entr(probabilities(logits, temperature)).sum(-1).numpy()
    return nats / math.log(2)


@dataclass(frozen=True)
class _Read:
    """The measures of one text."""

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
