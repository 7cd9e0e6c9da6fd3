"""One browser with nine tabs of the page: it opens six connections to a server, for all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect


@pytest.fixture
def person(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 900, "height": 700})
    yield context
    context.close()


@pytest.mark.slow
@pytest.mark.browser
def test_the_ninth_tab_opens_and_writes(person: BrowserContext, page_url: str) -> None:
    tabs: list[Page] = []
    held: set[tuple[Page, str]] = set()
    for number in range(9):
        page = person.new_page()
        page.on("request", lambda request, page=page: held.add((page, request.url)))
        for done in ("requestfinished", "requestfailed"):
            page.on(done, lambda request, page=page: held.discard((page, request.url)))
        page.goto(f"{page_url}?tab={'train' if number % 2 else 'temperature'}&length=20")
        expect(page.get_by_role("heading", level=1)).to_have_text("CharLSTM playground")
        expect(page.get_by_role("tab", name="Train")).to_be_visible()
        tabs.append(page)
    last = tabs[-1]
    last.locator("#write").click()
    expect(last.locator("#columns")).to_contain_text("The meaning of life is ")
    expect(last.locator("#stop-writing")).to_be_hidden()
    for page in tabs:
        expect(page.locator("#checkpoint-facts")).to_contain_text("parameters")
    last.wait_for_timeout(1_000)
    assert [url for _, url in held if "heartbeat" in url or "queue/data" in url] == []
