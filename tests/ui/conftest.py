"""Fixtures of a real page: the app on its own port, a small checkpoint, and a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.folders import SHIPPED
from charlstm.model.lstm import CharLSTM
from charlstm.runs.manager import Runs
from charlstm.text.vocabulary import Vocabulary
from tests.fixtures.browser import chromium
from tests.fixtures.pages import app_page

TINY = "tiny"
"""Name of the checkpoint that the page offers: random weights, printable ASCII and a newline."""

_PATIENCE = 60_000  # ms, for busy machines
expect.set_options(timeout=_PATIENCE)


@pytest.fixture(scope="session")
def app_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoints folder of the running app; it holds `TINY`."""
    folder = tmp_path_factory.mktemp("checkpoints")
    vocab = Vocabulary.from_text("\n" + "".join(map(chr, range(32, 127))))
    torch.manual_seed(0)
    model = CharLSTM(len(vocab), embed_size=8, hidden_size=16, n_layers=1)
    save_checkpoint(folder / TINY, model, vocab, "---\nlicense: mit\n---\nRandom weights.\n")
    return folder


@pytest.fixture(scope="session")
def app_checkpoints(app_folders: Path) -> Checkpoints:
    """The checkpoint catalogue of the running app."""
    return Checkpoints(app_folders, app_folders)


@pytest.fixture(scope="session")
def shipped_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page with the shipped checkpoints, and no runs."""
    folder = tmp_path_factory.mktemp("no-runs")
    with app_page(Checkpoints(folder, SHIPPED), Runs(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def page_url(app_folders: Path, app_checkpoints: Checkpoints) -> Iterator[str]:
    """Address of the running app."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as app.py does on two cores
    with app_page(app_checkpoints, Runs(app_folders)) as url:
        yield url
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; where none starts, its tests are skipped, or fail if it is required."""
    with sync_playwright() as playwright:
        try:
            browser = chromium(playwright)
        except PlaywrightError as error:
            if os.environ.get("CHARLSTM_REQUIRE_BROWSER") == "1":
                pytest.fail(f"a browser is required, and none starts: {error}")
            pytest.skip("no Chromium here")
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser page; an error in its console fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{message.text} ({message.location.get('url', '')})")
            if message.type == "error"
            else None
        ),
    )
    yield page
    context.close()
    # Gradio reports requests that a reload breaks off.
    harmless = ("favicon", "AbortError: signal is aborted", "Connection errored out.")
    assert [line for line in complaints if not any(word in line for word in harmless)] == []


@pytest.fixture
def phone(page: Page) -> Page:
    """The browser page, as wide as a phone."""
    page.set_viewport_size({"width": 390, "height": 800})
    return page
