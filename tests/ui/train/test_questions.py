"""What the Train tab's scripts send passes its doors."""

from __future__ import annotations

import pytest

from charlstm.ui.components.contract import reader
from charlstm.ui.train.questions import RunAsked


@pytest.mark.parametrize("named", ["20261129-a-run", None])
def test_a_page_opens_with_and_without_a_run_in_its_address(named: str | None) -> None:
    read = reader(RunAsked)
    asked = read({"run": None, "order": 0, "owner": "a" * 32, "event": {"run": named}})
    assert asked.event.run == named
