"""Loss figures of real runs: the elements of an SVG, and the size of a PNG."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import shutil
import threading
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from charlstm.checkpoints.files import HISTORY
from charlstm.errors import UserError
from charlstm.export.curves import run_labels
from charlstm.export.figure import picture
from charlstm.export.loss_figure import plot_runs
from charlstm.language import speaking
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import BRACKETS, WIKITEXT2
from charlstm.training.config import PRESETS
from tests.fixtures.run_history import history

STEPS = (14, 9)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two short finished runs on the bracket language; one name looks like a formula."""
    below = tmp_path_factory.mktemp("runs")
    for name, steps in zip(("a $x_1$ & <b>", "second"), STEPS, strict=True):
        config = dataclasses.replace(PRESETS["quick"], hidden_size=8, steps=steps, seconds=None)
        settings = RunSettings(BRACKETS, "quick", config)
        for _ in run(below / name, settings, threading.Event()):
            pass
    return [below / "a $x_1$ & <b>", below / "second"]


def lines(figure):
    """(x, y) of every line of data in a figure."""
    return [line.get_xydata() for line in figure.axes[0].get_lines()]


def records(folder, kind):
    return [record for record in history(folder) if record["kind"] == kind]


def test_a_figure_is_in_english_whoever_asks_for_it(runs):
    named = runs[0].parent / "20261124-231105-quick-brackets-0aa1"
    shutil.copytree(runs[0], named)
    with speaking("de"):
        labels = run_labels([(named.name, "")])
        drawn = picture(plot_runs([named, runs[1]]), "svg").decode()
    assert labels == ["24. Nov. 23:11 quick"]
    assert ">24 Nov 23:11 quick" in drawn


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["nats", "bits"])
@pytest.mark.parametrize("by", ["step", "characters", "seconds"])
def test_points_lines_and_rings_are_the_history(runs, unit, by):
    figure = plot_runs(runs[:1], unit, by)
    dots, means, rings, floor = lines(figure)
    per = math.log(2) if unit == "bits" else 1
    steps, [whole] = records(runs[0], "step"), records(runs[0], "validation")
    assert dots[:, 0].tolist() == [r[by] for r in steps]
    np.testing.assert_allclose(dots[:, 1] * per, [r["loss"] for r in steps])
    # At step n, the mean of the last ceil(n / 5) steps while there are few.
    expected = [np.mean([r["loss"] for r in steps[: i + 1]][-math.ceil((i + 1) / 5) :])
                for i in range(len(steps))]  # fmt: skip
    np.testing.assert_allclose(means[:, 1] * per, expected)
    position = whole["seconds"] if by == "seconds" else steps[-1][by]
    np.testing.assert_allclose(rings, [[position, whole["nats"] / per]])
    np.testing.assert_allclose(floor[:, 1] * per, RunSettings.load(runs[0]).floor)


def test_the_svg_holds_a_mark_a_point_and_the_names(runs):
    data = picture(plot_runs(runs), "svg")
    assert data == picture(plot_runs(runs), "svg")  # no dates or random ids
    root = ET.fromstring(data)
    marks = [e for e in root.iter() if e.tag.endswith("}use")]
    assert len(marks) >= STEPS[0] + 2  # the first run's steps, and a ring for each run
    texts = ["".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("}text")]
    assert "Loss, bits per character" in texts
    assert any(t.startswith("a $x_1$ & <b>") for t in texts)
    assert any(t.startswith("second") for t in texts)
    assert any(t.startswith("no model can beat ") for t in texts)


def test_a_run_that_is_short_beside_another_lies_within_the_axes(runs, tmp_path):
    """The long run's steep start is cut off at the top; all of the short run lies within it."""
    first = records(runs[0], "step")[0]
    RunSettings.load(runs[0]).save(tmp_path)
    with (tmp_path / HISTORY).open("w") as file:
        for step in range(1, 2001):
            loss = 9.0 if step == 1 else 0.7
            line = {**first, "step": step, "loss": loss, "seconds": step / 9}
            file.write(json.dumps(line) + "\n")
    [axes] = plot_runs([tmp_path, runs[1]], "nats").axes
    short = next(line for line in axes.get_lines() if len(line.get_xdata()) == STEPS[1])
    assert axes.get_ylim()[0] <= min(short.get_ydata())
    assert max(short.get_ydata()) <= axes.get_ylim()[1] < 9


def test_runs_on_different_texts_are_told_apart(runs, tmp_path):
    shutil.copytree(runs[1], tmp_path / "other")
    other = dataclasses.replace(RunSettings.load(runs[1]), corpus=WIKITEXT2)
    other.save(tmp_path / "other")
    warning = "Not all read the same text"
    assert warning in picture(plot_runs([runs[0], tmp_path / "other"]), "svg").decode()
    assert warning not in picture(plot_runs(runs), "svg").decode()


def test_raw_points_of_the_first_run_only_and_of_a_long_one_every_nth(runs, tmp_path):
    assert [len(line) for line in lines(plot_runs(runs))] == [9, 1, 14, 14, 1, 2]
    # The same steps repeated 300 times: 4,200 steps.
    steps = records(runs[0], "step")
    with (tmp_path / HISTORY).open("w") as file:
        for i in range(4200):
            file.write(json.dumps({**steps[i % 14], "step": i + 1, "seconds": i / 9}) + "\n")
        file.write('{"kind": "st')  # an incomplete line
    RunSettings.load(runs[0]).save(tmp_path)
    dots = lines(plot_runs([tmp_path]))[0]
    assert dots[:, 0].tolist() == [*range(1, 4201, 3), 4200]


@pytest.fixture
def scored_often(runs, tmp_path):
    """The first run, as if validated at every step with nearly the same loss."""
    shutil.copytree(runs[0], tmp_path / "scored")
    steps = records(runs[0], "step")
    [last] = records(runs[0], "validation")
    scores = [{**last, "step": s["step"], "seconds": s["seconds"]} for s in steps[:-1]]
    for number, score in enumerate(scores):
        score["nats"] += 0.02 * (number % 5)
    lines = [*steps, *scores, last, *records(runs[0], "end")]
    with (tmp_path / "scored" / HISTORY).open("w") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return tmp_path / "scored"


@pytest.mark.parametrize("others", [0, 1])
def test_labels_lie_over_no_ring_and_not_over_one_another(runs, scored_often, others):
    figure = plot_runs([scored_often, *runs[1 : 1 + others]])
    figure.draw_without_rendering()
    [axes] = figure.axes
    labels = [t for t in axes.texts if re.search(r"\d\.\d\d( on the whole text)?$", t.get_text())]
    labels = [text for text in labels if "no model" not in text.get_text()]
    boxes = [text.get_window_extent() for text in labels]
    assert len(boxes) == 1 + others
    rings = np.concatenate(
        [line.get_xydata() for line in axes.get_lines() if line.get_marker() == "o"]
    )
    assert len(rings) == 14 + others
    for x, y in axes.transData.transform(rings):
        for box in boxes:
            assert not (box.x0 - 3 < x < box.x1 + 3 and box.y0 - 3 < y < box.y1 + 3)
    assert not (others and boxes[0].overlaps(boxes[1]))


def test_a_steep_start_runs_off_the_top_of_linear_axes_and_is_told(runs, tmp_path):
    RunSettings.load(runs[0]).save(tmp_path)
    [first, *_] = records(runs[0], "step")
    losses = [7.0, 6.0, *(2 + math.sin(i) / 10 for i in range(400))]
    with (tmp_path / HISTORY).open("w") as file:
        for step, loss in enumerate(losses, start=1):
            file.write(json.dumps({**first, "step": step, "loss": loss, "characters": step}) + "\n")
    [axes] = plot_runs([tmp_path], "nats").axes
    assert 2.1 < axes.get_ylim()[1] < 3
    assert axes.get_ylim()[0] < RunSettings.load(tmp_path).floor
    assert "↑ begins at 7.0" in [text.get_text() for text in axes.texts]
    assert lines(axes.figure)[0][0].tolist() == [1, 7.0]  # no point is left out
    [axes] = plot_runs([tmp_path], "nats", log_x=True).axes
    assert axes.get_ylim()[1] > 7
    assert not any("begins" in text.get_text() for text in axes.texts)


def test_a_png_is_a_picture(runs):
    data = picture(plot_runs(runs, log_x=True, log_y=True, by="seconds"), "png")
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20]) == 1600  # 8 inches at 200 dots


def test_mistakes_get_a_sentence(runs, tmp_path):
    with pytest.raises(UserError, match="holds no run"):
        plot_runs([tmp_path])
    with pytest.raises(UserError, match="listed twice"):
        plot_runs([runs[0], runs[0]])
    with pytest.raises(UserError, match="6 runs"):
        plot_runs(runs * 3)
    with pytest.raises(UserError, match="Choose one of svg, png"):
        picture(plot_runs(runs), "pdf")
    RunSettings.load(runs[0]).save(tmp_path)
    with pytest.raises(UserError, match="no step yet"):
        plot_runs([tmp_path])


def test_names_are_short_and_tell_runs_apart():
    runs = [
        ("20261124-231105-quick-brackets-0aa1", ""),
        ("20261124-231144-quick-brackets-68de", ""),
        ("20261124-231144-notebook-text-68de", ""),
        ("20269999-231144-quick-text-68de", ""),
        ("mine", ""),
        ("x" * 40, ""),
        ("20261124-231200-quick-text-0123", "Faust"),
        ("20261124-231200-quick-text-0124", "y" * 40),
        ("20261124-231200-quick-text-0125", f"{'y' * 39}z"),
    ]
    assert run_labels(runs) == [
        "24 Nov 23:11 quick 0aa1",
        "24 Nov 23:11 quick 68de",
        "24 Nov 23:11 notebook",
        "20269999-231144-quick-text-…",
        "mine",
        "x" * 27 + "…",
        "Faust",
        "y" * 27 + "… 0124",
        "y" * 27 + "… 0125",
    ]
