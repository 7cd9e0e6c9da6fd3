"""The Temperature tab in a real browser: settings in links and files, and locked dice."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from tests.ui.temperature.page import SEED, expected, written

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_link_that_was_written_writes_the_same_again(
    page: Page, page_url: str, browser: Browser, app_checkpoints: Checkpoints
) -> None:
    settings = {"length": 60, "dice": 12, "columns": 4, "t1": 0.37, "t4": 3, "top_k": 30}
    page.goto(f"{page_url}?{urlencode(settings | {'top_p': 0.9, 'min_p': 0.01, 'lock': 'true'})}")
    box = page.locator("#seed-text textarea")
    expect(page.locator("#dice input")).to_have_value("12")
    expect(page.get_by_label("Temperature of column 4")).to_have_value("3.0")
    box.fill("Paris ( ")
    box.press("Enter")
    first = written(page, 60, columns=4)
    expect(page.locator(".cut")).to_have_text(
        "Cut to the 30 likeliest characters, then to the fewest that make up 90 % of the chance, "
        "then to those at least 1 % as likely as the likeliest, after temperature."
    )
    fingerprint = app_checkpoints.info("tiny").fingerprint
    page.wait_for_function("location.search.includes('weights=')")
    for part in ("go=1", "checkpoint=tiny", f"weights={fingerprint}", "lock=true", "columns=4"):
        assert part in page.url

    other = browser.new_page()
    other.goto(page.url)
    assert written(other, 60, columns=4) == first
    assert other.locator("#link-notes p").count() == 0
    expect(other.locator("#roll")).to_be_disabled()
    other.close()


def test_a_link_of_another_checkpoint_says_so(
    page: Page, page_url: str, app_checkpoints: Checkpoints
) -> None:
    page.goto(f"{page_url}?checkpoint=gone&weights=0123456789&length=20&go=1")
    said = page.locator("#link-notes p")
    expect(said).to_contain_text("This link is of the checkpoint 'gone', which is not here: tiny")
    assert written(page, 20) == expected(app_checkpoints, SEED, 20, dice=7)
    page.goto(f"{page_url}?checkpoint=tiny&weights=0123456789&length=20&go=1")
    expect(said).to_contain_text("This link is of other weights of tiny (0123456789, here ")
    page.wait_for_function("!location.search.includes('0123456789')")


def test_locked_dice_stay(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?length=30&go=1")
    before = written(page, 30)
    page.get_by_label("lock dice").check()
    expect(page.locator("#seed-notes")).to_contain_text("The dice are locked at 7")
    expect(page.locator("#roll")).to_be_disabled()
    expect(page.locator("#dice input")).to_be_disabled()
    page.locator("#preset").click()
    assert page.locator("#dice input").input_value() == "7"
    assert written(page, 30) == before
    page.get_by_label("lock dice").uncheck()
    page.locator("#roll").click()
    expect(page.locator("#dice input")).not_to_have_value("7")
    expect(page.locator("#seed-notes p")).to_have_count(0)


def test_texts_are_taken_away_with_all_settings(
    page: Page, page_url: str, app_checkpoints: Checkpoints
) -> None:
    page.goto(f"{page_url}?length=30&top_k=50&go=1")
    written(page, 30)
    page.wait_for_function("location.search.includes('weights=')")
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").click()
    saved = json.loads(download.value.path().read_text(encoding="utf-8"))
    texts = page.locator(".written").all_text_contents()
    fingerprint = app_checkpoints.info("tiny").fingerprint
    assert download.value.suggested_filename == "tiny-dice-7.json"
    assert saved == {
        "checkpoint": "tiny",
        "fingerprint": fingerprint,
        "seed_text": SEED,
        "dice": 7,
        "length": 30,
        "truncation": {"top_k": 50, "top_p": 1, "min_p": 0},
        "columns": [
            {"temperature": t, "text": text} for t, text in zip([0.2, 0.5, 1], texts, strict=True)
        ],
        "link": page.url,
    }
    with page.expect_download() as download:
        page.get_by_role("button", name="Save texts and settings as text").click()
    text = download.value.path().read_text(encoding="utf-8")
    for part in ("tiny", fingerprint, "Dice: 7", "50 likeliest", f"T 0.5\n{SEED}{texts[1]}\n"):
        assert part in text

    # What is copied is the same; pasted into a text box, it shows.
    button = page.get_by_role("button", name="Copy texts and settings")
    button.click()
    expect(button).to_have_text("Copied")
    expect(page.locator(".text-columns-said")).to_have_text("Copied.")
    page.locator("#seed-text textarea").fill("")
    page.locator("#seed-text textarea").press("Control+v")
    assert page.locator("#seed-text textarea").input_value() == text
