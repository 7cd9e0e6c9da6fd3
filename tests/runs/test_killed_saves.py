"""A run killed with -9 before any change that it makes to its folder: nothing that was saved is
lost, and it goes on as if it had not been killed."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import CorpusSpec
from tests.fixtures.processes import PATIENCE, process, read_until
from tests.fixtures.run_history import SMALL_RUN, history, numbers

STEPS = 2  # a save after each, the last one three times


@pytest.mark.slow
def test_killed_before_any_change_of_its_folder_it_goes_on(
    tmp_path: Path, text: CorpusSpec
) -> None:
    settings = RunSettings(text, "quick", replace(SMALL_RUN, steps=STEPS))
    whole = tmp_path / "whole"
    list(run(whole, settings, threading.Event()))
    folder = tmp_path / "run"
    folder.mkdir()
    settings.save(folder)
    with process("-m", "tests.fixtures.killed_run", str(folder), seconds=5 * PATIENCE) as killing:
        assert killing.stdout is not None
        changes = int(read_until(killing, killing.stdout, "\n"))
    assert numbers(history(folder)) == numbers(history(whole))
    assert changes > 20 * STEPS
    begun = 0
    for deadly in range(1, changes + 1):
        killed = tmp_path / f"run-{deadly}"
        if (killed / "model.safetensors").exists():
            begun += 1
            load_checkpoint(killed)  # whatever a reader finds is whole
        list(run(killed, RunSettings.load(killed), threading.Event()))
        assert numbers(history(killed)) == numbers(history(whole)), deadly
        assert {path.name for path in killed.iterdir()} == {path.name for path in folder.iterdir()}
    assert begun > changes / 2
