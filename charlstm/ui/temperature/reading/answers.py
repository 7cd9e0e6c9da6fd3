"""The scores of a text's characters and the explanation of one, as the browser gets them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from charlstm.model.reading import Reading, Why, WhyRow
from charlstm.ui.components.words import character_name


@dataclass(frozen=True)
class Scores:
    """Bits and rank of each character of a text; None and 0 for the first.

    Attributes:
        bits: surprisal of each character.
        ranks: 1 for a character that was the likeliest.
        total: sum of the bits.
        mean: bits per character.
    """

    bits: list[float | None]
    ranks: list[int]
    total: float
    mean: float


@dataclass(frozen=True)
class WhyGroup:
    """A distribution: its ten likeliest characters, then the drawn one if it is not among them.

    Attributes:
        entropy: in bits.
        winner: name of the character that the dice draw; None without dice.
        names, chances: name and probability of each character.
        behind: how far the score (logit / T + noise) of each is below the highest; None without
            a score.
    """

    temperature: float
    entropy: float
    winner: str | None
    names: list[str]
    chances: list[float]
    behind: list[float | None]


@dataclass(frozen=True)
class WhyAnswer:
    """The answer to a `WhyQuestion`.

    Attributes:
        name, bits, rank: of the character; the first of a text has bits None and rank 0, because
            the model predicts only what follows another character.
        groups: the model's own distribution (T = 1, not truncated), then one for each column.
    """

    name: str
    bits: float | None
    rank: int
    groups: list[WhyGroup]


def scores_shown(reading: Reading) -> Scores:
    """A reading, rounded, for the browser."""
    return Scores(
        bits=[_finite(bits, 3) for bits in reading.bits.tolist()],
        ranks=reading.ranks.tolist(),
        total=round(reading.total_bits, 3),
        mean=round(reading.bpc, 4),
    )


def reasons_shown(explained: Why) -> WhyAnswer:
    """An explanation, rounded, for the browser."""
    own, *columns = explained.rows
    likeliest = sorted(own.choices, key=lambda choice: -choice.probability)[:10]
    model = WhyGroup(
        temperature=own.temperature,
        entropy=round(own.entropy_bits, 3),
        winner=None,
        names=[character_name(choice.character) for choice in likeliest],
        chances=[round(choice.probability, 6) for choice in likeliest],
        behind=[None] * len(likeliest),
    )
    groups = [model, *map(_column_shown, columns)]
    return WhyAnswer(
        character_name(explained.character), round(explained.bits, 3), explained.rank, groups
    )


def _column_shown(row: WhyRow) -> WhyGroup:
    best = max(choice.score for choice in row.choices)
    return WhyGroup(
        temperature=row.temperature,
        entropy=round(row.entropy_bits, 3),
        winner=None if row.winner is None else character_name(row.winner),
        names=[character_name(choice.character) for choice in row.choices],
        chances=[round(choice.probability, 6) for choice in row.choices],
        behind=[_finite(best - choice.score, 3) for choice in row.choices],
    )


def _finite(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None
