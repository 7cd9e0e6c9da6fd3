"""Fixtures of runs."""

from __future__ import annotations

import pytest

from charlstm.runs.manager import Runs


@pytest.fixture
def runs(tmp_path):
    made = Runs(tmp_path)
    yield made
    made.close()
