"""A run that was stopped or killed goes on with the numbers of one that was not."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors import safe_open

from charlstm.errors import UserError
from charlstm.runs import runner
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import CorpusSpec
from tests.fixtures.processes import PATIENCE
from tests.fixtures.run_history import SMALL_RUN, history, numbers
from tests.fixtures.small import ROOT


@pytest.fixture(autouse=True)
def save_often(monkeypatch):
    monkeypatch.setattr(runner, "SAVE_SECONDS", 0.1)


@pytest.mark.parametrize(
    "after",
    [pytest.param(1, marks=pytest.mark.slow), 30, pytest.param(119, marks=pytest.mark.slow)],
)
def test_stopped_and_resumed_equals_uninterrupted(tmp_path, text, after):
    settings = RunSettings(text, "quick", SMALL_RUN)
    whole = numbers(run(tmp_path / "whole", settings, threading.Event()))
    stop = threading.Event()
    records = []
    for record in run(tmp_path / "parts", settings, stop):
        records.append(record)
        if record.step == after:
            stop.set()
    assert records[-1].reason == "stopped"
    assert records[-1].step == after
    again = RunSettings.load(tmp_path / "parts")
    list(run(tmp_path / "parts", again, threading.Event()))
    assert numbers(history(tmp_path / "parts")) == whole
    weights = [(tmp_path / n / "model.safetensors").read_bytes() for n in ("whole", "parts")]
    assert weights[0] == weights[1]


def test_a_resumed_run_keeps_its_name(tmp_path, text):
    settings = RunSettings(text, "quick", replace(SMALL_RUN, steps=2), title="Märchen")
    stop = threading.Event()
    stop.set()
    list(run(tmp_path / "a", settings, stop))
    list(run(tmp_path / "a", RunSettings.load(tmp_path / "a"), threading.Event()))
    status = RunCatalog(tmp_path).status("a")
    assert (status.state, status.title, status.called) == ("finished", "Märchen", "Märchen")
    assert "# Märchen\n" in (tmp_path / "a" / "README.md").read_text(encoding="utf-8")
    # Settings from before there were names have none.
    saved = json.loads((tmp_path / "a" / "train.json").read_text(encoding="utf-8"))
    del saved["title"]
    (tmp_path / "a" / "train.json").write_text(json.dumps(saved))
    status = RunCatalog(tmp_path).status("a")
    assert (status.state, status.title, status.called) == ("finished", "", "a")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("cab", "bac"), "it is as long as before, but not the same"),
        (lambda text: text.replace("g", "é"), "it lost 1 distinct character"),
        (lambda text: text.replace("g", "é"), "it gained 1 distinct character"),
        (lambda text: text + "The end.\n" * 9, "it had 14,"),
        (None, "is gone: there is no own.txt"),
    ],
)
@pytest.mark.parametrize("after", [0, 30])
def test_a_run_goes_on_with_its_own_text_only(tmp_path, text, change, sentence, after):
    own = tmp_path / "own.txt"
    original = Path(text.name).read_text()
    own.write_text(original)
    stop, folder = threading.Event(), tmp_path / "run"
    for record in run(folder, RunSettings(CorpusSpec.parse(str(own)), "quick", SMALL_RUN), stop):
        if record.step == after:
            stop.set()
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    if change is None:
        own.unlink()
    else:
        own.write_text(change(original))
    with pytest.raises(UserError, match=sentence):
        list(run(folder, RunSettings.load(folder), threading.Event()))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept
    own.write_text(original)
    os.utime(own, (0, 0))  # only its time is another one
    [first, *_] = run(folder, RunSettings.load(folder), threading.Event())
    assert first.step == after + (after > 0)


@pytest.mark.slow
def test_killed_before_its_first_save_it_starts_again_from_its_settings(tmp_path, text):
    settings = RunSettings(text, "quick", SMALL_RUN)
    whole = numbers(run(tmp_path / "whole", settings, threading.Event()))
    folder = tmp_path / "killed"
    folder.mkdir()
    settings.save(folder)
    (folder / "history.jsonl").write_text('{"kind": "step", "step": 1, "loss": 9, "seco')
    list(run(folder, RunSettings.load(folder), threading.Event()))
    assert numbers(history(folder)) == whole


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
    settings = RunSettings(text, "quick", replace(SMALL_RUN, steps=1500, validate_every=150))
    whole = numbers(run(tmp_path / "whole", settings, threading.Event()))
    folder = tmp_path / "parts"
    folder.mkdir()
    settings.save(folder)
    code = (
        "import charlstm.runs.runner as r, charlstm.runs.history_writer as h, sys;"
        "r.SAVE_SECONDS = 0.1; h.FLUSH_SECONDS = 0.0;"
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
    config = replace(SMALL_RUN, steps=60, streams=6, batching=batching, average=0.9)
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
    assert [(r["kind"], r["step"]) for r in together] == [(r.kind, r.step) for r in alone]
    for ours, theirs in zip(together, alone, strict=True):
        for key in {"loss", "nats", "gradient_norm"} & ours.keys():
            assert ours[key] == pytest.approx(getattr(theirs, key), rel=1e-4)
