"""The probe against texts drawn whole and scanned afterwards, and models that are no mystery."""

import doctest
import json
from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pytest
import torch

from charlstm import probe as probe_module
from charlstm.brackets import scan
from charlstm.errors import UserError
from charlstm.model import CharLSTM
from charlstm.probe import probe, probing, wilson_interval
from charlstm.sampler import Sampler
from charlstm.vocab import Vocabulary

VOCAB = Vocabulary.from_text("abc ,()[]\n")


def sampler_with(likely: dict[str, float], memory: bool = False) -> Sampler:
    """A tiny real model whose output bias says what it writes; without memory, nothing else."""
    torch.manual_seed(5)
    model = CharLSTM(len(VOCAB), embed_size=4, hidden_size=8, n_layers=1)
    with torch.no_grad():
        model.fc.bias.zero_()
        model.fc.weight.mul_(3.0 if memory else 0.0)
        for character, logit in likely.items():
            model.fc.bias[VOCAB.characters.index(character)] = logit
    return Sampler(model, VOCAB)


@pytest.fixture(scope="module")
def lively() -> Sampler:
    """Writes brackets of both kinds and newlines, so that all three fates occur."""
    return sampler_with({"(": 0.3, ")": 0.9, "\n": -0.7, "[": -0.3}, memory=True)


@pytest.mark.parametrize("seed_text", ["a ( ", "(((", "a (b [c ", "[(])", "(a) ( b [] ", ")("])
def test_fates_agree_with_whole_texts_scanned_afterwards(lively, seed_text):
    temperatures, samples, horizon, dice = [0.5, 1.0], 60, 30, 11
    result = probe(lively, seed_text, temperatures, samples, horizon, dice)
    watched = scan(seed_text).unclosed[-1]
    kind = {"(": ")", "[": "]"}[seed_text[watched]]
    without = seed_text[:watched] + "," + seed_text[watched + 1 :]
    asked = lively.sample(seed_text, temperatures, horizon, dice, samples)
    control = lively.sample(without, temperatures, horizon, dice, samples)

    for found, texts, control_texts in zip(result.temperatures, asked, control, strict=True):
        expected = []
        for text in texts:
            newline = text.find("\n", len(seed_text))
            partner = dict(scan(text).pairs).get(watched)
            if partner is not None and (newline < 0 or partner < newline):
                fate, end, distance = "closed", partner + 1, partner + 1 - len(seed_text)
            elif newline >= 0:
                fate, end, distance = "paragraph", newline + 1, None
            else:
                fate, end, distance = "horizon", len(text), None
            expected.append((text[:end], fate, distance))
        assert [(s.text, s.fate, s.distance) for s in found.samples] == expected
        assert found.n == samples
        assert found.closed == sum(fate == "closed" for _, fate, _ in expected)
        assert found.rate == found.closed / samples
        assert found.interval == wilson_interval(found.closed, samples)

        strays = 0
        for text in control_texts:
            paragraph = text[len(without) :].split("\n")[0]
            counted = scan(without + paragraph).strays
            strays += any(p >= len(without) and text[p] == kind for p in counted)
        assert found.control.seed_text == without
        assert found.control.closed == strays
        assert found.control.n == samples
        assert found.control.interval == wilson_interval(strays, samples)


def test_all_three_fates_occur(lively):
    fates = {s.fate for s in probe(lively, "a ( ", [1.0], 60, 30, 11).temperatures[0].samples}
    assert fates == {"closed", "paragraph", "horizon"}


def test_same_dice_same_result(lively):
    first = probe(lively, "a ( ", [0.5, 1.0], 30, 20, 3)
    assert first == probe(lively, "a ( ", [0.5, 1.0], 30, 20, 3)
    assert first != probe(lively, "a ( ", [0.5, 1.0], 30, 20, 4)


def test_fewer_samples_are_the_first_of_more(lively):
    """Neither how many streams there are nor how they are stepped changes a sample."""
    many = probe(lively, "a ( ", [0.5, 1.0], 300, 20, 3).temperatures[1]
    few = probe(lively, "a ( ", [1.0], 7, 20, 3).temperatures[0]
    assert many.samples[:7] == few.samples


def test_a_model_that_always_closes():
    result = probe(sampler_with({")": 80.0}), "a ( ", [0.2, 1.0], 50, 200, 1)
    for found in result.temperatures:
        assert (found.closed, found.rate) == (50, 1.0)
        assert all(s.distance == 1 and s.text == "a ( )" for s in found.samples)
        low, high = found.interval
        assert 0.92 < low < 0.95
        assert high == 1.0
        # It writes ")" whatever it has read, and only the control can tell.
        assert found.control.closed == 50


def test_a_model_that_never_closes():
    never = sampler_with({")": -1e6, "\n": -1e6})
    found = probe(never, "a ( ", [1.0], 50, 40, 1).temperatures[0]
    assert {s.fate for s in found.samples} == {"horizon"}
    assert {len(s.text) for s in found.samples} == {44}
    assert found.rate == found.interval[0] == found.control.rate == 0.0
    assert 0.05 < found.interval[1] < 0.08


def test_a_model_that_only_ends_paragraphs():
    found = probe(sampler_with({"\n": 80.0}), "( ", [1.0], 5, 40, 1).temperatures[0]
    assert [(s.text, s.fate, s.distance) for s in found.samples] == [
        ("( \n", "paragraph", None)
    ] * 5


def test_the_control_may_close_an_outer_bracket():
    """Three open, one replaced: two ")" have something to close, the third is the stray."""
    always = sampler_with({")": 80.0})
    assert probe(always, "(((", [1.0], 4, 2, 1).temperatures[0].control.closed == 0
    # The samples are decided by their first character; the controls go on by themselves.
    found = probe(always, "(((", [1.0], 4, 3, 1).temperatures[0]
    assert found.closed == 4
    assert found.control.closed == 4


def test_it_stops_when_every_stream_is_decided():
    reports = list(probing(sampler_with({")": 80.0}), "( ", [1.0], 3, 2000, 1))
    assert reports[-1].characters < 100
    assert reports[-1].decided == reports[-1].streams == 6
    assert [r.result is not None for r in reports] == [False] * (len(reports) - 1) + [True]


def test_progress_counts_up_to_the_result(lively):
    reports = list(probing(lively, "a ( ", [0.5, 1.0], 100, 50, 2))
    assert len(reports) > 2
    for earlier, later in pairwise(reports):
        assert earlier.characters <= later.characters <= 50
        assert earlier.decided <= later.decided <= later.streams
        assert all(a <= b for a, b in zip(earlier.closed, later.closed, strict=True))
    last = reports[-1]
    assert last.closed == [t.closed for t in last.result.temperatures]
    assert last.strays == [t.control.closed for t in last.result.temperatures]


def test_five_thousand_deep(lively):
    found = probe(lively, "(" * 5000, [1.0], 20, 10, 1).temperatures[0]
    assert found.n == 20
    assert all(s.text.startswith("(" * 5000) for s in found.samples)


def test_the_result_is_json(lively):
    document = json.loads(json.dumps(asdict(probe(lively, "a ( ", [0.5], 3, 9, 1))))
    (found,) = document["temperatures"]
    assert set(found) == {
        "temperature", "n", "closed", "rate", "interval", "samples", "control",
    }  # fmt: skip
    assert set(found["samples"][0]) == {"text", "fate", "distance"}
    assert len(found["interval"]) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"seed_text": ""}, "seed text is empty"),
        ({"seed_text": "no bracket"}, "no bracket open"),
        ({"seed_text": "(closed)"}, "no bracket open"),
        ({"seed_text": ")"}, "no bracket open"),
        ({"samples": 0}, "0 samples"),
        ({"samples": 5001}, "5,001 samples"),
        ({"horizon": 0}, "horizon of 0"),
        ({"horizon": 2001}, "horizon of 2,001"),
        ({"temperatures": []}, "No temperature"),
        ({"temperatures": [float("nan")]}, "temperature of nan"),
        ({"temperatures": [0.5, 9.0]}, "temperature of 9"),
        ({"dice": -1}, "dice -1"),
    ],
)
def test_a_mistake_gets_a_sentence(lively, changed, sentence):
    asked = {"seed_text": "( ", "temperatures": [1.0], "samples": 2, "horizon": 5, "dice": 1}
    with pytest.raises(UserError, match=sentence):
        probe(lively, **(asked | changed))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(successes, n, low, high):
    assert wilson_interval(successes, n) == pytest.approx((low, high), abs=5e-5)
    mirrored = wilson_interval(n - successes, n)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=5e-5)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("n", [20, 200])
def test_wilson_covers_as_often_as_it_says(n, confidence):
    dice = np.random.default_rng(17)
    intervals = np.array([wilson_interval(k, n, confidence) for k in range(n + 1)])
    true_rates = dice.uniform(0, 1, 200_000)
    low, high = intervals[dice.binomial(n, true_rates)].T
    assert np.mean((low <= true_rates) & (true_rates <= high)) == pytest.approx(
        confidence, abs=0.015
    )


def test_wilson_widens_with_confidence_and_stays_within_0_and_1():
    for k in range(11):
        low, high = wilson_interval(k, 10)
        wider = wilson_interval(k, 10, 0.99)
        assert 0 <= wider[0] <= low <= k / 10 <= high <= wider[1] <= 1


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_wilson_refuses_what_is_no_rate(successes, n):
    with pytest.raises(ValueError, match="not a rate"):
        wilson_interval(successes, n)


def test_docstrings_tell_the_truth():
    assert doctest.testmod(probe_module).failed == 0
