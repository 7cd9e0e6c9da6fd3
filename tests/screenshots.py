"""Pictures of every tab as people see it: ``python -m tests.screenshots FOLDER``.

For each tab and each kind of screen one picture of what is seen first, and one of the whole page
with all panels open. The page has the shipped checkpoints, and no runs.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.folders import SHIPPED
from charlstm.runs.manager import Runs
from charlstm.texts import text
from charlstm.ui.app import TABS
from tests.fixtures.browser import chromium, open_panels
from tests.fixtures.pages import app_page

SCREENS = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
    # 1920 x 1080 at 150 %.
    "projector": {"viewport": {"width": 1280, "height": 720}, "device_scale_factor": 1.5},
}


def take(browser: Browser, address: str, folder: Path) -> None:
    """Write the pictures of all tabs and screens into a folder, as ``TAB-SCREEN[-open].png``."""
    for screen, options in SCREENS.items():
        context = browser.new_context(**options, reduced_motion="reduce")  # type: ignore[arg-type]
        for tab in TABS:
            page = context.new_page()
            page.goto(f"{address}?tab={tab}")
            page.get_by_role("tab", name=text(f"page.tabs.{tab}"), selected=True).wait_for()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{tab}-{screen}.png")
            open_panels(page)
            page.screenshot(path=folder / f"{tab}-{screen}-open.png", full_page=True)
            page.close()
        context.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures are written")
    folder = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as runs, sync_playwright() as playwright:
        browser = chromium(playwright)
        with app_page(
            Checkpoints(Path(runs), SHIPPED), Runs(Path(runs), shipped=SHIPPED)
        ) as address:
            take(browser, address, folder)
        browser.close()


if __name__ == "__main__":
    main()
