"""A disk that fills up at any write of a save ends a run with a sentence; what was saved stands."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.errors import UserError
from charlstm.model.tensor_file import save_tensors
from charlstm.runs import runner
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import CorpusSpec
from tests.fixtures.run_history import SMALL_RUN, history, numbers

PAGE = os.sysconf("SC_PAGESIZE")  # a tmpfs gives its files so many bytes at a time


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    mount = tmp_path / "disk"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(mount)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this user may not mount a disk")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


@contextlib.contextmanager
def left(disk: Path, size: int) -> Iterator[None]:
    """Fill a disk up to so many bytes, for the length of the block."""
    ballast = disk / "ballast"
    usage = os.statvfs(disk)
    ballast.write_bytes(bytes(usage.f_bavail * usage.f_frsize - size))
    yield
    ballast.unlink()


def stopped_run(folder: Path, settings: RunSettings, after: int) -> None:
    stop = threading.Event()
    for record in run(folder, settings, stop):
        if record.step == after:
            stop.set()


def ending_of(folder: Path, settings: RunSettings, after: int) -> str:
    """The sentence that a run ends with, or "" if it comes as far as its step ``after``."""
    try:
        stopped_run(folder, settings, after)
    except UserError as error:
        return str(error)
    return ""


def saves_at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "SAVE_SECONDS", -1.0)
    monkeypatch.setattr(runner, "FIRST_SAVE_SECONDS", -1.0)


def test_tensors_that_find_no_room_are_an_error_of_the_disk(disk: Path) -> None:
    with left(disk, PAGE), pytest.raises(OSError, match="No space left"):
        save_tensors({"a": torch.zeros(PAGE)}, disk / "tensors", {})


@pytest.mark.slow
def test_a_run_that_finds_no_room_to_begin_says_so(
    disk: Path, text: CorpusSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves_at_every_step(monkeypatch)
    settings, folder = RunSettings(text, "quick", SMALL_RUN), disk / "run"
    for pages in range(200):
        with left(disk, pages * PAGE):
            said = ending_of(folder, settings, after=3)
        assert not said or "can't be written" in said
        stopped_run(folder, settings, after=5)  # it goes on, or begins, when there is room
        load_checkpoint(folder)
        shutil.rmtree(folder)
        if not said:
            return
    pytest.fail("it never had room enough")


@pytest.mark.slow
def test_wherever_it_fills_up_what_was_saved_stands(
    disk: Path, tmp_path: Path, text: CorpusSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves_at_every_step(monkeypatch)
    settings = RunSettings(text, "quick", SMALL_RUN)
    whole = numbers(run(tmp_path / "whole", settings, threading.Event()))
    stopped_run(tmp_path / "begun", settings, after=30)
    for pages in range(200):
        folder = disk / "run"
        shutil.copytree(tmp_path / "begun", folder)
        with left(disk, pages * PAGE):
            said = ending_of(folder, RunSettings.load(folder), after=31)
        assert not said or "can't be written" in said
        load_checkpoint(folder)
        stopped_run(folder, RunSettings.load(folder), after=32)
        kept = [record for record in numbers(history(folder)) if record["kind"] != "end"]
        assert kept == whole[: len(kept)]
        shutil.rmtree(folder)
        if not said:
            break
    assert not said
    assert pages > 5  # it ended at several writes of several files
