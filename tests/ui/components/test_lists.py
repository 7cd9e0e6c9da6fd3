"""The lists of dropdowns."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.slow
@pytest.mark.browser
def test_the_checkpoint_list_closes_when_tab_leaves_it(page: Page, page_url: str) -> None:
    page.goto(page_url)
    picker = page.get_by_role("combobox", name="Checkpoint")
    picker.focus()
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Tab")
    expect(picker).not_to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(picker).to_have_attribute("aria-expanded", "false")
