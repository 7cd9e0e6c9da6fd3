from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from small import ROOT

from charlstm.errors import UserError
from charlstm.runner import HISTORY, RunSettings, run
from charlstm.runs import Runs
from charlstm.train import PRESETS

PAUSE = threading.Event()  # never set: waiting on it is a pause that says so


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "own.txt"
    rng = random.Random(0)
    words = ["The", "cab", "( bed )", "face", "a", "hag", "\n"]
    path.write_text(" ".join(rng.choice(words) for _ in range(4000)))
    return str(path)


@pytest.fixture
def runs(tmp_path):
    made = Runs(tmp_path)
    yield made
    made.close()


def wait_for(condition, what):
    for _ in range(1200):
        if condition():
            return
        PAUSE.wait(0.1)
    pytest.fail(f"never saw {what}")


def test_started_watched_stopped_and_resumed(runs, tmp_path, text):
    name = runs.start(text, "quick", steps=400)
    assert runs.status(name).state == "starting"
    with pytest.raises(UserError, match="one trains at a time"):
        runs.start(text, "quick", steps=5)
    records, offset = [], 0

    def read_on():
        nonlocal offset
        new, offset = runs.history(name, offset)
        records.extend(new)
        return len(records) >= 3

    wait_for(read_on, "three records")
    assert runs.status(name).state == "running"
    # A second app that looks at the same folder sees it running too, and can't stop it.
    other = Runs(tmp_path)
    assert other.status(name).state == "running"
    with pytest.raises(UserError, match="not one that trains here"):
        other.stop(name)
    if hasattr(os, "getpriority"):
        assert os.getpriority(os.PRIO_PROCESS, runs._processes[name].pid) == 10

    runs.stop(name)
    wait_for(lambda: runs.status(name).state == "stopped", "the run stopped")
    status = runs.status(name)
    assert 3 <= status.step < 400
    assert (status.total_steps, status.preset, status.corpus) == (400, "quick", text)
    read_on()
    assert records[-1]["reason"] == "stopped"
    assert [r["step"] for r in records if r["kind"] == "step"] == list(range(1, status.step + 1))

    runs.resume(name)
    runs.close()  # the app ends: it waits until the run has saved
    assert runs.status(name).state == "stopped"
    assert [status.name for status in runs.list()] == [name]


def test_killed_it_is_interrupted_and_finishes_when_resumed(runs, text):
    name = runs.start(text, "quick", steps=60)
    wait_for(lambda: runs.status(name).step >= 1, "a first step")
    runs._processes[name].send_signal(signal.SIGKILL)
    runs._processes[name].wait()
    if runs.status(name).state != "finished":  # a fast machine may have been through
        assert runs.status(name).state == "interrupted"
        assert "can go on" in runs.status(name).message
        runs.resume(name)
    wait_for(lambda: runs.status(name).state == "finished", "the run finished")
    assert runs.status(name).step == 60
    with pytest.raises(UserError, match="nothing to resume"):
        runs.resume(name)


def test_what_a_run_fails_with_is_said(runs, tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("too short a text " * 3)
    name = runs.start(str(path), "quick")
    wait_for(lambda: runs.status(name).state == "failed", "the run failed")
    assert "one step of this training reads" in runs.status(name).message


def test_the_app_killed_the_run_saves_and_ends(tmp_path, text):
    code = (
        "import sys, threading; from pathlib import Path; from charlstm.runs import Runs\n"
        f"runs = Runs(Path({str(tmp_path)!r})); print(runs.start({text!r}, 'quick', steps=10**6))\n"
        "sys.stdout.flush(); threading.Event().wait()"
    )
    app = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    name = app.stdout.readline().decode().strip()
    runs = Runs(tmp_path)
    wait_for(lambda: runs.status(name).step > 5, "some steps")
    app.kill()
    app.wait()
    app.stdout.close()
    wait_for(lambda: runs.status(name).state == "stopped", "the run saved and ended")
    assert (tmp_path / name / "model.safetensors").is_file()


def test_histories_are_read_in_whole_lines(tmp_path, text):
    config = replace(PRESETS["quick"], steps=3, seconds=None, hidden_size=4)
    list(run(tmp_path / "one", RunSettings(text, "quick", config), threading.Event()))
    runs = Runs(tmp_path)
    whole, end = runs.history("one", 0)
    path = tmp_path / "one" / HISTORY
    assert end == path.stat().st_size
    assert [r["kind"] for r in whole] == ["step"] * 3 + ["validation", "end"]
    assert runs.history("one", end) == ([], end)
    with path.open("a") as file:
        file.write('{"kind": "st')
    assert runs.history("one", end) == ([], end)
    assert runs.history("one", 10**9)[0] == whole  # the file was cut: from its start again
    assert runs.history("one", -5)[0] == whole


def test_a_damaged_folder_does_not_hide_the_others(tmp_path, text):
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()
        RunSettings(text, "quick", PRESETS["quick"]).save(tmp_path / name)
    (tmp_path / "bad" / "train.json").write_text("{")
    assert [status.name for status in Runs(tmp_path).list()] == ["good"]


@pytest.mark.parametrize("name", ["", "..", "../x", "nowhere", None, 3, "a/b"])
def test_an_unknown_run_gets_a_sentence(runs, name):
    for ask in (runs.status, runs.stop, runs.resume, lambda name: runs.history(name, 0)):
        with pytest.raises(UserError, match="There is no run called"):
            ask(name)


def test_a_preset_or_budget_that_is_none_gets_a_sentence(runs, tmp_path, text):
    with pytest.raises(UserError, match="no preset"):
        runs.start(text, "slow")
    with pytest.raises(UserError, match="budget"):
        runs.start(text, "quick", seconds=-1)
    assert list(tmp_path.iterdir()) == []
    assert runs.list() == []


def test_a_folder_that_cannot_be_written_gets_a_sentence(text):
    with pytest.raises(UserError, match="CHARLSTM_CHECKPOINTS"):
        Runs(ROOT / "README.md").start(text, "quick", steps=1)
