"""Hints for a first-time visitor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.temperature.page import opened, written

pytestmark = pytest.mark.browser


def hints(page: Page) -> list[str]:
    """The names of the hints, once the page has opened."""
    expect(page.locator("#seed-text textarea")).to_have_value("The meaning of life is ")
    opened(page)
    shown = page.locator(".hint >> visible=true").evaluate_all(
        "all => all.map((each) => each.dataset.hint)"
    )
    return sorted(shown)


@pytest.mark.slow
def test_each_hint_goes_when_it_was_done_and_does_not_come_back(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?length=20")
    expect(page.locator("#write .hint")).to_be_visible()
    assert hints(page) == ["write"]  # there is no text yet whose characters could be clicked
    page.locator("#write").click()
    written(page, 20)
    assert hints(page) == ["turn", "why"]
    page.locator(".text-columns pre").first.click()
    expect(page.locator(".hint[data-hint=why]")).to_have_count(0)
    page.goto(f"{page_url}?length=20")
    assert hints(page) == []
    page.locator("#write").click()
    written(page, 20)
    assert hints(page) == ["turn"]
    page.get_by_label("Temperature of column 1").press("ArrowUp")
    expect(page.locator(".hint")).to_have_count(0)
    page.wait_for_function("location.search.includes('t1=0.25')")
    written(page, 20)
    page.goto(f"{page_url}?length=20")
    assert hints(page) == []
    page.locator("#write").click()
    written(page, 20)
    assert hints(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("query", ["length=20&go=1", "room=CDFGHJ"])
def test_a_link_that_guides_by_itself_has_none(page: Page, page_url: str, query: str) -> None:
    page.goto(f"{page_url}?{query}")
    assert hints(page) == []


@pytest.fixture
def refusing(browser: Browser) -> Iterator[Page]:
    """A page in a browser that refuses to store anything."""
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })"
    )
    yield context.new_page()
    context.close()


@pytest.mark.slow
def test_where_nothing_is_stored_a_hint_is_gone_for_this_visit(
    refusing: Page, page_url: str
) -> None:
    for _ in range(2):
        refusing.goto(f"{page_url}?length=20")
        assert hints(refusing) == ["write"]
        refusing.locator("#write").click()
        written(refusing, 20)
        assert hints(refusing) == ["turn", "why"]
