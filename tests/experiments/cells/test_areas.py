"""Areas against a count of all pairs, and nulls."""

from __future__ import annotations

import numpy as np
import pytest

from charlstm.experiments.cells.areas import areas, centred_ranks, moved
from charlstm.experiments.cells.linear_probe import control_labels, probed_area


def area_of_pairs(values, inside):
    """The share of pairs in which the one inside is higher, ties one half."""
    above = values[inside][:, None] - values[~inside][None]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


@pytest.mark.parametrize("digits", [0, 1, 6])  # many ties, some, none
def test_areas_are_those_of_all_pairs(digits):
    rng = np.random.default_rng(digits)
    values = np.round(rng.normal(size=(300, 5)), digits).astype(np.float32)
    inside = rng.random((4, 300)) < np.array([0.1, 0.5, 0.9, 0.02])[:, None]
    found = areas(centred_ranks(values.copy()), inside)
    for row, label in enumerate(inside):
        for column in range(5):
            expected = area_of_pairs(values[:, column], label)
            assert found[row, column] == pytest.approx(expected, abs=1e-6)


def test_a_label_of_one_kind_has_no_area():
    ranks = centred_ranks(np.arange(6, dtype=np.float32)[:, None])
    assert areas(ranks, np.array([[True] * 6, [False] * 6])).tolist() == [[0.5], [0.5]]


def test_moved_labels_keep_the_spans_of_each_piece():
    pieces = np.array([0] * 50 + [2] * 30)
    inside = np.zeros(80, bool)
    inside[10:15] = inside[60:62] = True
    found = moved(inside, pieces, 20, seed=1)
    assert (found[:, :50].sum(1) == 5).all()
    assert (found[:, 50:].sum(1) == 2).all()
    circular = found[:, :50] & ~np.roll(found[:, :50], 1, axis=1)
    assert (circular.sum(1) == 1).all()  # one span still
    assert len({row.tobytes() for row in found}) > 15


def test_a_probe_learns_a_line_and_not_noise():
    rng = np.random.default_rng(0)
    given, other = (rng.normal(size=(n, 4)).astype(np.float32) for n in (400, 300))
    along = np.array([1.0, -2.0, 0.0, 0.5])
    assert probed_area(given, given @ along > 0.5, other, other @ along > 0.5) > 0.99
    noise = rng.random(400) < 0.5
    assert abs(probed_area(given, noise, other, rng.random(300) < 0.5) - 0.5) < 0.1
    assert probed_area(given, np.ones(400, bool), other, rng.random(300) < 0.5) == 0.5


def test_the_control_task_labels_beginnings_of_words():
    text = "a cab a cab ab\nab a cab"
    found = control_labels(text, np.arange(len(text)), 0.5)
    starts = [i for i, c in enumerate(text) if c == "c"]
    for step in range(3):
        assert len({bool(found[start + step]) for start in starts}) == 1
    words = " ".join(f"w{number}" for number in range(3000))
    ends = np.array([i for i in range(len(words) - 1) if words[i + 1] == " "])
    share = control_labels(words, ends, 0.2).mean()
    assert 0.15 < share < 0.25
