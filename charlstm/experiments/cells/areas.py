"""Areas under the ROC curve of many units and many labels at once, and their null.

The area is the chance that a unit is higher at a character inside than at one outside, ties
counted as one half (Mann-Whitney's U over the number of pairs). With mid-ranks it is linear in the
label, so all units, targets and permutations are one matrix product.
"""

from __future__ import annotations

import numpy as np


def centred_ranks(values: np.ndarray) -> np.ndarray:
    """The mid-rank of each value in its column, less the mean rank.

    Args:
        values: float32 of shape (n, columns); overwritten.

    Returns:
        the same array, with the ranks.
    """
    n = len(values)
    for column in range(values.shape[1]):
        own = np.ascontiguousarray(values[:, column])
        order = np.argsort(own)
        ordered = own[order]
        first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        counts = np.diff(np.append(first, n))
        own[order] = np.repeat(first + (counts - n) / 2, counts)
        values[:, column] = own
    return values


def areas(ranks: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The area of each column for each labelling.

    Args:
        ranks: of `centred_ranks`, float32 of shape (n, columns).
        inside: bool of shape (labellings, n).

    Returns:
        float64 of shape (labellings, columns); 0.5 where all characters have the same label.
    """
    positive = inside.sum(1, dtype=np.float64)[:, None]
    pairs = positive * (inside.shape[1] - positive)
    above = inside.astype(np.float32) @ ranks
    # Rounded sums of ranks may put it beyond 0 and 1, by less than a millionth.
    found: np.ndarray = np.clip(0.5 + above / np.maximum(pairs, 1), 0, 1)
    return found


def moved(inside: np.ndarray, pieces: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Labels that have nothing to do with the text, but the same spans: those of each piece of
    text, moved around in a circle by a random number of characters, a tenth of it or more.

    Args:
        inside: bool of shape (n,).
        pieces: int of shape (n,), ascending: the piece of each character.
        draws: how many such labellings.
        seed: of the random numbers.

    Returns:
        bool of shape (draws, n).
    """
    random = np.random.default_rng(seed)
    found = np.empty((draws, len(inside)), bool)
    for part in np.split(np.arange(len(inside)), np.flatnonzero(np.diff(pieces)) + 1):
        least = len(part) // 10
        for draw, shift in enumerate(random.integers(least, len(part) - least + 1, draws)):
            found[draw, part] = np.roll(inside[part], shift)
    return found
