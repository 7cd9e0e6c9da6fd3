"""What the tests of the Temperature tab's panels share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from charlstm.checkpoints.catalog import Checkpoints
from tests.fixtures.pages import launched
from tests.ui.temperature.panels import panel_checkpoints, panels


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Checkpoints:
    """See `panel_checkpoints`."""
    return panel_checkpoints(tmp_path_factory.mktemp("panel-checkpoints"))


@pytest.fixture(scope="module")
def address(checkpoints: Checkpoints) -> Iterator[str]:
    """Of a page with nothing but the panels."""
    with launched(lambda: panels(checkpoints)) as url:
        yield url
