"""A probe's CSV table, JSON document and figure against its result."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import asdict, replace

import numpy as np
import pytest

from charlstm.experiments.baselines import Baseline, RealIncidence
from charlstm.experiments.battery import Battery, Seed, probing_battery
from charlstm.experiments.probe import probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.export.figure import HOT, picture
from charlstm.export.palette import light
from charlstm.export.probe_figure import plot_probe
from charlstm.export.probe_report import (
    COLUMNS,
    ProbeReport,
    probe_csv,
    probe_json,
    read_probe_json,
)
from charlstm.model.sampler import Sampler
from tests.fixtures.small import LETTERS, small_model

SEED_TEXT = 'The "($x$_\n, '  # quotes, a newline and a formula must be kept
NGRAM = Baseline(
    "A 7-gram model.", 40, 10, 0.25, (0.1, 0.4), 4, 0.1, (0.0, 0.2), [k / 120 for k in range(31)]
)
REAL = RealIncidence("The 9 brackets of a text.", 9, 1, [k / 40 for k in range(31)], 20)


@pytest.fixture(scope="module")
def report() -> ProbeReport:
    sampler = Sampler(small_model(), LETTERS)
    result = probe(sampler, ProbeQuestion(SEED_TEXT, (0.0, 0.5, 1.0, 1.5), 25, 30, 3))
    battery = Battery("one", "One of them.", [Seed("a ( ", 7, 3, 1, "(")] * 2)
    *_, last = probing_battery(sampler, battery, 0.5, 5, 9, 3)
    return ProbeReport("small, or not", "0123456789", result, NGRAM, REAL, [last.result])


@pytest.fixture(scope="module")
def figure(report):
    return plot_probe(report.result, NGRAM, REAL)


def test_the_table_has_a_row_a_sample(report):
    rows = list(csv.DictReader(io.StringIO(probe_csv(report), newline="")))
    assert tuple(rows[0]) == COLUMNS
    expected = [
        (at.temperature, number, sample)
        for at in report.result.temperatures
        for number, sample in enumerate(at.samples, 1)
    ]
    assert len(rows) == len(expected) == 100
    for row, (temperature, number, sample) in zip(rows, expected, strict=True):
        assert (float(row["temperature"]), int(row["sample"])) == (temperature, number)
        assert row["seed_text"] + row["written"] == sample.text
        assert row["fate"] == sample.fate
        assert row["distance"] == ("" if sample.distance is None else str(sample.distance))
        assert int(row["length"]) == sample.length == len(row["written"])
        cells = (row["checkpoint"], row["fingerprint"], row["horizon"], row["dice"])
        assert cells == ("small, or not", "0123456789", "30", "3")


def test_the_document_has_everything(report):
    document = json.loads(probe_json(report))
    as_json = json.loads(json.dumps(report.result.plain()))
    assert {name: document.pop(name) for name in as_json} == as_json
    assert document == {
        "checkpoint": "small, or not",
        "fingerprint": "0123456789",
        "ngram": json.loads(json.dumps(asdict(NGRAM))),
        "real": asdict(REAL),
        "missing": "",
        "batteries": json.loads(json.dumps([asdict(b) for b in report.batteries])),
    }
    assert as_json["verdict"]["sentence"]
    bare = json.loads(probe_json(ProbeReport("a", "b", report.result)))
    assert (bare["ngram"], bare["real"], bare["batteries"]) == (None, None, [])


def lines(axes):
    return {line.get_label(): line.get_xydata().T for line in axes.get_lines()}


def test_the_document_is_read_again(report):
    assert read_probe_json(probe_json(report)) == report
    strange = probe_json(report).replace('"closed": ', '"closed": "x", "other": ', 1)
    with pytest.raises(ValueError, match="closed"):
        read_probe_json(strange)


def test_the_curves_are_the_result(report, figure):
    rates, *panels = figure.axes
    for axes, at in zip(panels, report.result.temperatures, strict=True):
        drawn = lines(axes)
        for name, values in (
            ("closed", at.incidence.closed),
            ("line ended first", at.incidence.line),
            ("the real text closed", REAL.closed),
        ):
            x, y = drawn.pop(name)
            np.testing.assert_array_equal(x, range(31))
            np.testing.assert_allclose(y, values)
        if at.still_open is not None:
            np.testing.assert_allclose(drawn.pop("still open, weighted")[1], at.still_open.open)
        assert not drawn
    marks = [line.get_xdata() for line in rates.get_lines()]
    expected = []
    for at in report.result.temperatures:
        for rate in (at, at.control, at.pair):
            expected += [list(rate.interval), [rate.rate]]
    expected += [[0.1, 0.4], [0.25], [0.0, 0.2], [0.1]]
    assert [np.ravel(mark).tolist() for mark in marks] == expected


def test_a_whole_temperature_has_its_own_colour():
    result = probe(Sampler(small_model(), LETTERS), ProbeQuestion(SEED_TEXT, (0.2, 1, 2), 5, 9, 3))
    _, *panels = plot_probe(result).axes
    assert [panel.get_lines()[0].get_color() for panel in panels] == [light("t-cold"), HOT, HOT]


def test_the_svg_tells_the_counts_and_the_seed_text(report, figure):
    data = picture(figure, "svg")
    texts = ["".join(e.itertext()) for e in ET.fromstring(data).iter() if e.tag.endswith("}text")]
    assert "Closed the bracket within 30 characters" in texts
    assert 'after “The "($x$_ , ”' in texts
    for at in report.result.temperatures:
        assert f"{at.closed} of 25, unmatched {at.control.closed} and {at.pair.closed}" in texts
        assert texts.count(f"T {at.temperature:g}") == 2
    assert "10 of 40, unmatched 4" in texts


def test_without_anything_beside_it_a_png_is_drawn_too(report):
    one = replace(report.result, temperatures=report.result.temperatures[:1])
    assert picture(plot_probe(one), "svg") == picture(plot_probe(one), "svg")
    data = picture(plot_probe(one), "png")
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20]) == 1600  # 8 inches at 200 dots
    labels = lines(plot_probe(one).axes[1])
    assert "the real text closed" not in labels
    assert "still open, weighted" not in labels  # there is no such curve at T 0
