"""A browser's token: kept in whatever place the browser allows, and what is said where none is."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from charlstm.checkpoints.owners import claim
from charlstm.ui.components.visitor import COOKIE
from tests.ui.conftest import TINY
from tests.ui.train.page import (
    PATIENCE,
    button,
    choose_text,
    part,
    start_small,
    to_train,
    wait_past,
)

TOKEN = re.compile(r"[0-9a-f]{32}")
AROUND = "http://localhost:7/around.html"  # another site than 127.0.0.1, and nothing is there
REFUSED = """
    Object.defineProperty(Document.prototype, "cookie", { get: () => "", set() {} });
    Object.defineProperty(window, "localStorage", { get() { throw new Error("refused"); } });
"""

pytestmark = pytest.mark.browser


def token(page: Page | Frame) -> str:
    page.wait_for_function("() => typeof charlstmOwner === 'object'")
    found: str = page.evaluate("charlstmOwner.token()")
    assert TOKEN.fullmatch(found)
    return found


def note(page: Page | Frame) -> str:
    to_train(page)
    return page.locator("#storage-note").inner_text().strip()


def framed(page: Page, url: str) -> Frame:
    """The page in a frame of another site."""
    page.route(
        AROUND,
        lambda route: route.fulfill(
            body=f'<iframe src="{url}" width="1200" height="800"></iframe>',
            content_type="text/html",
        ),
    )
    return shown(page, lambda: page.goto(AROUND))


def shown(page: Page, show: Callable[[], object]) -> Frame:
    """The frame after it was loaded, and after the page in it has asked what it asks first."""
    with page.expect_response(lambda response: "/run/predict" in response.url):
        show()
    [_, frame] = page.frames
    token(frame)
    frame.wait_for_timeout(500)  # Gradio logs a request that a reload breaks off as an error
    return frame


@pytest.fixture
def private_model(app_folders: Path) -> Iterator[Path]:
    """A checkpoint that is nobody's yet; it is removed after the test."""
    folder = app_folders / "private"
    shutil.copytree(app_folders / TINY, folder)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
def test_a_frame_of_another_site_keeps_it_and_sends_it(
    page: Page, page_url: str, private_model: Path
) -> None:
    frame = framed(page, page_url)
    first = token(frame)
    claim(private_model, first, shared=False)
    frame = shown(page, page.reload)
    assert token(frame) == first
    assert note(frame) == ""
    frame.locator("#checkpoint input").click()
    expect(frame.get_by_role("option", name=private_model.name)).to_be_visible()


def stopped_and_saved(page: Page, frame: Frame, folder: Path) -> set[str]:
    """Stop the watched run in a frame of a page and save its checkpoint; the names of its files."""
    to_train(frame)
    wait_past(frame, 0)
    expect(frame.locator("#run-note")).to_contain_text("Stop saves it")
    button(frame, "Stop").click()
    expect(part(frame, "outcome")).to_contain_text("Stopped at step", timeout=PATIENCE)
    expect(button(frame, "Resume")).to_be_visible()
    with page.expect_download() as saved:
        part(frame, "save").get_by_role("button", name="Checkpoint").click()
    saved.value.save_as(folder / "saved.zip")
    with zipfile.ZipFile(folder / "saved.zip") as archive:
        assert archive.testzip() is None
        return {Path(name).name for name in archive.namelist()}


@pytest.mark.slow
def test_a_private_run_started_in_a_frame_is_ones_own_after_a_reload(
    page: Page, page_url: str, tmp_path: Path
) -> None:
    frame = framed(page, page_url)
    assert note(frame) == ""
    choose_text(frame, "Own text")
    frame.get_by_label("Your text").fill("The cab ( bed ) face. " * 300)
    start_small(frame, "Own text")
    wait_past(frame, 0)
    frame = shown(page, page.reload)
    assert {"model.safetensors", "config.json"} <= stopped_and_saved(page, frame, tmp_path)


@pytest.mark.slow
def test_where_storage_is_refused_a_frame_that_is_reloaded_alone_keeps_its_run(
    page: Page, page_url: str, tmp_path: Path
) -> None:
    page.add_init_script(REFUSED)
    frame = framed(page, page_url)
    assert "keeps nothing of this page" in note(frame)
    start_small(frame)
    wait_past(frame, 0)
    frame = shown(page, lambda: frame.evaluate("location.reload()"))
    assert {"model.safetensors", "config.json"} <= stopped_and_saved(page, frame, tmp_path)


@pytest.mark.slow
def test_the_address_keeps_it_where_the_browser_keeps_nothing(page: Page, page_url: str) -> None:
    page.add_init_script(REFUSED)
    page.goto(f"{page_url}?dice=5")
    first = token(page)
    assert "sends no cookies" in note(page)
    page.wait_for_function("() => location.search.includes('tab=train')")
    assert page.url.endswith(f"#{COOKIE}={first}")
    assert "dice=5" in page.url
    assert first not in page.evaluate("charlstmLink.address()")
    page.reload()
    assert token(page) == first
    page.goto(page_url)
    assert token(page) != first


@pytest.mark.slow
def test_where_nothing_keeps_it_that_is_said(page: Page, page_url: str) -> None:
    page.add_init_script(REFUSED)
    assert "keeps nothing of this page" in note(framed(page, page_url))


@pytest.mark.slow
def test_the_apps_of_one_host_know_a_browser_by_one_token(page: Page, page_url: str) -> None:
    page.goto(page_url)
    first = token(page)
    page.evaluate("localStorage.clear()")
    page.reload()
    assert token(page) == first
    page.context.clear_cookies()
    page.reload()
    assert token(page) == first
