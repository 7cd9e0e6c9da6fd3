"""A run in its folder, from its first record to its last."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
import torch

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.errors import UserError
from charlstm.experiments.snapshots import kept_snapshots
from charlstm.model import evaluate as evaluation
from charlstm.model.evaluate import evaluate
from charlstm.runs import runner
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.runs.status import read_status
from charlstm.text.corpus import load_corpus
from charlstm.text.spec import BRACKETS
from tests.fixtures.processes import PATIENCE
from tests.fixtures.run_history import SMALL_RUN, history, numbers
from tests.fixtures.small import ROOT


@pytest.fixture(autouse=True)
def save_often(monkeypatch):
    monkeypatch.setattr(runner, "SAVE_SECONDS", 0.1)


def test_a_run_to_its_end(tmp_path, text):
    records = list(run(tmp_path, RunSettings(text, "quick", SMALL_RUN), threading.Event()))
    assert numbers(history(tmp_path)) == numbers(records)
    steps = [r for r in records if r.kind == "step"]
    assert [r.step for r in steps] == list(range(1, 121))
    samples = [r for r in records if r.kind == "sample"]
    assert [r.step for r in samples] == [0, 1, 3, 10, 30, 100]
    assert all(r.sample.startswith("The ") for r in samples)
    validations = [r for r in records if r.kind == "validation"]
    assert [r.step for r in validations] == [25, 50, 75, 100, 120]
    assert all(r.sample.startswith("The ") for r in validations)
    assert records[-1].kind == "end"
    assert records[-1].reason == "finished"
    seconds = [r.seconds for r in records]
    assert seconds == sorted(seconds)
    # The last validation is of the checkpoint as it stands, over the whole split.
    checkpoint = load_checkpoint(tmp_path)
    corpus = load_corpus(text)
    found = evaluate(checkpoint.model, corpus.validation)
    assert found.nats == pytest.approx(validations[-1].nats, abs=5e-4)
    assert found.characters == validations[-1].characters_scored
    assert f"{validations[-1].nats:.4f} nats" in (tmp_path / "README.md").read_text()


def test_a_run_keeps_snapshots_if_it_is_asked_to(tmp_path, text):
    few = replace(SMALL_RUN, steps=12)
    list(run(tmp_path, RunSettings(text, "quick", few), threading.Event(), snapshots=True))
    kept = kept_snapshots(tmp_path)
    assert [path.name for path in kept] == ["1", "3", "10", "12"]
    models = [load_checkpoint(path).model.state_dict() for path in kept]
    last = load_checkpoint(tmp_path).model.state_dict()
    assert all(torch.equal(last[name], models[-1][name]) for name in last)
    assert not torch.equal(last["fc.weight"], models[0]["fc.weight"])


@pytest.mark.slow
def test_a_run_can_start_as_a_smaller_checkpoint(tmp_path, text):
    little = replace(SMALL_RUN, steps=30)
    list(run(tmp_path / "small", RunSettings(text, "quick", little), threading.Event()))
    larger = replace(SMALL_RUN, hidden_size=20, n_layers=2, average=0.9)
    whole = RunSettings(text, "quick", larger, grown_from=str(tmp_path / "small"))
    wider = replace(whole, config=replace(larger, n_layers=1))
    [first, *_] = run(tmp_path / "wider", wider, threading.Event())
    assert first.sample == history(tmp_path / "small")[-2]["sample"]
    records = numbers(run(tmp_path / "whole", whole, threading.Event()))
    stop = threading.Event()
    for record in run(tmp_path / "parts", whole, stop):
        if record.step == 30:
            stop.set()
    shutil.rmtree(tmp_path / "small")  # once begun it needs what it started as no more
    settings = RunSettings.load(tmp_path / "parts")
    list(run(tmp_path / "parts", settings, threading.Event()))
    assert numbers(history(tmp_path / "parts"))[-1] == records[-1]
    kept = [r for r in numbers(history(tmp_path / "parts")) if r["kind"] != "end"]
    assert kept == records[:-1]
    card = (tmp_path / "whole" / "README.md").read_text()
    assert "started with the weights of `small`" in card
    assert "--steps 120 --grow checkpoints/small\n" in card
    assert str(tmp_path) not in card


def test_it_grows_no_checkpoint_of_another_text(tmp_path, text):
    little = replace(SMALL_RUN, steps=1)
    list(run(tmp_path / "small", RunSettings(BRACKETS, "quick", little), threading.Event()))
    settings = RunSettings(text, "quick", SMALL_RUN, grown_from=str(tmp_path / "small"))
    with pytest.raises(UserError, match="'small' was trained on other characters"):
        next(run(tmp_path / "run", settings, threading.Event()))


@pytest.mark.slow
def test_the_last_score_shows_how_far_it_has_come_and_can_be_skipped(tmp_path, text, monkeypatch):
    monkeypatch.setattr(runner, "SCORING_SECONDS", 0.0)
    monkeypatch.setattr(evaluation, "WINDOW", 4)
    stop = threading.Event()
    records = []
    for record in run(tmp_path, RunSettings(text, "quick", SMALL_RUN), stop):
        records.append(record)
        if record.kind == "scoring":
            stop.set()
    scoring, end = records[-2:]
    assert 0 < scoring.characters_scored < scoring.of
    assert (end.reason, end.step) == ("stopped", SMALL_RUN.steps)
    status = read_status(tmp_path, None, None)
    assert (status.state, status.step) == ("stopped", SMALL_RUN.steps)
    # Resumed, the run takes no step and scores the text.
    again = list(run(tmp_path, RunSettings.load(tmp_path), threading.Event()))
    assert {record.kind for record in again} == {"scoring", "validation", "end"}
    assert again[-1].reason == "finished"


def test_a_run_that_diverges_keeps_its_last_good_checkpoint(tmp_path, text, monkeypatch):
    monkeypatch.setattr(runner, "SAVE_SECONDS", 0.0)
    config = replace(SMALL_RUN, learning_rate=1e6, clip=1e9, warmup=40)
    records = list(run(tmp_path, RunSettings(text, "quick", config), threading.Event()))
    assert records[-1].reason == "diverged"
    assert "Try a lower learning rate" in records[-1].message
    assert "last checkpoint" in records[-1].message
    assert records[-1].step < 120
    model = load_checkpoint(tmp_path).model
    assert all(p.isfinite().all() for p in model.parameters())


@pytest.mark.slow
def test_two_runs_never_write_one_folder(tmp_path, text):
    settings = RunSettings(text, "quick", SMALL_RUN)
    first = run(tmp_path, settings, threading.Event())
    next(first)
    code = "import sys; from charlstm.cli.main import main; sys.exit(main(sys.argv[1:]))"
    second = subprocess.run(
        [sys.executable, "-c", code, "train", "--resume", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert second.returncode == 2
    assert "Another process is training" in second.stderr
    assert list(first)[-1].reason == "finished"


@pytest.mark.skipif(os.name != "posix", reason="needs a full device")
def test_a_folder_that_cannot_be_written_gets_a_sentence(text):
    with pytest.raises(UserError, match="can't be written"):
        next(run(ROOT / "app.py" / "run", RunSettings(text, "quick", SMALL_RUN), threading.Event()))


def test_a_folder_that_vanishes_gets_a_sentence(tmp_path, text):
    endless = replace(SMALL_RUN, steps=10**6)
    going = run(tmp_path / "run", RunSettings(text, "quick", endless), threading.Event())
    next(going)
    (tmp_path / "run").rename(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="what was saved before still stands"):
        list(going)


def test_a_folder_without_a_run_gets_a_sentence(tmp_path):
    with pytest.raises(UserError, match="holds no run"):
        RunSettings.load(tmp_path)


def test_no_score_shortly_before_that_of_the_whole_text(tmp_path, text):
    config = replace(SMALL_RUN, validate_every=25, steps=52)
    records = list(run(tmp_path, RunSettings(text, "quick", config), threading.Event()))
    assert [r.step for r in records if r.kind == "validation"] == [25, 52]
