"""A page whose classes can ask: a model that closes brackets, trained on a text for everybody."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.files import SETTINGS
from charlstm.runs.manager import Runs
from charlstm.text.bracket_language import BracketLanguage
from tests.fixtures.known_model import bracket_model
from tests.fixtures.pages import app_page

KEY = "the key of <b>this</b> server"


@pytest.fixture(scope="module")
def class_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page."""
    folder = tmp_path_factory.mktemp("class-checkpoints")
    save_checkpoint(folder / "exact", *bracket_model(BracketLanguage()), "")
    (folder / "exact" / SETTINGS).write_text(json.dumps({"corpus": "brackets"}))
    with app_page(Checkpoints(folder, folder), Runs(folder), teacher_key=KEY) as url:
        yield url


@pytest.fixture
def newcomer(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Makes the page of another person's browser; an error in its console fails the test."""
    pages: list[Page] = []
    complaints: list[str] = []

    def come() -> Page:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        pages.append(page)
        return page

    yield come
    for page in pages:
        page.context.close()
    assert complaints == []
