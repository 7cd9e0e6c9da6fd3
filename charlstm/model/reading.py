"""A given text, read by the model: how likely was each character, and why was one written?

The text is the model's own or anybody's; at each place the model has read all that stands before
it (teacher forcing) and nothing else. A score counts every id, UNK included, as
`charlstm.model.evaluate` does; a distribution that is drawn from never holds UNK, as
`charlstm.model.sampler` has it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from charlstm.errors import UserError
from charlstm.model.noise import check_dice, gumbel_noise
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import NO_TRUNCATION, Truncation

_SHOWN = 10  # characters that `why` names in each row


@dataclass(frozen=True)
class Reading:
    """What each character of a text cost.

    Attributes:
        text: that was read.
        bits: float64 (n,), the surprisal of each character given those before it; the first is
            NaN, since nothing stands before it.
        ranks: int32 (n,), 1 for a character that was the likeliest; the first is 0.
        total_bits: of all characters but the first.
        bpc: total_bits by n - 1, bits per character.
    """

    text: str
    bits: np.ndarray
    ranks: np.ndarray
    total_bits: float
    bpc: float


@dataclass(frozen=True)
class Choice:
    """A character that could follow.

    Attributes:
        probability: at the row's temperature, after truncation.
        score: logit / T + Gumbel noise, whose highest wins; NaN without dice and at T = 0, where
            the likeliest wins.
    """

    character: str
    probability: float
    score: float


@dataclass(frozen=True)
class WhyRow:
    """The choice at one temperature.

    Attributes:
        choices: the ten likeliest, likeliest first, and the winner where it is not among them; no
            character that can't be drawn.
        winner: the character that the dice choose; None without dice.
        entropy_bits: how open the choice was.
    """

    temperature: float
    choices: list[Choice]
    winner: str | None
    entropy_bits: float


@dataclass(frozen=True)
class Why:
    """Why a character stands where it does.

    Attributes:
        character: that stands there.
        bits: its surprisal at T = 1.
        rank: 1 if it was the likeliest.
        rows: the model's own distribution (T = 1, nothing cut), then one row a temperature.
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
        raise UserError(
            "There is nothing to score: the text has fewer than two characters.",
            "Give a longer text.",
        )
    ids = torch.from_numpy(sampler.vocab.encode(text).astype(np.int64))
    bits, ranks = np.full(len(text), math.nan), np.zeros(len(text), np.int32)
    for start, logits in _logits(sampler, text):
        after = slice(start + 1, start + 1 + len(logits))
        # Nothing is known of what follows the last character.
        bits[after], ranks[after] = _scores(logits[: len(ids[after])], ids[after])
    total = float(bits[1:].sum())
    return Reading(text, bits, ranks, total, total / (len(text) - 1))


def chances(sampler: Sampler, text: str, character: str, temperature: float = 1.0) -> np.ndarray:
    """How likely a character is right after each character of a text.

    Returns:
        float64 array of shape (len(text),).

    Raises:
        UserError: the model never writes the character, or the temperature is out of range.
    """
    if character not in sampler.vocab.characters:
        raise UserError(
            f"The model never writes {character!r}: its training text does not hold it.",
            "Choose another character.",
        )
    place = sampler.vocab.characters.index(character)
    found = np.empty(len(text))
    for start, logits in _logits(sampler, text):
        drawn = Sampler.distribution(_without_unk(sampler, logits), temperature)
        found[start : start + len(logits)] = drawn[:, place]
    return found


def likeliest(
    sampler: Sampler, text: str, temperature: float = 1.0, n: int = 10
) -> list[tuple[str, float]]:
    """The characters that may follow a text and their probabilities, likeliest first.

    Raises:
        UserError: the text is empty, or the temperature is out of range.
    """
    drawn = Sampler.distribution(sampler.start(text, 1).logits[0], temperature)
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
    """Take one choice apart: what could stand at a place of a text, and what chose it.

    Args:
        text: read up to ``place``; ``text[place]`` is what stands there.
        place: 1 to len(text) - 1.
        temperatures: one row each, besides the model's own.
        truncation: of those rows; the model's own has none.
        dice: of the sample that wrote the text (its number 0); None for a text that no dice wrote.
        step: with dice, the character's number in that sample: ``place`` less the length of the
            seed text.

    Raises:
        UserError: nothing stands before or at the place, or a number is out of its range.
    """
    if not 1 <= place < len(text):
        raise UserError(
            f"Place {place:,} of a text of {len(text):,} characters can't be explained.",
            "Choose a character that stands after another.",
        )
    noise = None
    if dice is not None:
        check_dice(dice)
        if step is None or step < 0:
            raise UserError(
                "This character belongs to the seed text: no dice chose it.",
                "Choose one that the model wrote.",
            )
        noise = gumbel_noise(dice, 1, step, 1, len(sampler.vocab))[0, 0]
    last = sampler.model.fc(sampler.after(text[:place])[0][-1])
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
    shown, winner = _most(drawn, _SHOWN), None
    if noise is not None:
        # As the sampler does it, and over T to tell it in the terms of softmax(logits / T).
        scores = logits.where(drawn > 0, -math.inf) + temperature * noise
        first = int(scores.argmax())
        winner = sampler.vocab.characters[first]
        shown += [first] if first not in shown else []
        scores = scores / temperature if temperature else torch.full_like(logits, math.nan)
    entropy = float(torch.special.entr(drawn.double()).sum()) / math.log(2)
    choices = [
        Choice(sampler.vocab.characters[i], float(drawn[i]), float(scores[i])) for i in shown
    ]
    return WhyRow(temperature, choices, winner, entropy)


def _most(probabilities: torch.Tensor, n: int) -> list[int]:
    """Ids of the n highest probabilities, highest first, without those at 0."""
    ids = probabilities.sort(descending=True, stable=True).indices[:n].tolist()
    return [i for i in ids if probabilities[i] > 0]


def _logits(sampler: Sampler, text: str) -> Iterator[tuple[int, torch.Tensor]]:
    """Number of a piece's first character, and the logits after each of its characters."""
    start = 0
    for output in sampler.read(text):
        yield start, sampler.model.fc(output)
        start += len(output)


def _without_unk(sampler: Sampler, logits: torch.Tensor) -> torch.Tensor:
    return logits.index_fill(-1, torch.tensor([sampler.vocab.unk_id]), -math.inf)


def _scores(logits: torch.Tensor, ids: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Bits and ranks of ids (n,) under logits (n, vocab)."""
    own = logits.gather(1, ids[:, None])
    nats = logits.double().logsumexp(1) - own[:, 0].double()
    return nats.numpy() / math.log(2), (logits > own).sum(1).int().numpy() + 1
