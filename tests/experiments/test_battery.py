"""Batteries against their source texts, against the probe, and on simulated seed texts."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from charlstm.errors import UserError
from charlstm.experiments.battery import SEEDS, Battery, Seed, battery, probing_battery
from charlstm.experiments.probe import probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Target, scan, spaced
from charlstm.text.corpus import load_corpus
from charlstm.text.spec import BRACKETS, WIKITEXT2, CorpusSpec
from tests.fixtures.small import LETTERS, small_model


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler(small_model(), LETTERS)


def small_battery(*texts: str) -> Battery:
    seeds = [Seed(text, None, None, len(scan(text).unclosed), "(") for text in texts]
    return Battery("three", "Three of them.", seeds)


def whole(spec):
    corpus = load_corpus(spec)
    return corpus, corpus.vocab.decode(corpus.validation.tolist())


def check_against(text: str, seeds: list[Seed]) -> None:
    """Check the seeds' positions and distances against the validation text."""
    for seed in seeds:
        target = Target(seed.text)
        start = seed.position - target.position
        assert text[start : start + len(seed.text)] == seed.text
        assert text[seed.position] == seed.kind == seed.text[target.position]
        assert seed.depth == len(scan(seed.text).unclosed)
        closed_at = next(n for n, c in enumerate(text[start + len(seed.text) :], 1)
                         if target.feed(c))  # fmt: skip
        assert seed.distance == closed_at
        assert "\n" not in seed.text
        assert not scan(seed.text).strays
        assert start == 0 or text[start - 1].isspace()
        assert seed.text.endswith(" ")
    assert len({seed.text for seed in seeds}) == len(seeds) == SEEDS


def test_seed_texts_stand_in_the_validation_text():
    corpus, text = whole(BRACKETS)
    result = battery(corpus)
    assert result.name == "validation text"
    assert corpus.description in result.source
    check_against(text, result.seeds)
    assert battery(corpus) == result
    positions = [seed.position for seed in result.seeds]
    assert positions == sorted(positions)
    assert positions[0] < len(text) / 10 < len(text) * 9 / 10 < positions[-1]
    assert len({seed.depth for seed in result.seeds}) >= 2
    before = [Target(seed.text).position for seed in result.seeds]
    for low, high in [(0, 40), (40, 120), (120, 300), (300, 600)]:
        assert sum(low < n <= high for n in before) >= 5
    inside = sum(len(s.text) > Target(s.text).position + 2 for s in result.seeds)
    assert 5 <= inside <= 20


@pytest.mark.slow
def test_wikitext_has_other_brackets_and_deeper_ones_too(wikitext, monkeypatch):
    monkeypatch.setenv("CHARLSTM_WIKITEXT", str(wikitext))
    corpus, text = whole(WIKITEXT2)
    seeds = battery(corpus).seeds
    check_against(text, seeds)
    assert Counter(seed.kind for seed in seeds) == {"(": 34, "[": 6}
    assert Counter(seed.depth for seed in seeds) == {1: 32, 2: 8}


def test_where_there_is_no_text_the_projects_own_stand_in_and_say_so(tmp_path):
    own = battery(None)
    assert own.name == "written for this project"
    assert "not at hand" in own.source
    assert len({seed.text for seed in own.seeds}) == len(own.seeds) == SEEDS
    for seed in own.seeds:
        assert (seed.position, seed.distance) == (None, None)
        assert seed.depth == len(scan(seed.text).unclosed)
        assert not scan(seed.text).strays
        assert seed.text == spaced(seed.text)  # WikiText's spelling
        assert seed.text.endswith(" ")
    assert {seed.kind for seed in own.seeds} == {"(", "["}
    assert {seed.depth for seed in own.seeds} == {1, 2, 3}
    lengths = sorted(len(seed.text) for seed in own.seeds)
    assert lengths[0] < 20 < 300 < lengths[-1]

    path = tmp_path / "few.txt"
    path.write_text("a ( b ) \n" * 200)
    few = battery(load_corpus(CorpusSpec.parse(str(path))))
    assert few.seeds == own.seeds
    assert "too few brackets" in few.source


def test_each_row_is_the_probe_of_its_seed_text(sampler):
    *reports, last = probing_battery(
        sampler, small_battery("a ( ", "The (a (", "( b ) c (de "), 1.0, 30, 25, 9
    )
    result = last.result
    for number, row in enumerate(result.rows):
        assert row.dice == 9 + number
        [probed] = probe(
            sampler, ProbeQuestion(row.seed.text, (1.0,), 30, 25, row.dice)
        ).temperatures
        assert (row.n, row.closed, row.rate) == (30, probed.closed, probed.rate)
        assert (row.strays, row.control) == (probed.control.closed, probed.control.rate)
    assert 0 < sum(row.closed for row in result.rows) < 90
    rates, controls = ([getattr(row, name) for row in result.rows] for name in ("rate", "control"))
    assert result.rate == pytest.approx(np.mean(rates))
    assert result.control == pytest.approx(np.mean(controls))
    assert result.difference == pytest.approx(result.rate - result.control)
    for mean, (low, high) in (
        (result.rate, result.rate_interval),
        (result.control, result.control_interval),
        (result.difference, result.difference_interval),
    ):
        assert low <= mean <= high
    assert (result.temperature, result.samples, result.horizon, result.dice) == (1.0, 30, 25, 9)
    assert (result.name, result.source) == ("three", "Three of them.")
    assert all(report.result is None for report in reports)


def test_progress_grows_and_closing_the_generator_stops_it(sampler):
    question = (sampler, small_battery("a ( ", "b ( ", "c ( "), 0.5, 5, 60, 1)
    reports = list(probing_battery(*question))
    for earlier, later in pairwise(reports):
        assert earlier.share <= later.share <= 1
        assert later.rows[: len(earlier.rows)] == earlier.rows
    assert reports[-1].share == 1
    assert len(reports[-1].rows) == 3
    stopped = probing_battery(*question)
    assert next(stopped).result is None
    stopped.close()
    assert list(stopped) == []


def test_dice_come_round_at_their_end(sampler):
    *_, last = probing_battery(sampler, small_battery("a ( ", "b ( "), 0.5, 2, 9, 2**63 - 1)
    assert [row.dice for row in last.result.rows] == [2**63 - 1, 0]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"temperature": 9.0}, "temperature of 9"),
        ({"samples": 0}, "0 samples"),
        ({"samples": 5001}, "5,001 samples"),
        ({"horizon": 0}, "horizon of 0"),
        ({"horizon": 2001}, "horizon of 2,001"),
        ({"dice": -1}, "dice -1"),
    ],
)
def test_a_mistake_gets_a_sentence(sampler, changed, sentence):
    arguments = {"temperature": 1.0, "samples": 2, "horizon": 5, "dice": 1} | changed
    with pytest.raises(UserError, match=sentence):
        next(probing_battery(sampler, small_battery("( "), **arguments))
