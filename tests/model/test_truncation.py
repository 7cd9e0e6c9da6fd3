from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from charlstm.errors import UserError
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation
from tests.fixtures.small import LETTERS, small_model


def by_sorting(logits, temperature, top_k, top_p, min_p):
    """The oracle: one distribution in plain Python, one rule after another on a sorted list."""
    best = max(logits)
    weights = [math.exp((logit - best) / temperature) for logit in logits]
    left = sorted(((w / sum(weights), -i) for i, w in enumerate(weights)), reverse=True)
    if top_k:
        left = left[:top_k]
    if top_p < 1:
        total, reached, smallest = sum(p for p, _ in left), 0.0, []
        for p, i in left:
            if reached >= top_p * total:
                break
            smallest.append((p, i))
            reached += p
        left = smallest
    left = [(p, i) for p, i in left if p >= min_p * left[0][0]]
    kept = [0.0] * len(logits)
    for p, i in left:
        kept[-i] = p / sum(p for p, _ in left)
    return kept


@given(
    # Tenths, so that equal values occur; the next test covers sums that equal top_p exactly.
    logits=st.lists(st.integers(-60, 60).map(lambda n: n / 10), min_size=1, max_size=12),
    temperature=st.sampled_from([0.3, 1.0, 2.5]),
    top_k=st.integers(0, 14),
    top_p=st.sampled_from([1e-9, 0.137, 0.5003, 0.9001, 0.99907, 1.0]),
    min_p=st.sampled_from([0.0, 0.01003, 0.2007, 0.9001, 1.0]),
)
def test_what_sorting_keeps(logits, temperature, top_k, top_p, min_p):
    drawn = Sampler.distribution(
        torch.tensor(logits), temperature, Truncation(top_k, top_p, min_p)
    ).tolist()
    expected = by_sorting(torch.tensor(logits).tolist(), temperature, top_k, top_p, min_p)
    assert [p > 0 for p in drawn] == [p > 0 for p in expected]
    assert drawn == pytest.approx(expected, abs=1e-6)


def test_the_rules_by_hand():
    p = torch.tensor([[0.1, 0.4, 0.3, 0.2], [0.25, 0.25, 0.25, 0.25]])

    def kept(**rules):
        return (Truncation(**rules).applied(p) > 0).int().tolist()

    assert kept() == [[1, 1, 1, 1], [1, 1, 1, 1]]
    assert kept(top_k=2) == [[0, 1, 1, 0], [1, 1, 0, 0]]
    assert kept(top_p=0.5) == [[0, 1, 1, 0], [1, 1, 0, 0]]
    assert kept(min_p=0.6) == [[0, 1, 1, 0], [1, 1, 1, 1]]
    # 0.4 of the three that top_k leaves is 0.444, short of 0.5; of 0.4 / 0.7 it is more.
    assert kept(top_k=3, top_p=0.5) == [[0, 1, 1, 0], [1, 1, 0, 0]]
    assert kept(top_k=2, top_p=0.5) == [[0, 1, 0, 0], [1, 0, 0, 0]]
    assert kept(top_k=1, top_p=1e-12, min_p=1.0) == [[0, 1, 0, 0], [1, 0, 0, 0]]


def test_at_temperature_0_all_is_on_the_likeliest():
    logits = torch.tensor([[1.0, 3.0, 2.0], [5.0, -math.inf, 4.999]])
    for temperature in (0.0, 1e-300, 1e-40):
        drawn = Sampler.distribution(logits, temperature)
        assert drawn.tolist() == [[0, 1, 0], [1, 0, 0]]
    assert Sampler.distribution(logits, 0.0, Truncation(2, 0.9, 0.1)).tolist() == drawn.tolist()


def test_what_is_written_is_what_the_rules_leave():
    sampler, truncation = Sampler(small_model(), LETTERS), Truncation(top_k=4, top_p=0.9)
    first = sampler.start("The ", 1).logits
    for temperature, row in zip(
        (0.5, 2.0),
        next(sampler.stream("The ", [0.5, 2.0], 1, 3, samples=4_000, truncation=truncation))[0],
        strict=True,
    ):
        chances = sampler.distribution(first, temperature, truncation)[0].double()
        counts = torch.bincount(torch.from_numpy(row), minlength=len(LETTERS))
        assert set(counts.nonzero().flatten().tolist()) == set(chances.nonzero().flatten().tolist())
        spread = (4_000 * chances * (1 - chances)).sqrt()
        assert ((counts - 4_000 * chances).abs() <= 5 * spread).all()


def test_few_to_choose_from_and_greedy():
    sampler = Sampler(small_model(), LETTERS)
    [[greedy]] = sampler.sample("ab", [0.0], 80, 1)
    only = (Truncation(top_k=1), Truncation(top_p=1e-9), Truncation(min_p=1.0))
    assert [sampler.sample("ab", [1.5], 80, 1, truncation=t) for t in only] == [[[greedy]]] * 3
    assert sampler.sample("ab", [0.0], 80, 1, truncation=Truncation(3, 0.5, 0.1)) == [[greedy]]
    free = sampler.sample("ab", [1.5], 80, 1)
    assert free != [[greedy]]
    assert sampler.sample("ab", [1.5], 80, 1, truncation=Truncation(top_k=500)) == free


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"top_k": -1}, "top-k of -1 is out of range"),
        ({"top_k": 2.5}, "top-k of 2.5"),
        ({"top_k": math.nan}, "top-k of nan"),
        ({"top_p": 0}, "top-p of 0 is out of range"),
        ({"top_p": 1.01}, "top-p of 1.01"),
        ({"top_p": math.nan}, "top-p of nan"),
        ({"min_p": 2}, "min-p of 2 is out of range"),
        ({"min_p": -0.1}, "min-p of -0.1"),
        ({"min_p": math.nan}, "min-p of nan"),
    ],
)
def test_a_rule_out_of_range_gets_a_sentence(rules, sentence):
    with pytest.raises(UserError, match=sentence):
        Truncation(**rules)
