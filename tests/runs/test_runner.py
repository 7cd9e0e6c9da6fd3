from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from safetensors import safe_open

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.errors import UserError
from charlstm.model import evaluate as evaluation
from charlstm.model.evaluate import evaluate
from charlstm.runs import runner
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.runs.status import read_status
from charlstm.text.spec import BRACKETS
from charlstm.training import budget
from charlstm.training.config import PRESETS
from tests.fixtures.processes import PATIENCE
from tests.fixtures.small import ROOT

SMALL = replace(
    PRESETS["quick"],
    embed_size=6,
    hidden_size=12,
    streams=4,
    window=8,
    validate_every=25,
    steps=120,
    seconds=None,
)


@pytest.fixture(autouse=True)
def save_often(monkeypatch):
    monkeypatch.setattr(runner, "SAVE_SECONDS", 0.1)


class Clock:
    """A clock that goes on by a tick whenever it is read, however busy the machine is."""

    def __init__(self):
        self.now, self.tick = 0.0, 0.001

    def monotonic(self):
        self.now += self.tick
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    for module in (runner, budget):
        monkeypatch.setattr(module, "time", clock)
    return clock


def numbers(records):
    """What must be equal on the same machine: all but the clock, and what is told by it."""
    told = [record for record in records if record["kind"] != "scoring"]
    return [{k: v for k, v in record.items() if k != "seconds"} for record in told]


def history(folder):
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


def test_a_run_to_its_end(tmp_path, text):
    records = list(run(tmp_path, RunSettings(text, "quick", SMALL), threading.Event()))
    assert numbers(history(tmp_path)) == numbers(records)
    steps = [r for r in records if r["kind"] == "step"]
    assert [r["step"] for r in steps] == list(range(1, 121))
    samples = [r for r in records if r["kind"] == "sample"]
    assert [r["step"] for r in samples] == [0, 1, 3, 10, 30, 100]
    assert all(r["sample"].startswith("The ") for r in samples)
    validations = [r for r in records if r["kind"] == "validation"]
    assert [r["step"] for r in validations] == [25, 50, 75, 100, 120]
    assert all(r["sample"].startswith("The ") for r in validations)
    assert records[-1]["kind"] == "end"
    assert records[-1]["reason"] == "finished"
    seconds = [r["seconds"] for r in records]
    assert seconds == sorted(seconds)
    # The last validation is of the checkpoint as it stands, over the whole split.
    checkpoint = load_checkpoint(tmp_path)
    corpus = runner.load_corpus(text)
    found = evaluate(checkpoint.model, corpus.validation)
    assert found.nats == pytest.approx(validations[-1]["nats"], abs=5e-4)
    assert found.characters == validations[-1]["characters_scored"]
    assert f"{validations[-1]['nats']:.4f} nats" in (tmp_path / "README.md").read_text()


@pytest.mark.parametrize("after", [1, 30, 119])
def test_stopped_and_resumed_equals_uninterrupted(tmp_path, text, after):
    settings = RunSettings(text, "quick", SMALL)
    whole = numbers(run(tmp_path / "whole", settings, threading.Event()))
    stop = threading.Event()
    records = []
    for record in run(tmp_path / "parts", settings, stop):
        records.append(record)
        if record["step"] == after:
            stop.set()
    assert records[-1]["reason"] == "stopped"
    assert records[-1]["step"] == after
    again = RunSettings.load(tmp_path / "parts")
    list(run(tmp_path / "parts", again, threading.Event()))
    assert numbers(history(tmp_path / "parts")) == whole
    weights = [(tmp_path / n / "model.safetensors").read_bytes() for n in ("whole", "parts")]
    assert weights[0] == weights[1]


def test_killed_before_its_first_save_it_starts_again_from_its_settings(tmp_path, text):
    settings = RunSettings(text, "quick", SMALL)
    whole = numbers(run(tmp_path / "whole", settings, threading.Event()))
    folder = tmp_path / "killed"
    folder.mkdir()
    settings.save(folder)
    (folder / "history.jsonl").write_text('{"kind": "step", "step": 1, "loss": 9, "seco')
    list(run(folder, RunSettings.load(folder), threading.Event()))
    assert numbers(history(folder)) == whole


def test_a_run_can_start_as_a_smaller_checkpoint(tmp_path, text):
    little = replace(SMALL, steps=30)
    list(run(tmp_path / "small", RunSettings(text, "quick", little), threading.Event()))
    larger = replace(SMALL, hidden_size=20, n_layers=2, average=0.9)
    whole = RunSettings(text, "quick", larger, grown_from=str(tmp_path / "small"))
    wider = replace(whole, config=replace(larger, n_layers=1))
    [first, *_] = run(tmp_path / "wider", wider, threading.Event())
    assert first["sample"] == history(tmp_path / "small")[-2]["sample"]
    records = numbers(run(tmp_path / "whole", whole, threading.Event()))
    stop = threading.Event()
    for record in run(tmp_path / "parts", whole, stop):
        if record["step"] == 30:
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
    little = replace(SMALL, steps=1)
    list(run(tmp_path / "small", RunSettings(BRACKETS, "quick", little), threading.Event()))
    settings = RunSettings(text, "quick", SMALL, grown_from=str(tmp_path / "small"))
    with pytest.raises(UserError, match="'small' was trained on other characters"):
        next(run(tmp_path / "run", settings, threading.Event()))


def kill_after_line(command, number, extra_bytes):
    """Start a run, and kill it with -9 once its history has so many lines and bytes."""
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    path = command_folder(command) / "history.jsonl"
    late = time.monotonic() + PATIENCE
    while process.poll() is None:
        content = path.read_bytes() if path.exists() else b""
        if content.count(b"\n") >= number and len(content) % 7 == extra_bytes:
            process.send_signal(signal.SIGKILL)
            process.wait()
        elif time.monotonic() > late:
            process.kill()
            process.wait()
            pytest.fail(f"neither that long a history nor an end after {PATIENCE:g} s")
    return process.returncode


def command_folder(command):
    return ROOT / command[command.index("--resume") + 1]


@pytest.mark.slow
def test_killed_at_20_random_moments_it_loses_no_number(tmp_path, text):
    """-9 at moments that the history's length picks, saves among them: a run saves ten times a
    second here, and a save takes a good part of that."""
    settings = RunSettings(text, "quick", replace(SMALL, steps=1500, validate_every=150))
    whole = numbers(run(tmp_path / "whole", settings, threading.Event()))
    folder = tmp_path / "parts"
    folder.mkdir()
    settings.save(folder)
    code = (
        "import charlstm.runs.runner as r, sys; r.SAVE_SECONDS = 0.1; r.FLUSH_SECONDS = 0.0;"
        "from charlstm.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "train", "--resume", str(folder)]
    rng = random.Random(5)
    kills = 0
    for kill in range(20):
        kills += kill_after_line(command, 70 * kill + rng.randrange(70), rng.randrange(7)) == -9
    assert kills >= 15  # the others had reached the end before
    subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.DEVNULL, timeout=PATIENCE)
    assert numbers(history(folder)) == whole
    with (
        safe_open(folder / "model.safetensors", "pt") as ours,
        safe_open(tmp_path / "whole" / "model.safetensors", "pt") as theirs,
    ):
        for name in theirs.keys():  # noqa: SIM118
            assert (ours.get_tensor(name) == theirs.get_tensor(name)).all()


@pytest.mark.slow
@pytest.mark.parametrize("batching", ["windows", "streams"])
def test_two_processes_train_as_one_does_with_as_many_streams(tmp_path, text, batching):
    config = replace(SMALL, steps=60, streams=6, batching=batching, average=0.9)
    settings = RunSettings(text, "quick", config, precision="float32")
    alone = list(run(tmp_path / "alone", settings, threading.Event()))
    folder = tmp_path / "together"
    folder.mkdir()
    settings.save(folder)
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command = [*torchrun, "-m", "charlstm", "train", "--resume", str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, env=environment, timeout=PATIENCE
    )
    together = history(folder)
    assert [(r["kind"], r["step"]) for r in together] == [(r["kind"], r["step"]) for r in alone]
    for ours, theirs in zip(together, alone, strict=True):
        for key in {"loss", "nats", "gradient_norm"} & ours.keys():
            assert ours[key] == pytest.approx(theirs[key], rel=1e-4)


@pytest.mark.usefixtures("clock")
def test_a_budget_in_seconds_becomes_steps(tmp_path, text):
    config = replace(SMALL, steps=None, seconds=1.5)
    records = list(run(tmp_path, RunSettings(text, "quick", config), threading.Event()))
    planned = RunSettings.load(tmp_path).total_steps
    assert planned == records[-1]["step"] == sum(r["kind"] == "step" for r in records)
    assert planned > 100
    rates = [r["learning_rate"] for r in records if r["kind"] == "step"]
    assert rates[-1] == pytest.approx(config.learning_rate / (planned * (1 - config.flat)))


@pytest.mark.usefixtures("clock")
def test_a_plan_decides_all_that_follows(tmp_path, text):
    """A run that is taken up from its first save after the plan goes on with the same numbers."""
    config = replace(SMALL, steps=None, seconds=0.9, validate_every=10**6)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for _ in run(whole, RunSettings(text, "quick", config), threading.Event()):
        if not parts.exists() and RunSettings.load(whole).total_steps:
            shutil.copytree(whole, parts)
    # Killed before it could write the plan beside the settings.
    planned = RunSettings.load(parts)
    assert planned.total_steps == RunSettings.load(whole).total_steps
    replace(planned, total_steps=None).save(parts)
    list(run(parts, RunSettings.load(parts), threading.Event()))
    assert numbers(history(parts)) == numbers(history(whole))
    assert RunSettings.load(parts).total_steps == planned.total_steps


def test_a_machine_that_slows_down_gets_a_shorter_plan(tmp_path, text, clock):
    """All takes ten times as long from a little after the plan on: the budget is met with fewer
    steps, and the learning rate still falls to zero without a jump."""
    config = replace(SMALL, steps=None, seconds=4.0, validate_every=10**6)
    planned, rates = [], []
    for record in run(tmp_path, RunSettings(text, "quick", config), threading.Event()):
        if record["kind"] == "step":
            rates.append(record["learning_rate"])
            total = RunSettings.load(tmp_path).total_steps
            if total is not None:
                planned.append(total)
            if len(planned) > 30:
                clock.tick = 0.01
    assert len(set(planned)) > 1
    assert RunSettings.load(tmp_path).total_steps == len(rates) < 0.7 * planned[0]
    assert 0.9 * config.seconds < record["seconds"] < 1.1 * config.seconds
    falls = np.diff(rates[50:])
    assert max(falls) <= 0
    assert min(falls) > -config.learning_rate / 10
    assert rates[-1] < config.learning_rate / 10


def test_the_last_score_shows_how_far_it_has_come_and_can_be_skipped(tmp_path, text, monkeypatch):
    monkeypatch.setattr(runner, "SCORING_SECONDS", 0.0)
    monkeypatch.setattr(evaluation, "WINDOW", 4)
    stop = threading.Event()
    records = []
    for record in run(tmp_path, RunSettings(text, "quick", SMALL), stop):
        records.append(record)
        if record["kind"] == "scoring":
            stop.set()
    scoring, end = records[-2:]
    assert 0 < scoring["characters_scored"] < scoring["of"]
    assert (end["reason"], end["step"]) == ("stopped", SMALL.steps)
    status = read_status(tmp_path, None, None)
    assert (status.state, status.step) == ("stopped", SMALL.steps)
    # Resumed, the run takes no step and scores the text.
    again = list(run(tmp_path, RunSettings.load(tmp_path), threading.Event()))
    assert {record["kind"] for record in again} == {"scoring", "validation", "end"}
    assert again[-1]["reason"] == "finished"


@pytest.mark.usefixtures("clock")
def test_stopped_before_its_plan_it_is_planned_after_it_was_resumed(tmp_path, text):
    config = replace(SMALL, steps=None, seconds=0.6)
    stop = threading.Event()
    for record in run(tmp_path, RunSettings(text, "quick", config), stop):
        if record["step"] == 5:
            stop.set()
    assert RunSettings.load(tmp_path).total_steps is None
    records = list(run(tmp_path, RunSettings.load(tmp_path), threading.Event()))
    assert records[-1]["reason"] == "finished"
    assert records[-1]["step"] == RunSettings.load(tmp_path).total_steps > 5
    steps = [r["step"] for r in history(tmp_path) if r["kind"] == "step"]
    assert steps == list(range(1, records[-1]["step"] + 1))


def test_a_run_that_diverges_keeps_its_last_good_checkpoint(tmp_path, text, monkeypatch):
    monkeypatch.setattr(runner, "SAVE_SECONDS", 0.0)
    config = replace(SMALL, learning_rate=1e6, clip=1e9, warmup=40)
    records = list(run(tmp_path, RunSettings(text, "quick", config), threading.Event()))
    assert records[-1]["reason"] == "diverged"
    assert "Try a lower learning rate" in records[-1]["message"]
    assert "last checkpoint" in records[-1]["message"]
    assert records[-1]["step"] < 120
    model = load_checkpoint(tmp_path).model
    assert all(p.isfinite().all() for p in model.parameters())


@pytest.mark.slow
def test_two_runs_never_write_one_folder(tmp_path, text):
    settings = RunSettings(text, "quick", SMALL)
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
    assert list(first)[-1]["reason"] == "finished"


@pytest.mark.skipif(os.name != "posix", reason="needs a full device")
def test_a_folder_that_cannot_be_written_gets_a_sentence(text):
    with pytest.raises(UserError, match="can't be written"):
        next(run(ROOT / "app.py" / "run", RunSettings(text, "quick", SMALL), threading.Event()))


def test_a_folder_that_vanishes_gets_a_sentence(tmp_path, text):
    endless = replace(SMALL, steps=10**6)
    going = run(tmp_path / "run", RunSettings(text, "quick", endless), threading.Event())
    next(going)
    (tmp_path / "run").rename(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="what was saved before still stands"):
        list(going)


def test_a_folder_without_a_run_gets_a_sentence(tmp_path):
    with pytest.raises(UserError, match="holds no run"):
        RunSettings.load(tmp_path)
