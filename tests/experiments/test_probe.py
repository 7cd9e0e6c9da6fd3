"""The probe against whole texts that are scanned afterwards, and on models with known behaviour."""

import json
from itertools import pairwise

import pytest
import torch

from charlstm.errors import UserError
from charlstm.experiments.intervals import newcombe_paired_interval, wilson_interval
from charlstm.experiments.open_curve import still_open
from charlstm.experiments.probe import CURVE_STREAMS, probe, probing
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.survival import incidence
from charlstm.experiments.verdict import verdict_on
from charlstm.model.lstm import CharLSTM
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import scan
from charlstm.text.vocabulary import Vocabulary

VOCAB = Vocabulary.from_text("abc ,()[]\n")


def sampler_with(likely: dict[str, float], memory: bool = False) -> Sampler:
    """A tiny model with these output biases; without memory its logits ignore the text."""
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
    """A model that writes brackets of both kinds and newlines, so that all three fates occur."""
    return sampler_with({"(": 0.3, ")": 0.9, "\n": -0.7, "[": -0.3}, memory=True)


def stray_distances(
    texts: list[str], seed_text: str, closing: str, across: bool
) -> list[int | None]:
    """Distances of the first stray of a kind in each text, or its first line, after the seed
    text."""
    result = []
    for text in texts:
        line = text if across else seed_text + text[len(seed_text) :].split("\n")[0]
        strays = (p for p in scan(line).strays if p >= len(seed_text) and line[p] == closing)
        first = next(strays, None)
        result.append(None if first is None else first + 1 - len(seed_text))
    return result


@pytest.mark.slow
@pytest.mark.parametrize("seed_text", ["a ( ", "(((", "a (b [c ", "[(])", "(a) ( b [] ", ")("])
@pytest.mark.parametrize("across", [False, True])
def test_fates_agree_with_whole_texts_scanned_afterwards(lively, seed_text, across):
    temperatures, samples, horizon, dice = [0.5, 1.0], 60, 30, 11
    asked = ProbeQuestion(seed_text, tuple(temperatures), samples, horizon, dice, across)
    result = probe(lively, asked)
    watched = scan(seed_text).unclosed[-1]
    closing = {"(": ")", "[": "]"}[seed_text[watched]]
    before, after = seed_text[:watched], seed_text[watched + 1 :]
    comma, pair = f"{before},{after}", f"{before}{seed_text[watched]} {closing}{after}"
    continued_texts, with_comma, with_pair = (
        lively.sample(text, temperatures, horizon, dice, samples)
        for text in (seed_text, comma, pair)
    )

    for row, (at, texts) in enumerate(zip(result.temperatures, continued_texts, strict=True)):
        expected = []
        for text in texts:
            newline = -1 if across else text.find("\n", len(seed_text))
            partner = dict(scan(text).pairs).get(watched)
            if partner is not None and (newline < 0 or partner < newline):
                fate, end, distance = "closed", partner + 1, partner + 1 - len(seed_text)
            elif newline >= 0:
                fate, end, distance = "line", newline + 1, None
            else:
                fate, end, distance = "horizon", len(text), None
            expected.append((text[:end], fate, distance, end - len(seed_text)))
        assert [(s.text, s.fate, s.distance, s.length) for s in at.samples] == expected
        assert at.n == samples
        assert at.closed == sum(fate == "closed" for _, fate, _, _ in expected)
        assert at.rate == at.closed / samples
        assert at.interval == wilson_interval(at.closed, samples)

        for control, text, continued, difference in (
            (at.control, comma, with_comma[row], at.difference),
            (at.pair, pair, with_pair[row], at.pair_difference),
        ):
            distances = stray_distances(continued, text, closing, across)
            assert control.seed_text == text
            assert control.distances == distances
            assert control.n == samples
            assert control.closed == samples - distances.count(None)
            assert control.rate == control.closed / samples
            assert control.interval == wilson_interval(control.closed, samples)
            events = [(s.distance is not None, d is not None)
                      for s, d in zip(at.samples, distances, strict=True)]  # fmt: skip
            table = [events.count(e) for e in ((1, 1), (1, 0), (0, 1), (0, 0))]
            assert [difference.both, difference.asked_only, difference.control_only] == table[:3]
            assert difference.rate == pytest.approx(at.rate - control.rate)
            assert difference.interval == newcombe_paired_interval(*table)


def test_what_else_a_result_holds(lively):
    result = probe(lively, ProbeQuestion("a ( ", (0.5, 0.0), 30, 20, 3))
    assert result.question == ProbeQuestion("a ( ", (0.5, 0.0), 30, 20, 3)
    drawn, greedy = result.temperatures
    assert drawn.incidence == incidence(drawn.samples, 20, 3)
    assert drawn.incidence.closed[20] == pytest.approx(drawn.rate)
    assert drawn.still_open == still_open(lively, "a ( ", 0.5, 30, 20, 3)
    assert greedy.still_open is None
    assert len({s.text for s in greedy.samples}) == 1
    assert result.verdict == verdict_on("a ( ", 20, result.temperatures)


def test_many_samples_have_a_curve_of_fewer_streams(lively):
    [result] = probe(lively, ProbeQuestion("a ( ", (1.0,), CURVE_STREAMS + 50, 5, 3)).temperatures
    assert result.still_open == still_open(lively, "a ( ", 1.0, CURVE_STREAMS, 5, 3)


def test_a_bracket_that_the_model_has_never_read_is_said(lively):
    result = probe(lively, ProbeQuestion("a { ", (1.0,), 20, 5, 3))
    assert result.verdict.doubts[0].startswith("The model has never read “{” and “}”")
    assert result.temperatures[0].closed == 0


def test_all_three_fates_occur(lively):
    fates = {
        s.fate
        for s in probe(lively, ProbeQuestion("a ( ", (1.0,), 60, 30, 11)).temperatures[0].samples
    }
    assert fates == {"closed", "line", "horizon"}


def test_same_dice_same_result(lively):
    first = probe(lively, ProbeQuestion("a ( ", (0.5, 1.0), 30, 20, 3))
    assert first == probe(lively, ProbeQuestion("a ( ", (0.5, 1.0), 30, 20, 3))
    assert first != probe(lively, ProbeQuestion("a ( ", (0.5, 1.0), 30, 20, 4))


def test_fewer_samples_are_the_first_of_more(lively):
    """A sample depends neither on the number of streams nor on the size of the steps."""
    many = probe(lively, ProbeQuestion("a ( ", (0.5, 1.0), 300, 20, 3)).temperatures[1]
    few = probe(lively, ProbeQuestion("a ( ", (1.0,), 7, 20, 3)).temperatures[0]
    assert many.samples[:7] == few.samples


def test_a_model_that_always_closes():
    result = probe(sampler_with({")": 80.0}), ProbeQuestion("a ( ", (0.2, 1.0), 50, 200, 1))
    for at in result.temperatures:
        assert (at.closed, at.rate) == (50, 1.0)
        assert all(s.distance == 1 and s.text == "a ( )" for s in at.samples)
        low, high = at.interval
        assert 0.92 < low < 0.95
        assert high == 1.0
        # It always writes ")", which only the controls reveal.
        assert at.control.closed == at.pair.closed == at.difference.both == 50
        assert at.difference.interval[0] < 0 < at.difference.interval[1]
        assert at.incidence.closed == [0.0] + [1.0] * 200
        assert at.incidence.median == 1
        assert at.still_open.open == [1.0] + [0.0] * 200
    assert result.verdict.sentence.startswith("These samples don’t show it: ")


def test_a_model_that_never_closes():
    never = sampler_with({")": -1e6, "\n": -1e6})
    result = probe(never, ProbeQuestion("a ( ", (1.0,), 50, 40, 1)).temperatures[0]
    assert {s.fate for s in result.samples} == {"horizon"}
    assert {len(s.text) for s in result.samples} == {44}
    assert result.rate == result.interval[0] == result.control.rate == 0.0
    assert 0.05 < result.interval[1] < 0.08
    assert result.difference.rate == result.pair.rate == 0.0
    assert set(result.incidence.closed) == {0.0}
    assert set(result.still_open.open) == {1.0}


def test_a_model_that_only_ends_paragraphs():
    result = probe(sampler_with({"\n": 80.0}), ProbeQuestion("( ", (1.0,), 5, 40, 1)).temperatures[
        0
    ]
    assert [(s.text, s.fate, s.distance) for s in result.samples] == [("( \n", "line", None)] * 5


def test_the_control_may_close_an_outer_bracket():
    """Three brackets, one of them replaced: two ")" close the others, and the third is a stray."""
    always = sampler_with({")": 80.0})
    assert probe(always, ProbeQuestion("(((", (1.0,), 4, 2, 1)).temperatures[0].control.closed == 0
    # The samples are decided by their first character; the controls are still drawn on.
    result = probe(always, ProbeQuestion("(((", (1.0,), 4, 3, 1)).temperatures[0]
    assert result.closed == 4
    assert result.control.closed == 4


def test_it_stops_when_every_stream_is_decided():
    reports = list(probing(sampler_with({")": 80.0}), ProbeQuestion("( ", (1.0,), 3, 2000, 1)))
    assert reports[-1].characters < 100
    assert reports[-1].decided == reports[-1].streams == 9
    assert [r.result is not None for r in reports] == [False] * (len(reports) - 1) + [True]


def test_progress_counts_up_to_the_result(lively):
    reports = list(probing(lively, ProbeQuestion("a ( ", (0.5, 1.0), 100, 50, 2)))
    assert len(reports) > 2
    for earlier, later in pairwise(reports):
        assert earlier.characters <= later.characters <= 50
        assert earlier.decided <= later.decided <= later.streams
        assert all(a <= b for a, b in zip(earlier.closed, later.closed, strict=True))
    last = reports[-1]
    assert last.closed == [t.closed for t in last.result.temperatures]
    assert last.strays == [t.control.closed for t in last.result.temperatures]


def test_five_thousand_deep(lively):
    result = probe(lively, ProbeQuestion("(" * 5000, (1.0,), 20, 10, 1)).temperatures[0]
    assert result.n == 20
    assert all(s.text.startswith("(" * 5000) for s in result.samples)


def test_the_result_is_json(lively):
    document = json.loads(json.dumps(probe(lively, ProbeQuestion("a ( ", (0.5,), 3, 9, 1)).plain()))
    assert document.keys() == {
        "temperatures", "unknown", "verdict",
        "seed_text", "samples", "horizon", "dice", "across_lines",
    }  # fmt: skip
    (result,) = document["temperatures"]
    assert result["samples"][0].keys() == {"text", "fate", "distance", "length"}
    assert result["control"].keys() == result["pair"].keys()
    assert result["difference"].keys() == result["pair_difference"].keys()
    assert len(result["incidence"]["closed"]) == len(result["still_open"]["open"]) == 10
    assert document["verdict"]["sentence"]
    assert len(result["interval"]) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"seed_text": ""}, "seed text is empty"),
        ({"seed_text": "no bracket"}, "no bracket open. Let"),
        ({"seed_text": "(closed)"}, "no bracket open: each is closed already"),
        ({"seed_text": ")"}, "no bracket open"),
        ({"samples": 0}, "0 samples"),
        ({"samples": 5001}, "5,001 samples"),
        ({"horizon": 0}, "horizon of 0"),
        ({"horizon": 2001}, "horizon of 2,001"),
        ({"temperatures": ()}, "No temperature"),
        ({"temperatures": (float("nan"),)}, "temperature of nan"),
        ({"temperatures": (0.5, 9.0)}, "temperature of 9"),
        ({"dice": -1}, "dice -1"),
    ],
)
def test_a_mistake_gets_a_sentence(lively, changed, sentence):
    arguments = {"seed_text": "( ", "temperatures": (1.0,), "samples": 2, "horizon": 5, "dice": 1}
    with pytest.raises(UserError, match=sentence):
        probe(lively, ProbeQuestion(**(arguments | changed)))
