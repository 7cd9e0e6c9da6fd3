from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.checkpoints.files import HISTORY
from charlstm.cli.train import NICE
from charlstm.errors import UserError
from charlstm.runs.limits import Limits
from charlstm.runs.manager import Runs
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import CorpusSpec
from charlstm.training.config import PRESETS
from tests.fixtures.processes import PATIENCE, process, read_until, wait_for
from tests.fixtures.run_history import history
from tests.fixtures.small import ROOT

ONE, OTHER = "1" * 32, "2" * 32  # two browsers' tokens


@pytest.mark.slow
def test_started_watched_stopped_and_resumed(runs, tmp_path, text):
    name = runs.start(text, "quick", steps=10**5, hidden_size=8)
    assert runs.catalog.status(name).state == "starting"
    records, offset = [], 0

    def read_on():
        nonlocal offset
        new, offset = runs.catalog.history(name, offset)
        records.extend(new)
        return sum(record.kind == "step" for record in records) >= 3

    wait_for(read_on, "three steps")
    assert runs.catalog.status(name).state == "running"
    # A second app that looks at the same folder sees it running too, and can't stop it.
    other = Runs(tmp_path)
    assert other.catalog.status(name).state == "running"
    with pytest.raises(UserError, match="not one that trains here"):
        other.stop(name)
    if hasattr(os, "getpriority"):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        run_process = runs._processes.of(name).pid
        assert os.getpriority(os.PRIO_PROCESS, run_process) == min(own + NICE, 19)

    runs.stop(name)
    wait_for(lambda: runs.catalog.status(name).state == "stopped", "the run stopped")
    status = runs.catalog.status(name)
    assert 3 <= status.step < 10**5
    own = CorpusSpec.parse("text.txt", tmp_path / name)  # a copy beside the run
    assert (status.total_steps, status.preset, status.corpus) == (10**5, "quick", own)
    assert (tmp_path / name / "text.txt").read_bytes() == Path(text.name).read_bytes()
    read_on()
    assert records[-1].reason == "stopped"
    assert [r.step for r in records if r.kind == "step"] == list(range(1, status.step + 1))

    runs.resume(name)
    runs.close()  # the app ends: it waits until the run has saved
    assert runs.catalog.status(name).state == "stopped"
    assert [status.name for status in runs.catalog.list()] == [name]


@pytest.mark.slow
def test_killed_it_is_interrupted_and_finishes_when_resumed(runs, text):
    name = runs.start(text, "quick", steps=60)
    wait_for(lambda: runs.catalog.status(name).step >= 1, "a first step")
    runs._processes.of(name).send_signal(signal.SIGKILL)
    runs._processes.of(name).wait(PATIENCE)
    if runs.catalog.status(name).state != "finished":  # a fast machine may have been through
        assert runs.catalog.status(name).state == "interrupted"
        assert "can go on" in runs.catalog.status(name).message
        runs.resume(name)
    wait_for(lambda: runs.catalog.status(name).state == "finished", "the run finished")
    assert runs.catalog.status(name).step == 60
    with pytest.raises(UserError, match="nothing to resume"):
        runs.resume(name)


@pytest.mark.slow
def test_what_a_run_fails_with_is_said(runs, tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("too short a text " * 3)
    name = runs.start(CorpusSpec.parse(str(path)), "quick")
    wait_for(lambda: runs.catalog.status(name).state == "failed", "the run failed")
    assert "one step of these settings reads" in runs.catalog.status(name).message


@pytest.mark.slow
def test_the_app_killed_the_run_saves_and_ends(tmp_path, text):
    code = (
        "import sys, threading; from pathlib import Path; from charlstm.runs.manager import Runs\n"
        "from charlstm.text.spec import CorpusSpec\n"
        f"runs, text = Runs(Path({str(tmp_path)!r})), CorpusSpec.parse({str(text)!r})\n"
        "print(runs.start(text, 'quick', steps=10**5))\n"
        "sys.stdout.flush(); threading.Event().wait()"
    )
    with process("-c", code) as app:
        name = read_until(app, app.stdout, "\n").strip()
        runs = Runs(tmp_path)
        wait_for(lambda: runs.catalog.status(name).step > 5, "some steps")
    wait_for(lambda: runs.catalog.status(name).state == "stopped", "the run saved and ended")
    assert (tmp_path / name / "model.safetensors").is_file()


def test_histories_are_read_in_whole_lines(tmp_path, text):
    config = replace(PRESETS["quick"], steps=3, seconds=None, hidden_size=4)
    list(run(tmp_path / "one", RunSettings(text, "quick", config), threading.Event()))
    runs = Runs(tmp_path)
    whole, end = runs.catalog.history("one", 0)
    path = tmp_path / "one" / HISTORY
    assert end == path.stat().st_size
    kinds = ["sample", "step", "sample", "step", "step", "sample", "validation", "end"]
    assert [r.kind for r in whole] == kinds
    assert runs.catalog.history("one", end) == ([], end)
    with path.open("a") as file:
        file.write('{"kind": "st')
    assert runs.catalog.history("one", end) == ([], end)
    assert runs.catalog.history("one", 10**9)[0] == whole  # the file was cut: from its start again
    assert runs.catalog.history("one", -5)[0] == whole


@pytest.mark.parametrize("name", ["", "..", "../x", "nowhere", None, 3, "a/b"])
def test_an_unknown_run_gets_a_sentence(runs, name):
    for ask in (
        runs.catalog.status,
        runs.stop,
        runs.resume,
        lambda name: runs.catalog.history(name, 0),
    ):
        with pytest.raises(UserError, match="There is no run called"):
            ask(name)


def test_a_preset_or_budget_that_is_none_gets_a_sentence(runs, tmp_path, text):
    with pytest.raises(UserError, match="no preset"):
        runs.start(text, "slow")
    with pytest.raises(UserError, match="budget"):
        runs.start(text, "quick", seconds=-1)
    assert list(tmp_path.iterdir()) == []
    assert runs.catalog.list() == []


def test_a_folder_that_cannot_be_written_gets_a_sentence(text):
    with pytest.raises(UserError, match="CHARLSTM_HOME"):
        Runs(ROOT / "README.md").start(text, "quick", steps=1)


@pytest.mark.slow
def test_a_run_is_its_browsers(runs, tmp_path, text):
    name = runs.start(text, "quick", steps=10**5, owner=ONE, title="Hers")
    lent = runs.start(text, "quick", steps=3, owner=ONE, title="Lent", shared=True)
    for stranger in (OTHER, "", "\ud800", "1" * 31):
        for control in (runs.stop, runs.resume):
            # Of a run that is not theirs to watch, strangers do not even learn the name.
            with pytest.raises(UserError, match=f"There is no run called '{name}'"):
                control(name, stranger)
            with pytest.raises(UserError, match="'Lent' was not started in this browser"):
                control(lent, stranger)
        assert not runs.may_control(name, stranger)
    runs.stop(lent, ONE)
    wait_for(lambda: runs.catalog.status(name).step > 0, "a step")
    written = [path for path in (tmp_path / name).iterdir() if path.is_file()]
    assert not any(ONE.encode() in path.read_bytes() for path in written)
    runs.stop(name, ONE)
    wait_for(lambda: runs.catalog.status(name).state == "stopped", "the run stopped")
    # After a restart of the app it still is.
    again = Runs(tmp_path)
    assert again.may_control(name, ONE)
    assert not again.may_control(name, OTHER)
    again.resume(name, ONE)
    again.close()

    (tmp_path / "shell").mkdir()
    RunSettings(text, "quick", PRESETS["quick"]).save(tmp_path / "shell")
    assert not again.may_control("shell", ONE)
    with pytest.raises(UserError, match="did not say who"):
        runs.start(text, "quick", owner="' or 1")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"seconds": 31}, "in seconds is 31, and at most 30"),
        ({"seconds": float("inf")}, "in seconds must be a number above zero"),
        ({"steps": 101}, "in steps is 101, and at most 100"),
        ({"steps": 1.5}, "in steps must be a whole number"),
        ({"steps": 5, "seconds": 5}, "in steps or in seconds"),
        ({"seconds": 5, "hidden_size": 65}, "hidden size is 65, and at most 64"),
        ({"seconds": 5, "hidden_size": 0}, "hidden size must be"),
        ({"seconds": 5}, "hidden size is 288"),
        ({}, "in seconds is 60"),
    ],
)
def test_limits_hold(tmp_path, text, asked, sentence):
    runs = Runs(tmp_path, Limits(seconds=30, steps=100, hidden=64))
    with pytest.raises(UserError, match=sentence):
        runs.start(text, "quick", **asked)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_why_a_run_could_not_go_on_is_said(runs, tmp_path, text):
    name = runs.start(text, "quick", steps=10**5, hidden_size=8)
    own = tmp_path / name / "text.txt"
    wait_for(lambda: runs.catalog.status(name).step > 0, "a step")
    runs.stop(name)
    wait_for(lambda: runs.catalog.status(name).state == "stopped", "the run stopped")
    kept, before = own.read_text(), history(tmp_path / name)
    for spoil, sentence in (
        (own.unlink, "is gone: there is no text.txt."),
        (lambda: own.write_text(kept[::-1]), "has changed since it began"),
    ):
        spoil()
        runs.resume(name)
        wait_for(lambda said=sentence: said in runs.catalog.status(name).message, sentence)
        assert runs.catalog.status(name).state == "stopped"
        assert str(tmp_path) not in runs.catalog.status(name).message
    own.write_text(kept)
    runs.resume(name)
    wait_for(lambda: runs.catalog.status(name).state == "running", "the run going on")
    assert history(tmp_path / name)[: len(before) - 1] == before[:-1]  # all but the end


@pytest.mark.slow
def test_why_a_process_did_not_start_is_said(runs, tmp_path, text):
    name = runs.start(text, "quick", steps=10**5, hidden_size=8)
    wait_for(lambda: runs.catalog.status(name).step > 0, "a step")
    runs.stop(name)
    wait_for(lambda: runs.catalog.status(name).state == "stopped", "the run stopped")
    log = tmp_path / name / "log.txt"
    log.unlink()
    log.mkdir()  # the process can't be given a log
    runs.resume(name)
    assert "could not start (Is a directory)" in runs.catalog.status(name).message
    log.rmdir()
    runs.resume(name)
    wait_for(lambda: runs.catalog.status(name).state == "running", "the run going on")
    assert runs.catalog.status(name).message == ""


@pytest.mark.slow
def test_own_settings_reach_the_run(runs, tmp_path, text):
    name = runs.start(text, "quick", steps=7, hidden_size=24)
    wait_for(lambda: runs.catalog.status(name).state == "finished", "the run finished")
    status = runs.catalog.status(name)
    assert (status.step, status.hidden_size, status.own_settings) == (7, 24, True)
    assert load_checkpoint(tmp_path / name).model.lstm.hidden_size == 24
    config = RunSettings.load(tmp_path / name).config
    assert config == replace(PRESETS["quick"], steps=7, seconds=None, hidden_size=24)
    [*_, last] = [r for r in runs.catalog.history(name, 0)[0] if r.kind == "step"]
    assert status.pace == pytest.approx(last.characters / status.elapsed)


@pytest.mark.slow
def test_a_budget_in_steps_ends_with_the_time_that_is_allowed(tmp_path, text):
    runs = Runs(tmp_path, Limits(seconds=1))
    try:
        name = runs.start(text, "quick", steps=10**5)
        wait_for(lambda: runs.catalog.status(name).state == "stopped", "the run stopped")
        assert runs.catalog.status(name).elapsed >= 1
        with pytest.raises(UserError, match="has trained for 1 second, the most"):
            runs.resume(name)
    finally:
        runs.close()
