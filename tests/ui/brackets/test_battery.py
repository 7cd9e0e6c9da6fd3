"""The Brackets tab in a real browser: the battery of seed texts."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.battery import SAMPLES, battery, probing_battery
from charlstm.ui.brackets.battery.data import battery_sentence
from charlstm.ui.brackets.inputs import DICE
from tests.ui.brackets.page import LIVELY, READER, SILENT, Tab, as_owner

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_forty_texts_a_dot_each(page: Page, address: str, checkpoints: Checkpoints):
    tab = Tab(page, address, horizon=20, bracket_t2=1)
    expect(page.locator("#ask-battery")).to_have_text("Test 40 other texts at T 1.0")
    page.locator("#ask-battery").click()
    expect(tab.battery).to_have_attribute("aria-busy", "false")
    *_, last = probing_battery(checkpoints.sampler(LIVELY), battery(None), 1.0, SAMPLES, 20, DICE)
    expect(tab.battery.locator(".probe-said")).to_have_text(battery_sentence(last.result))
    expect(tab.battery.locator(".battery-source")).to_contain_text("written for this project")
    expect(tab.battery.locator("circle.dot")).to_have_count(40)
    expect(tab.battery.locator("circle.comma")).to_have_count(40)

    box = page.locator(".battery-dots")
    box.focus()
    page.keyboard.press("Home")
    first = last.rows[0]
    one = page.locator(".battery-one")
    expect(one).to_contain_text(f"closed in {first.closed} of {SAMPLES}")
    expect(one).to_contain_text(first.seed.text[-30:])
    page.locator(".battery summary").click()
    expect(tab.battery.locator("tbody tr")).to_have_count(40)
    with page.expect_download() as download:
        tab.battery.get_by_role("button", name="JSON").click()
    found = json.loads(Path(download.value.path()).read_text())
    assert [row["closed"] for row in found["rows"]] == [row.closed for row in last.rows]
    page.set_viewport_size({"width": 390, "height": 800})
    expect(tab.battery.locator("circle.dot")).to_have_count(40)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_texts_of_the_models_own_are_named(page: Page, address: str):
    as_owner(page, address)
    tab = Tab(page, address, checkpoint=READER, horizon=20)
    page.locator("#ask-battery").click()
    expect(tab.battery).to_have_attribute("aria-busy", "false")
    expect(tab.battery.locator(".battery-source")).to_contain_text("from the validation text")
    expect(page.locator(".battery-one")).to_contain_text("which closes it after")


def test_a_battery_can_be_stopped(page: Page, address: str):
    tab = Tab(page, address, checkpoint=SILENT, horizon=2000)
    page.locator("#ask-battery").click()
    said = tab.battery.locator(".probe-said")
    expect(said).to_contain_text("of 40 seed texts")
    page.locator("#stop-battery").click()
    expect(said).to_contain_text("Stopped after")
    expect(page.locator("#stop-battery")).to_have_count(0)
    expect(page.locator("#stop-asking")).to_have_count(0)
