"""axe-core finds nothing serious on any tab, with every panel open, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.folders import SHIPPED
from charlstm.runs.manager import Runs
from charlstm.texts import text
from charlstm.ui.app import TABS
from tests.fixtures.browser import open_panels
from tests.fixtures.pages import app_page

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("accessibility")
    with app_page(Checkpoints(folder, SHIPPED), Runs(folder, shipped=SHIPPED)) as url:
        yield url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tab", TABS)
def test_axe_finds_nothing_serious(browser: Browser, address: str, tab: str, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{address}?tab={tab}")
    expect(page.get_by_role("tab", name=text(f"page.tabs.{tab}"), selected=True)).to_be_visible()
    open_panels(page)
    findings = [
        f"{violation['impact']} {violation['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    context.close()
    assert findings == []
