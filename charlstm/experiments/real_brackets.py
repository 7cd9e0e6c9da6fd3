"""The brackets of a real text, each with the distance to the one that closes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from charlstm.text.brackets import OPENING, PAIRS, scan
from charlstm.text.corpus import Corpus
from charlstm.text.vocabulary import Vocabulary

Counts = dict[str, int]
"""Distance in characters (a string, as in JSON) -> number of samples or brackets with it."""


@dataclass(frozen=True)
class RealBracket:
    """An opening bracket of a text, paired within its row: a line, or the whole text.

    Attributes:
        position: its index in the text.
        kind: the bracket, such as "(".
        depth: brackets open at it, itself included.
        distance: characters from it to the bracket that closes it; None if there is none.
        row: characters from it to the end of its row.
    """

    position: int
    kind: str
    depth: int
    distance: int | None
    row: int


def real_brackets(
    ids: np.ndarray, vocab: Vocabulary, across_lines: bool = False
) -> list[RealBracket]:
    """Every opening bracket of a text, in order.

    Args:
        ids: the text, of shape (characters,).
        vocab: the vocabulary of the ids.
        across_lines: whether the whole text counts as one row.
    """
    # Scan only brackets and newlines, which are few, in Python.
    marks = np.array([c == "\n" or c in PAIRS or c in OPENING for c in vocab.characters] + [False])
    positions = np.append(np.flatnonzero(marks[ids]), len(ids))
    text = vocab.decode(ids[positions[:-1]].tolist())
    brackets = []
    start = 0
    for row in [text] if across_lines else text.split("\n"):
        end = start + len(row)
        scanned = scan(row)
        partner = dict(scanned.pairs)
        for i in sorted([*partner, *scanned.unclosed]):
            position = int(positions[start + i])
            closing = partner.get(i)
            distance = None if closing is None else int(positions[start + closing]) - position
            to_end = int(positions[end]) - position
            brackets.append(RealBracket(position, row[i], scanned.depth[i], distance, to_end))
        start = end + 1
    return brackets


def real_counts(corpus: Corpus, across_lines: bool = False) -> dict[str, dict[str, Counts]]:
    """Counts of a validation text's brackets by kind: "closed" by distance; "never", those that
    are not closed in their row, by the characters left in the row."""
    brackets = real_brackets(corpus.validation, corpus.vocab, across_lines)
    return {
        kind: {
            "closed": counts_of(b.distance for b in brackets if b.kind == kind),
            "never": counts_of(b.row for b in brackets if b.kind == kind and b.distance is None),
        }
        for kind in sorted({b.kind for b in brackets})
    }


def counts_of(distances: Iterable[int | None]) -> Counts:
    """Counts of some distances, the shortest first; None is no distance."""
    counted = Counter(distance for distance in distances if distance is not None)
    return {str(distance): times for distance, times in sorted(counted.items())}
