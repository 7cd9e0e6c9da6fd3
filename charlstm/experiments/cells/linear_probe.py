"""A linear probe on all units, and its control task (Hewitt and Liang 2019).

A probe of hundreds of units may read what the model never computed, because it has learnt the
training labels by heart. The control task measures that: each beginning of a word (what has been
read since the last space) has a label of its own, drawn once at random, which only memory can tell.

Source: J. Hewitt and P. Liang, "Designing and Interpreting Probes with Control Tasks", EMNLP 2019.
"""

from __future__ import annotations

import zlib

import numpy as np
import torch

from charlstm.experiments.cells.areas import areas, centred_ranks

_PENALTY = 1e-3  # of the squared weights of standardized units, beside the mean loss
_STEPS = 40  # of L-BFGS
_LONGEST = 40  # characters of a beginning of a word that count


def control_labels(text: str, places: np.ndarray, rate: float) -> np.ndarray:
    """The control task's labels of some characters.

    Args:
        text: the text.
        places: int of shape (n,): the characters' positions.
        rate: share of the beginnings of words that are labelled True.

    Returns:
        bool of shape (n,).
    """
    found = np.empty(len(places), bool)
    for number, place in enumerate(places.tolist()):
        read = text[max(0, place + 1 - _LONGEST) : place + 1]
        beginning = read[max(read.rfind(" ", 0, -1), read.rfind("\n", 0, -1)) + 1 :]
        found[number] = zlib.crc32(beginning.encode("utf-8", "replace")) < rate * 2**32
    return found


def probed_area(
    train: np.ndarray, inside: np.ndarray, test: np.ndarray, truth: np.ndarray
) -> float:
    """Fit a logistic regression on some characters; its area under the ROC curve on others.

    Args:
        train, test: float32 of shape (characters, units).
        inside, truth: bool of shape (characters,): their labels.

    Returns:
        0.5 if all labels of either part are the same.
    """
    if len({*inside.tolist()}) < 2 or len({*truth.tolist()}) < 2:
        return 0.5
    given = torch.from_numpy(train)
    mean, spread = given.mean(0), given.std(0).clamp(min=1e-6)
    given = (given - mean) / spread
    wanted = torch.from_numpy(inside.astype(np.float32))
    weights = torch.zeros(given.shape[1] + 1, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = given @ weights[:-1] + weights[-1]
        found = torch.nn.functional.binary_cross_entropy_with_logits(scores, wanted)
        found = found + _PENALTY * weights[:-1].square().sum()
        found.backward()
        return found

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        scores = ((torch.from_numpy(test) - mean) / spread) @ weights[:-1]
    [[area]] = areas(centred_ranks(scores.numpy()[:, None].copy()), truth[None])
    return float(area)
