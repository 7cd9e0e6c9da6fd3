"""What ships of a run: made from real runs, read back, and refused where it is damaged."""

from __future__ import annotations

import copy
import itertools
import json
import math
import shutil
import threading
from dataclasses import replace

import numpy as np
import pytest

from charlstm.checkpoints.checkpoint import load_checkpoint, save_checkpoint
from charlstm.checkpoints.files import HISTORY, LEARNED
from charlstm.cli.main import main
from charlstm.errors import UserError
from charlstm.experiments.probe import probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.snapshots import A_DECADE, POINTS, learned_of
from charlstm.export.curves import curve_of
from charlstm.model.sampler import Sampler
from charlstm.runs.catalog import Shipped
from charlstm.runs.history import mean_window
from charlstm.runs.manager import Runs
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.runs.shipped_history import COLUMNS, Learned
from charlstm.text.spec import CorpusSpec
from tests.fixtures.run_history import history
from tests.fixtures.small import small_config, small_model

STEPS, SNAPSHOTS = 12, (3, 7)
CONFIG = small_config(steps=STEPS, streams=8, window=16, validate_every=5)
QUESTION = ProbeQuestion("( a", (0.5,), 20, 30, 7)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, text):
    """A run to its end, and snapshots: one of random weights, and the last model again."""
    below = tmp_path_factory.mktemp("trained")
    for _ in run(below / "run", RunSettings(text, "quick", CONFIG), threading.Event()):
        pass
    vocab = load_checkpoint(below / "run").vocab
    save_checkpoint(below / "3", small_model(vocab=vocab), vocab, "")
    shutil.copytree(below / "run", below / "7")
    return below


@pytest.fixture(scope="module")
def file(trained):
    """The file that the command made of it."""
    arguments = ["--snapshots", str(trained / "7"), str(trained / "3"), "--seed-text", "( a"]
    arguments += [
        "--samples",
        "20",
        "--horizon",
        "30",
        "--trained-on",
        "é <b> text",
        "--machine",
        "<i>",
    ]
    arguments += ["--trained-on", "é <b> text"]
    out = trained / LEARNED
    assert main(["learned", str(trained / "run"), *arguments, "--out", str(out)]) == 0
    return out


def test_it_is_the_history(trained, file):
    learned = Learned.load(file)
    assert (learned.trained_on, learned.machine) == ("é <b> text", "<i>")
    # The path of a text of one's own is left out, and what tells it from another.
    own = RunSettings.load(trained / "run")
    assert learned.settings == replace(own, corpus=CorpusSpec.parse("text"), text=None)
    records = history(trained / "run")
    steps = [record for record in records if record["kind"] == "step"]
    found = learned.records()
    assert learned.stride == 1
    assert [r.step for r in found if r.kind == "step"] == list(range(1, STEPS + 1))
    for ours, theirs in zip([r for r in found if r.kind == "step"], steps, strict=True):
        assert ours.characters == theirs["characters"]
        for name in ("loss", "learning_rate", "gradient_norm", "seconds"):
            assert getattr(ours, name) == pytest.approx(theirs[name], rel=0.01)
        window = [r["loss"] for r in steps[: theirs["step"]]][-mean_window(theirs["step"]) :]
        assert ours.mean == pytest.approx(np.mean(window), abs=1e-3)
    scores = [
        (r["step"], r["characters_scored"], pytest.approx(r["nats"], abs=1e-5), r["seconds"])
        for r in records
        if r["kind"] == "validation"
    ]
    assert scores == [
        (r.step, r.characters_scored, r.nats, r.seconds) for r in found if r.kind == "validation"
    ]
    texts = {r["step"]: r["sample"] for r in records if "sample" in r}
    assert {r.step: r.sample for r in found if r.kind == "sample"} == texts
    assert set(texts) == {0, 1, 3, 5, 10, 12}
    assert found[-1].reason == "finished"


def test_every_snapshot_was_asked_the_same(trained, file):
    closing = Learned.load(file).closing
    assert (closing.seed_text, closing.control_text) == ("( a", ", a")
    assert (closing.temperature, closing.horizon, closing.dice) == (0.5, 30, 7)
    assert [row.step for row in closing.rows] == [*SNAPSHOTS, STEPS]
    for row, name in zip(closing.rows, ("3", "7", "run"), strict=True):
        checkpoint = load_checkpoint(trained / name)
        [expected] = probe(Sampler(checkpoint.model, checkpoint.vocab), QUESTION).temperatures
        assert (row.n, row.closed, row.stray) == (20, expected.closed, expected.control.closed)
        assert row.interval == pytest.approx(expected.interval, abs=1e-4)
        assert row.stray_interval == pytest.approx(expected.control.interval, abs=1e-4)


def test_a_long_history_is_small_and_keeps_its_start(tmp_path):
    config = replace(CONFIG, steps=12_000)
    diary = CorpusSpec.parse("/home/somebody/diary.txt")
    own = {"corpus": diary, "grown_from": "/home/somebody/small"}
    settings = RunSettings(**own, preset="quick", config=config)
    settings.save(tmp_path)
    losses = 2 + np.random.default_rng(0).normal(size=12_000) / 10
    with (tmp_path / HISTORY).open("w") as file:
        for step, loss in enumerate(losses.tolist(), start=1):
            record = {"kind": "step", "step": step, "loss": loss, "learning_rate": 0.01}
            norm = math.inf if step == 1 else 0.1
            record |= {"gradient_norm": norm, "characters": 128 * step, "seconds": step / 70}
            file.write(json.dumps(record) + "\n")
        end = {"kind": "end", "step": 12_000, "reason": "stopped", "message": "", "seconds": 172.0}
        file.write(json.dumps(end) + "\n")
    learned = learned_of(tmp_path, [], "a diary")
    steps = learned.points.step
    assert learned.stride == math.ceil(12_000 / POINTS)
    assert len(steps) <= POINTS + 5 * A_DECADE + 2
    assert steps[:9] == list(range(2, 11))  # a norm that is not finite is left out
    assert steps[-1] == 12_000
    for a, b in itertools.pairwise(steps):
        assert b - a <= max(1, min(learned.stride, a * (10 ** (1 / A_DECADE) - 1) + 1))
    for i in (0, 20, 300, -1):
        window = losses[max(0, steps[i] - mean_window(steps[i])) : steps[i]]
        assert learned.points.mean[i] == pytest.approx(window.mean(), abs=1e-3)
    learned.save(tmp_path / LEARNED)
    assert (tmp_path / LEARNED).stat().st_size < 60_000
    assert Learned.load(tmp_path / LEARNED) == learned
    assert (str(learned.settings.corpus), learned.settings.grown_from) == ("text", "small")
    assert "somebody" not in (tmp_path / LEARNED).read_text()
    assert learned.status("x").state == "stopped"


def test_a_run_that_goes_on_can_not_ship(trained, tmp_path, capsys):
    going = tmp_path / "going"
    shutil.copytree(trained / "run", going)
    lines = (going / HISTORY).read_text().splitlines(keepends=True)
    (going / HISTORY).write_text("".join(lines[:-1]))
    with pytest.raises(UserError, match="has not ended"):
        learned_of(going, [], "a text")
    assert main(["learned", str(going)]) == 2
    assert "has not ended" in capsys.readouterr().err
    assert main(["learned", str(trained / "run"), "--snapshots", str(going)]) == 2
    assert "not named by its step" in capsys.readouterr().err
    assert main(["learned", str(trained / "run"), "--out", str(tmp_path / "no" / "file")]) == 2
    assert capsys.readouterr().err.count("\n") >= 1


def damages(found):
    """A whole file, damaged in many ways."""
    yield [found]
    for name in found.keys() - {"machine"}:  # files of earlier versions have none
        yield {k: v for k, v in found.items() if k != name}
    for path, value in (
        (("trained_on",), 3),
        (("trained_on",), "x" * 20_000),
        (("machine",), ["a", "card"]),
        (("stride",), 0),
        (("stride",), 1.5),
        (("ended", "reason"), "diverged"),
        (("ended", "seconds"), 0),
        (("ended", "step"), True),
        (("settings", "config", "streams"), "8"),
        (("settings", "config", "hidden_size"), 10**30),
        (("settings", "config", "colour"), "red"),
        (("settings", "corpus"), None),
        (("settings", "floor"), "low"),
        (("points", "loss", 3), None),
        (("points", "loss", 3), math.nan),
        (("points", "step", 3), 1),
        (("points", "mean"), [1.0]),
        (("points", "step"), []),
        (("validations", 0, "nats"), math.inf),
        (("validations", 0), []),
        (("samples", 0, "text"), {"<b>": 1}),
        (("samples", 0, "step"), -1),
        (("closing", "rows", 0, "closed"), 21),
        (("closing", "rows", 0, "interval"), [0.9, 0.1]),
        (("closing", "rows", 0, "interval"), [0.1]),
        (("closing", "rows", 1, "step"), 3),
        (("closing", "temperature"), "hot"),
        (("closing",), 3),
    ):
        damaged = copy.deepcopy(found)
        inner = damaged
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        yield damaged


def test_a_damaged_file_gets_a_sentence_and_hides_no_other(file, tmp_path):
    (tmp_path / "good").mkdir()
    shutil.copy(file, tmp_path / "good")
    (tmp_path / "bad").mkdir()
    path = tmp_path / "bad" / LEARNED
    texts = [json.dumps(damaged) for damaged in damages(json.loads(file.read_text()))]
    for text in [*texts, "{", "[" * 100_000, " " * 5_000_000 + file.read_text()]:
        path.write_text(text)
        with pytest.raises(UserError, match="history of 'bad' can't be read"):
            Learned.load(path)
    listed = [(status.name, status.state) for status in Shipped([tmp_path]).list()]
    assert listed == [("good", "finished"), ("bad", "damaged")]


def test_runs_know_what_shipped_and_leave_it_as_it_is(trained, file, tmp_path):
    below, own = tmp_path / "shipped", tmp_path / "own"
    for name in ("taught", "mine"):
        (below / name).mkdir(parents=True)
        shutil.copy(file, below / name)
    shutil.copytree(trained / "run", own / "mine")
    shutil.copy(file, own / "mine")  # a run that has such a file is a run all the same
    runs = Runs(own, shipped=below)
    assert [status.name for status in runs.catalog.list()] == ["mine"]
    assert [(s.name, s.shipped) for s in runs.catalog.to_watch()] == [
        ("mine", False),
        ("taught", True),
    ]
    assert runs.catalog.learned("mine") is None
    status = runs.catalog.status("taught")
    assert (status.state, status.step, status.total_steps) == ("finished", STEPS, STEPS)
    assert (status.hidden_size, status.characters_a_step) == (10, 128)
    assert status.elapsed == runs.catalog.status("mine").elapsed
    records, end = runs.catalog.history("taught", 0)
    assert records == runs.catalog.learned("taught").records()
    assert runs.catalog.history("taught", end) == ([], end)
    assert not runs.may_control("taught", "1" * 32)
    with pytest.raises(UserError, match="is shipped: there is nothing to resume"):
        runs.resume("taught")
    with pytest.raises(UserError, match="nothing to stop"):
        runs.stop("taught")
    with pytest.raises(UserError, match="not started in this browser"):
        runs.resume("taught", "1" * 32)
    before = file.read_bytes()
    assert (below / "taught" / LEARNED).read_bytes() == before

    # Nobody has trained anything: what shipped is there to be watched.
    nobody = Runs(tmp_path / "nothing", shipped=below)
    assert nobody.catalog.list() == []
    assert {status.name for status in nobody.catalog.to_watch()} == {"mine", "taught"}
    # A file that changes is read anew; one that is taken away is gone.
    found = json.loads(before)
    found["ended"]["seconds"] += 1000  # the longest comes first
    (below / "taught" / LEARNED).write_text(json.dumps(found))
    assert [status.name for status in nobody.catalog.to_watch()] == ["taught", "mine"]
    found["settings"]["grown_from"] = "mine"  # and after all that began at nothing, what was grown
    (below / "taught" / LEARNED).write_text(json.dumps(found))
    assert [status.name for status in nobody.catalog.to_watch()] == ["mine", "taught"]
    (below / "taught" / LEARNED).unlink()
    with pytest.raises(UserError, match="no run called"):
        nobody.catalog.status("taught")


def test_its_figure_is_that_of_its_run(trained, file, tmp_path):
    (tmp_path / "taught").mkdir()
    shutil.copy(file, tmp_path / "taught")
    for by in ("step", "characters", "seconds"):
        theirs = curve_of(trained / "run", "a", "red", "bits", by)
        ours = curve_of(tmp_path / "taught", "a", "red", "bits", by)
        assert (ours.stride, ours.whole) == (1, True)
        np.testing.assert_allclose(ours.x, theirs.x, rtol=1e-5)
        np.testing.assert_allclose(ours.means, theirs.means, rtol=1e-3)
        np.testing.assert_allclose(ours.rings, theirs.rings, rtol=1e-4)
    assert set(COLUMNS) == set(json.loads(file.read_text())["points"])
