"""A question that replaces another one while its texts are written."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect


@pytest.mark.slow
@pytest.mark.browser
def test_what_replaces_a_question_that_is_slowly_cancelled_can_be_stopped(
    page: Page, shipped_url: str
) -> None:
    """On a busy machine Gradio's cancelling outlasts the answer that it cancels."""
    held: list[Route] = []
    page.route("**/reset", lambda route: held.append(route))
    page.goto(f"{shipped_url}?checkpoint=wikipedia-2x640&length=5000&columns=4&seed=He+")
    expect(page.locator("#seed-text textarea")).to_have_value("He ")
    given, written = page.locator(".given").first, page.locator(".written").first
    stop, said = page.locator("#stop-writing"), page.locator(".text-columns-said")
    page.locator("#write").click()
    expect(written).not_to_be_empty()
    page.locator("#seed-text textarea").fill("Now ")
    page.locator("#seed-text textarea").press("Enter")
    expect(stop).to_be_hidden()  # the first answer has ended
    page.wait_for_timeout(500)
    while held:
        held.pop().continue_()
    page.unroute("**/reset")
    expect(given).to_have_text("Now ")
    expect(written).not_to_be_empty()
    stop.click()
    expect(said).to_have_text("Stopped.")
    length = len(written.text_content() or "")
    assert 0 < length < 5000
    page.wait_for_timeout(500)
    assert len(written.text_content() or "") == length
