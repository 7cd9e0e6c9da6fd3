"""The first view: the texts that a visitor reads while the browser builds the page."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from charlstm.language import LANGUAGES
from charlstm.texts import table

VIEW = "#first-view"
HAS_VIEW = 'id="first-view"'


def test_it_is_in_each_language_and_in_the_theme_that_is_asked_for(shipped_url: str) -> None:
    for spoken in LANGUAGES:
        page = httpx.get(shipped_url, params={"lang": spoken}, headers={"Accept-Encoding": ""})
        assert int(page.headers["content-length"]) == len(page.content)
        view = page.text[page.text.index("<body") :]
        assert view.index(HAS_VIEW) < view.index("<gradio-app")
        assert f"<h1>{table(spoken)['page.title']}</h1>" in view
        assert str(table(spoken)["page.loading"]) in view
    colours = [
        re.findall(r"#first-view \{ --bg: (\S+);", httpx.get(shipped_url, params=query).text)
        for query in ({}, {"__theme": "light"}, {"__theme": "dark"}, {"__theme": "<b>"})
    ]
    light, dark = colours[0]
    assert colours == [[light, dark], [light], [dark], [light, dark]]


@pytest.mark.parametrize(
    "query", ["tab=brackets", "seed=He", "checkpoint=wikipedia-512", "room=abc", "step=2", "hide=x"]
)
def test_a_link_that_may_open_with_something_else_has_none(shipped_url: str, query: str) -> None:
    assert HAS_VIEW not in httpx.get(f"{shipped_url}?{query}").text


def test_a_page_without_the_example_has_none(page_url: str) -> None:
    assert HAS_VIEW not in httpx.get(page_url).text


def places(page: Page, *elements: str) -> list[dict[str, Any]]:
    """The box of each element's first occurrence that can be seen, in pixels."""
    boxes = [page.locator(each).locator("visible=true").first.bounding_box() for each in elements]
    return [dict(box) for box in boxes if box]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(("width", "most"), [(1280, 12), (390, 40)])
def test_the_page_has_the_same_texts_at_the_same_places(
    page: Page, shipped_url: str, width: int, most: float
) -> None:
    held: list[Route] = []
    page.set_viewport_size({"width": width, "height": 900})
    building = False
    page.route("**/assets/*.js", lambda each: each.continue_() if building else held.append(each))
    page.goto(shipped_url, wait_until="commit")
    expect(page.locator(f"{VIEW} pre")).to_have_count(3)
    texts = page.locator(f"{VIEW} pre").all_text_contents()
    serious = [
        (violation["id"], node["html"])
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    assert serious == []
    first = places(page, f"{VIEW} h1", f"{VIEW} .first-tabs", f"{VIEW} pre")

    building = True
    for route in held:
        route.continue_()
    expect(page.locator(VIEW)).to_have_count(0)
    expect(page.locator("#write")).to_be_visible()
    assert page.locator("#columns .text-columns pre").all_text_contents() == texts
    # Buttons and hints above the texts arrive one after another.
    page.wait_for_function(
        "([y, most]) => Math.abs(document.querySelector('#columns .text-columns pre')"
        ".getBoundingClientRect().y - y) <= most",
        arg=[first[2]["y"], most],
    )
    then = places(page, "#title h1", "#tabs .tab-wrapper", "#columns .text-columns pre")
    assert len(first) == len(then) == 3
    for one, other in zip(first, then, strict=True):
        assert abs(one["x"] - other["x"]) <= 1
        assert abs(one["y"] - other["y"]) <= most
    assert abs(first[2]["width"] - then[2]["width"]) <= 1
    assert abs(first[2]["height"] - then[2]["height"]) <= 1
