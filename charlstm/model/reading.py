"""Score a text with the model: each character's probability, and why one was drawn.

The text may be the model's own or any other. Each character is scored after all characters before
it (teacher forcing). Scores are over all ids, UNK included, as in `charlstm.model.evaluate`;
distributions to draw from leave UNK out, as in `charlstm.model.sampler`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from charlstm.errors import user_error
from charlstm.model.noise import check_dice, gumbel_noise
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import NO_TRUNCATION, Truncation

_SHOWN = 10  # characters that `why` lists in each row


@dataclass(frozen=True)
class Reading:
    """The surprisal of each character of a text.

    Attributes:
        text: the text, n characters.
        bits: float64 (n,), the surprisal of each character given those before it; the first is
            NaN, since no character comes before it.
        ranks: int32 (n,), 1 if the character was the likeliest; the first is 0.
        total_bits: the sum of all but the first.
        bpc: total_bits / (n - 1), bits per character.
    """

    text: str
    bits: np.ndarray
    ranks: np.ndarray
    total_bits: float
    bpc: float


@dataclass(frozen=True)
class Choice:
    """A character that could come next.

    Attributes:
        probability: at the row's temperature, after truncation.
        score: logit / T + Gumbel noise; the highest score wins. NaN without dice, and at T = 0,
            where the likeliest character wins.
    """

    character: str
    probability: float
    score: float


@dataclass(frozen=True)
class WhyRow:
    """The choice at one temperature.

    Attributes:
        choices: the ten likeliest characters, likeliest first, then the winner if it is not among
            them; without characters of probability 0.
        winner: the character that the dice choose; None without dice.
        entropy_bits: the entropy of the distribution.
    """

    temperature: float
    choices: list[Choice]
    winner: str | None
    entropy_bits: float


@dataclass(frozen=True)
class Why:
    """Why a text has the character that it has at one position.

    Attributes:
        character: the character at that position.
        bits: its surprisal at T = 1.
        rank: 1 if it was the likeliest.
        rows: the model's own distribution (T = 1, no truncation), then one row a temperature.
    """

    character: str
    bits: float
    rank: int
    rows: list[WhyRow]


def read(sampler: Sampler, text: str) -> Reading:
    """Score every character of a text but its first.

    Raises:
        UserError: the text has fewer than two characters.
    """
    if len(text) < 2:
        raise user_error("model.too_short")
    ids = torch.from_numpy(sampler.vocab.encode(text).astype(np.int64))
    bits, ranks = np.full(len(text), math.nan), np.zeros(len(text), np.int32)
    for start, logits in _logits(sampler, text):
        after = slice(start + 1, start + 1 + len(logits))
        # The logits after the last character score nothing.
        bits[after], ranks[after] = _scores(logits[: len(ids[after])], ids[after])
    total = float(bits[1:].sum())
    return Reading(text, bits, ranks, total, total / (len(text) - 1))


def chances(sampler: Sampler, text: str, character: str, temperature: float = 1.0) -> np.ndarray:
    """The probability of one character right after each character of a text.

    Args:
        character: one of the vocabulary.
        temperature: 0 to `MAX_TEMPERATURE`.

    Returns:
        float64 array of shape (len(text),).

    Raises:
        UserError: the model never writes the character, or the temperature is out of range.
    """
    if character not in sampler.vocab.characters:
        raise user_error("model.never_written", character=repr(character))
    character_id = sampler.vocab.characters.index(character)
    likely = np.empty(len(text))
    for start, logits in _logits(sampler, text):
        drawn = Sampler.distribution(_without_unk(sampler, logits), temperature)
        likely[start : start + len(logits)] = drawn[:, character_id]
    return likely


def likeliest(
    sampler: Sampler, text: str, temperature: float = 1.0, n: int = 10
) -> list[tuple[str, float]]:
    """The n likeliest next characters after a text and their probabilities, likeliest first.

    Raises:
        UserError: the text is empty, or the temperature is out of range.
    """
    drawn = Sampler.distribution(sampler.logits(text), temperature)
    return [(sampler.vocab.characters[i], float(drawn[i])) for i in _most(drawn, n)]


def why(
    sampler: Sampler,
    text: str,
    place: int,
    temperatures: Sequence[float],
    truncation: Truncation = NO_TRUNCATION,
    dice: int | None = None,
    step: int | None = None,
) -> Why:
    """Explain the choice of one character: which ones were possible, and which one the dice chose.

    Args:
        text: ``text[place]`` is explained, after ``text[:place]``.
        place: position in the text, 1 to len(text) - 1.
        temperatures: one row each, besides the model's own.
        truncation: applied in those rows, not in the model's own.
        dice: those of the sample that wrote the text (sample number 0); None for a text that was
            not sampled.
        step: with dice, the character's number in that sample: ``place`` minus the length of the
            seed text.

    Raises:
        UserError: ``place`` is out of range, the character is one of the seed text, or a number is
            out of its range.
    """
    if not 1 <= place < len(text):
        raise user_error("model.no_place", place=place, n=len(text))
    noise = None
    if dice is not None:
        check_dice(dice)
        if step is None or step < 0:
            raise user_error("model.of_seed_text")
        noise = gumbel_noise(dice, 1, step, 1, len(sampler.vocab))[0, 0]
    last = sampler.model.fc(sampler.texts.after(text[:place])[0][-1])
    own = torch.from_numpy(sampler.vocab.encode(text[place]).astype(np.int64))
    bits, ranks = _scores(last, own)
    open_to = _without_unk(sampler, last)[0]
    rows = [(1.0, NO_TRUNCATION), *((float(t), truncation) for t in temperatures)]
    return Why(
        text[place],
        float(bits[0]),
        int(ranks[0]),
        [_row(sampler, open_to, t, rules, noise) for t, rules in rows],
    )


def _row(
    sampler: Sampler,
    logits: torch.Tensor,
    temperature: float,
    truncation: Truncation,
    noise: torch.Tensor | None,
) -> WhyRow:
    drawn = Sampler.distribution(logits, temperature, truncation)
    scores = torch.full_like(logits, math.nan)
    listed, winner = _most(drawn, _SHOWN), None
    if noise is not None:
        # Choose as the sampler does, by logits + T g; then divide by T to report logits / T + g.
        scores = logits.where(drawn > 0, -math.inf) + temperature * noise
        first = int(scores.argmax())
        winner = sampler.vocab.characters[first]
        listed += [first] if first not in listed else []
        scores = scores / temperature if temperature else torch.full_like(logits, math.nan)
    entropy = float(torch.special.entr(drawn.double()).sum()) / math.log(2)
    choices = [
        Choice(sampler.vocab.characters[i], float(drawn[i]), float(scores[i])) for i in listed
    ]
    return WhyRow(temperature, choices, winner, entropy)


def _most(probabilities: torch.Tensor, n: int) -> list[int]:
    """Ids of the n highest probabilities, highest first, without those of probability 0."""
    ids = probabilities.sort(descending=True, stable=True).indices[:n].tolist()
    return [i for i in ids if probabilities[i] > 0]


def _logits(sampler: Sampler, text: str) -> Iterator[tuple[int, torch.Tensor]]:
    """For each piece of a text, its start and the logits after each of its characters."""
    start = 0
    for output in sampler.texts.read(text):
        yield start, sampler.model.fc(output)
        start += len(output)


def _without_unk(sampler: Sampler, logits: torch.Tensor) -> torch.Tensor:
    return logits.index_fill(-1, torch.tensor([sampler.vocab.unk_id]), -math.inf)


def _scores(logits: torch.Tensor, ids: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Surprisal in bits, and rank, of ids (n,) under logits (n, vocab)."""
    own = logits.gather(1, ids[:, None])
    nats = logits.double().logsumexp(1) - own[:, 0].double()
    return nats.numpy() / math.log(2), (logits > own).sum(1).int().numpy() + 1
