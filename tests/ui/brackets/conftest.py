"""The checkpoints that tests of the Brackets tab ask, and a page with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.runs.manager import Runs
from tests.fixtures.pages import app_page
from tests.ui.brackets.page import bracket_checkpoints


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Checkpoints:
    """See `bracket_checkpoints`."""
    return bracket_checkpoints(tmp_path_factory.mktemp("bracket-checkpoints"))


@pytest.fixture(scope="module")
def address(checkpoints: Checkpoints, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a page that offers them."""
    with app_page(checkpoints, Runs(tmp_path_factory.mktemp("bracket-runs"))) as url:
        yield url
