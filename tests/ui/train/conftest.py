"""Runs that have ended, for the tests of the Train tab."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings, new_run_name
from charlstm.text.spec import BRACKETS
from charlstm.training.config import PRESETS


@pytest.fixture(scope="module")
def finished_run(app_folders: Path) -> str:
    """A run of a few steps, to its end, in this process."""
    name = new_run_name(BRACKETS, "quick")
    config = replace(PRESETS["quick"], hidden_size=8, steps=12, seconds=None)
    for _ in run(app_folders / name, RunSettings(BRACKETS, "quick", config), threading.Event()):
        pass
    return name
