"""The command ``cells``, what it writes, and ``sample --hold``."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, replace

import pytest

from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.cli.cells import in_words
from charlstm.errors import UserError
from charlstm.experiments.cells.experiment import CellsQuestion, finding_cells
from charlstm.experiments.cells.rates import Sampling
from charlstm.experiments.cells.report import CellsReport
from charlstm.experiments.cells.source import Source
from charlstm.experiments.cells.writing import written_on
from charlstm.export.cells_figure import plot_cells
from charlstm.export.cells_report import COLUMNS
from charlstm.export.figure import picture
from charlstm.model.hold import Unit
from charlstm.model.sampler import Sampler
from charlstm.text.corpus import load_corpus
from charlstm.text.spec import CorpusSpec
from tests.fixtures.bracket_flags import LETTERS, bracket_corpus, flag_model

ARGUMENTS = ("--texts", 6, "--samples", 2, "--horizon", 20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A checkpoint and its text, of which the last tenth is read."""
    folder = tmp_path_factory.mktemp("cells")
    text = folder / "own.txt"
    text.write_text(LETTERS.decode(bracket_corpus(200_000).train.tolist()))
    save_checkpoint(folder / "flags", flag_model(), LETTERS, "# flags")
    (folder / "flags" / "train.json").write_text(json.dumps({"corpus": str(text)}))
    return folder / "flags"


@pytest.fixture(scope="module")
def expected(folder):
    source = Source.of(load_corpus(CorpusSpec.parse(str(folder.parent / "own.txt"))), LETTERS)
    question = CellsQuestion(sampling=Sampling(6, 2, horizon=20))
    for progress in finding_cells(Sampler(flag_model(), LETTERS), source, question):
        result = progress.result
    return result


@pytest.mark.slow
def test_cells_is_the_experiment(folder, expected, run, tmp_path):
    files = [tmp_path / f"units.{kind}" for kind in ("json", "csv", "svg", "png")]
    status, out, error = run("cells", folder, *ARGUMENTS, "--json", "--out", *files)
    assert (status, error) == (0, "")
    document = json.loads(out)
    assert document == json.loads(files[0].read_text())
    report = CellsReport.load(files[0])
    assert report.result.verdict.sentence == expected.verdict.sentence
    assert report.checkpoint == "flags"
    assert report.depth is None
    assert asdict(report.result.finding.units[0]) == pytest.approx(
        asdict(expected.finding.units[0]), abs=1e-6
    )
    assert report.result.rates == replace(report.result.rates, texts=6)

    with files[1].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    kinds = [row["kind"] for row in rows]
    assert (kinds.count("area"), kinds.count("random")) == (16, 99)
    [best] = [row for row in rows if row["kind"] == "best"]
    assert best["units"] == "1:3"
    assert float(best["necessity"]) == expected.effects.best.necessity.mean
    assert b"which units remember" in files[2].read_bytes()
    assert files[3].read_bytes().startswith(b"\x89PNG")

    words = in_words(report)
    assert words.startswith(expected.verdict.sentence)
    assert all(doubt in words for doubt in expected.verdict.doubts)
    assert "  1:3 c: 1.000 (high inside)" in words
    assert "open, units held at their control values: 0.000" in words


def test_a_target_that_the_text_does_not_hold_is_refused(folder, run):
    status, _, error = run("cells", folder, "--target", "capital")
    assert status == 2
    assert "has no capitalized words in one half" in error


@pytest.mark.slow
def test_the_figure_of_areas_alone_has_one_panel(expected):
    alone = replace(expected, effects=None, rates=None, cost=None)
    drawn = picture(plot_cells(CellsReport("flags", "0123456789", alone)), "svg").decode()
    assert drawn.count("Tells inside from outside") == 1
    assert "Share of the gap" not in drawn


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--out", "units.txt"), "Give --out a name that ends in"),
        (("--target", "x"), "invalid choice"),
        (("--dice", -1), "out of range"),
        (("--texts", 0), "out of range"),
        (("--temperature", 9), "out of range"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(folder, run, arguments, words):
    status, _, error = run("cells", folder, *arguments)
    assert status == 2
    assert words in error


@pytest.mark.slow
def test_a_report_that_is_damaged_is_refused(expected, tmp_path):
    report = CellsReport("flags", "0123456789", expected)
    path = tmp_path / "cells.json"
    report.save(path)
    good = path.read_text()
    assert CellsReport.load(path).result.verdict == expected.verdict
    for bad in (
        good[:-5],
        good.replace('"n": 99', '"n": "99"'),
        good.replace('"draws": 99', '"draws": NaN'),
        good.replace('"n": 99', '"n": -1'),
        "[" * 100_000,
        good + " " * 1_000_000,
    ):
        assert bad != good
        path.write_text(bad)
        with pytest.raises(UserError, match="can't be read"):
            CellsReport.load(path)


def test_a_sample_with_a_hold(folder, run):
    seed = "ab cab ad ( bad "
    base = ("sample", folder, "--seed-text", seed, "--temperature", 0.5, "--length", 60, "--json")
    free = json.loads(run(*base)[1])
    held = json.loads(run(*base, "--hold", "1:3=comma")[1])
    assert ")" in free["samples"][0]["text"][len(seed) :]
    assert ")" not in held["samples"][0]["text"][len(seed) :]
    assert held["held"] == {"1:3": pytest.approx(0, abs=1e-6)}
    # What the page writes with the same hold.
    page = written_on(
        Sampler(flag_model(), LETTERS), seed, [Unit(1, 3)], temperature=0.5, length=60, dice=7
    )
    assert [free["samples"][0]["text"], held["samples"][0]["text"]] == [
        seed + page.free,
        seed + page.held,
    ]
    status, _, error = run(*base, "--hold", "2:3=comma")
    assert status == 2
    assert "no unit 2:3" in error
