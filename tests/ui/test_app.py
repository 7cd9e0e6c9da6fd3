"""The page as a whole: header, start and end."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from tests.fixtures.processes import app_process
from tests.ui.train.page import PATIENCE


def test_no_listener_is_public_but_what_the_readme_names(page_url: str) -> None:
    info = httpx.get(f"{page_url}gradio_api/info").raise_for_status().json()
    assert set(info["named_endpoints"]) == {"/sample", "/score", "/probe", "/cells", "/room"}
    assert info["unnamed_endpoints"] == {}


def test_the_page_itself_is_compressed(page_url: str) -> None:
    plain = httpx.get(page_url, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for encoding in ("br", "gzip"):
        with httpx.stream("GET", page_url, headers={"Accept-Encoding": encoding}) as answer:
            assert answer.headers["content-encoding"] == encoding
            sent = b"".join(answer.iter_raw())
        assert len(sent) < len(plain.content) / 4


@pytest.mark.slow
def test_the_app_serves_and_ends_cleanly_when_it_is_told_to(app_folders: Path) -> None:
    with app_process(app_folders) as (app, url):
        assert httpx.get(url).raise_for_status().text.count("CharLSTM playground") > 0
        app.send_signal(signal.SIGTERM)
        _, errors = app.communicate()
    assert app.returncode == 0
    assert "Traceback" not in errors


@pytest.mark.slow
@pytest.mark.browser
def test_the_header_names_the_checkpoint_and_what_it_scores(
    page: Page, page_url: str, app_checkpoints: Checkpoints
) -> None:
    parameters = sum(p.numel() for p in app_checkpoints.load("tiny").model.parameters())
    page.goto(page_url)
    expect(page.get_by_role("heading", level=1)).to_have_text("CharLSTM playground")
    expect(page.get_by_role("combobox", name="Checkpoint")).to_have_value("tiny")
    expect(page.locator("#checkpoint-facts")).to_contain_text(
        f"not measured yet, {parameters / 1000:.2f} k parameters"
    )
    expect(page.locator(".run-line")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_every_control_has_a_name_and_every_tab_opens_from_the_keyboard(
    page: Page, page_url: str
) -> None:
    page.goto(page_url)
    page.get_by_role("tab", name="Temperature").focus()
    for name in ("Brackets", "Train", "Class", "Lesson"):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    unnamed = page.evaluate(
        "() => [...document.querySelectorAll('main input, main textarea, main [role=combobox]')]"
        ".filter(e => !e.getAttribute('aria-label') && !e.labels?.[0]?.textContent.trim() &&"
        " e.type !== 'file').map(e => e.outerHTML)"
    )
    assert unnamed == []


@pytest.mark.slow
@pytest.mark.browser
def test_the_header_tells_whether_a_run_is_training(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?tab=train&corpus=brackets")
    line = page.locator(".run-line")
    page.get_by_role("button", name="Start").click()
    expect(line).to_contain_text("training", timeout=PATIENCE)
    page.get_by_role("button", name="Stop").locator("visible=true").click()
    expect(line).to_be_hidden(timeout=PATIENCE)


@pytest.mark.slow
@pytest.mark.browser
def test_who_wants_less_motion_gets_none(page: Page, page_url: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(page_url)
    page.locator("#write").wait_for()
    lasting = page.evaluate(
        "[...document.querySelectorAll('main *')].map((e) => getComputedStyle(e))"
        ".filter((s) => parseFloat(s.transitionDuration) > 0.001).length"
    )
    assert lasting == 0
