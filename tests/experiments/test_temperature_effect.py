"""The effect of temperature, against measures computed by other means."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.experiments.intervals import t_interval
from charlstm.experiments.temperature_effect import (
    MEASURES,
    PIECES,
    STREAMS,
    distinct_share,
    measuring,
)
from charlstm.model.lstm import CharLSTM
from charlstm.model.sampler import Sampler
from charlstm.text.corpus import load_corpus
from charlstm.text.suffix_array import TrainingText
from tests.fixtures.small import LETTERS, small_model

TEMPERATURES = (0.2, 1.0, 2.0)
SEED = "The cab "


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler(small_model(2), LETTERS)


def measured(*arguments, **named):
    reports = list(measuring(*arguments, **named))
    assert [report.result for report in reports[:-1]] == [None] * (len(reports) - 1)
    return reports[-1].result


def entropy_of(model: CharLSTM, text: str, start: int, temperature: float) -> float:
    """Mean entropy in bits of the distributions of the characters from ``start`` on."""
    ids = torch.from_numpy(LETTERS.encode(text).astype(np.int64))[None]
    with torch.no_grad():
        logits = model(ids)[0].reshape(len(text), -1).double()
    logits[:, LETTERS.unk_id] = -math.inf
    entropies = []
    for row in logits[start - 1 : -1]:
        p = torch.softmax(row / temperature, 0)
        entropies.append(-sum(x * math.log2(x) for x in p.tolist() if x > 0))
    return float(np.mean(entropies))


def test_it_measures_the_samplers_own_texts(sampler, text):
    corpus = load_corpus(text)
    training = TrainingText.of(corpus)
    result = measured(sampler, SEED, TEMPERATURES, training, None, 7, 60)
    texts = sampler.sample(SEED, TEMPERATURES, 60, 7, STREAMS)
    model = small_model(2)
    for group, temperature, samples in zip(result.temperatures, TEMPERATURES, texts, strict=True):
        written = [sample[len(SEED) :] for sample in samples]
        assert (group.temperature, group.texts) == (temperature, STREAMS)
        expected = {
            "entropy": [entropy_of(model, s, len(SEED), temperature) for s in samples],
            "words": [training.known_words(t) for t in written],
            "distinct": [distinct_share(t) for t in written],
            "copied": [len(training.longest_copy(t)) for t in written],
            "repeat": [
                max(n for n in range(60) if any(t[i : i + n] in t[i + 1 :] for i in range(60 - n)))
                for t in written
            ],
        }
        assert group.estimates.keys() == expected.keys() == set(MEASURES)
        for name, values in expected.items():
            estimate = group.estimates[name]
            assert estimate.mean == pytest.approx(np.mean(values), abs=2e-4)
            low, high = t_interval(values)
            most = 1 if name in ("words", "distinct") else high
            expected_interval = (max(low, 0), min(high, most))
            assert estimate.interval == pytest.approx(expected_interval, abs=2e-4)
        assert len(group.repeated) == max(expected["repeat"])
        assert any(group.repeated in t for t in written)
        assert len(group.copied) == max(expected["copied"])
        assert group.copied in training.text
    assert result.validation is None


def test_without_a_training_text_the_others_still_run(sampler):
    result = measured(sampler, SEED, (0.0, 1.0), None, "the bed ( cab ) . " * 100, 3, 40)
    for group in [*result.temperatures, result.validation]:
        assert [n for n in MEASURES if group.estimates[n] is None] == ["words", "copied"]
        assert group.copied == ""
    greedy = result.temperatures[0].estimates
    assert greedy["entropy"].mean == 0
    assert greedy["distinct"].interval == (greedy["distinct"].mean,) * 2  # 16 times the same text


def test_the_validation_text_is_cut_into_pieces_and_read(sampler):
    dice = random.Random(5)
    text = "".join(dice.choices("abcdefgh ()\n.,TheNxyz", k=1000))
    result = measured(sampler, SEED, (1.0,), None, text, 3, 50)
    own = result.validation
    assert (own.temperature, own.texts) == (None, (1000 - 100) // 50)
    starts = [int(start) for start in np.linspace(0, 1000 - 150, own.texts)]
    pieces = [text[start + 100 : start + 150] for start in starts]
    assert own.estimates["distinct"].mean == pytest.approx(np.mean([*map(distinct_share, pieces)]))
    model = small_model(2)
    read = [entropy_of(model, " " + text[s : s + 150], 101, 1.0) for s in starts]
    assert own.estimates["entropy"].mean == pytest.approx(np.mean(read), abs=2e-4)


@pytest.mark.parametrize(
    ("characters", "pieces"), [(0, 0), (100 + 6 * 20 - 1, 0), (220, 6), (5000, PIECES)]
)
def test_a_short_validation_text_has_fewer_pieces_or_none(sampler, characters, pieces):
    own = measured(sampler, SEED, (1.0,), None, "a" * characters, 3, 20).validation
    assert (own.texts if own else 0) == pieces


def test_it_tells_how_far_it_has_come(sampler):
    reports = list(measuring(sampler, SEED, (1.0,), None, "bed cab " * 50, 3, 30))
    doing = [report.doing for report in reports]
    assert sorted(set(doing), key=doing.index) == ["writing", "reading", "comparing"]
    for kind in ("writing", "reading", "comparing"):
        done = [(report.done, report.of) for report in reports if report.doing == kind]
        assert [d for d, _ in done] == sorted(d for d, _ in done)
        assert done[-1][0] == done[-1][1]


def test_an_empty_seed_text_gets_a_sentence(sampler):
    with pytest.raises(UserError, match="The seed text is empty"):
        next(measuring(sampler, "", (1.0,), None, None, 3))


def test_distinct_runs_of_four():
    assert distinct_share("abcdefgh") == 1
    assert distinct_share("a" * 103) == 1 / 100
    assert distinct_share("abcabcabc") == 3 / 6
    assert distinct_share("") == distinct_share("aaa") == distinct_share("aaaa") == 1
