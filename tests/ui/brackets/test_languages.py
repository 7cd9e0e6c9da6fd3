"""The tab in each language: every text has the values of its gaps."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from charlstm.language import LANGUAGES
from charlstm.texts import table
from tests.fixtures.browser import open_panels
from tests.ui.brackets.page import Tab

LACKING = re.compile(r"undefined|NaN|\[\[|\{\w+\}")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("spoken", LANGUAGES)
def test_no_text_lacks_a_value(page: Page, address: str, spoken: str) -> None:
    asked = {"lang": spoken, "bracket_seed": "He ( had a cab", "units": "1:5", "gates": "true"}
    tab = Tab(page, address, samples=20, horizon=20, **asked)
    tab.go_on()
    tab.ask()
    page.locator(".cells-comma").click()
    page.locator(".cells-count").click()
    expect(page.locator(".cells-rates .dots")).to_have_attribute("data-phase", "done")
    page.locator("#ask-battery").click()
    expect(tab.battery.locator("circle.dot")).to_have_count(40)
    expect(page.locator("#stop-battery")).to_have_count(0)
    open_panels(page)
    words = page.locator("#tabs").inner_text()
    assert str(table(spoken)["brackets.answer.counted_stack"]) in words
    assert not LACKING.findall(words)
