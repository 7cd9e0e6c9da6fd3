"""What a link hides, and what it opens with besides settings."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def tabs(page: Page) -> list[str]:
    return page.get_by_role("tab").all_inner_texts()


@pytest.mark.slow
def test_a_link_hides_tabs_and_folded_panels(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?hide=temperature,train,more,<b>&tab=train")
    expect(page.get_by_role("tab", name="Brackets")).to_have_attribute("aria-selected", "true")
    shown = tabs(page)
    assert "Brackets" in shown
    assert not {"Temperature", "Train"} & {*shown}
    expect(page.locator("#ask")).to_be_visible()
    for panel in page.locator(".gr-accordion.more").all():
        expect(panel).to_be_hidden()

    # It stays hidden in the link that is copied here.
    page.get_by_role("button", name="Copy link").locator("visible=true").first.click()
    page.locator("#bracket-seed textarea").fill("")
    page.locator("#bracket-seed textarea").press("Control+v")
    assert "hide=temperature%2Ctrain%2Cmore" in page.locator("#bracket-seed textarea").input_value()


@pytest.mark.slow
@pytest.mark.parametrize("names", ["temperature,brackets,train,class,notebook", "all", ",,"])
def test_a_link_that_would_hide_every_tab_hides_none(page: Page, page_url: str, names: str) -> None:
    page.goto(f"{page_url}?hide={names}&tab=notebook")
    expect(page.get_by_role("tab", name="Lesson")).to_have_attribute("aria-selected", "true")
    assert {"Temperature", "Brackets", "Train", "Lesson"} <= {*tabs(page)}


@pytest.mark.slow
def test_a_link_opens_with_the_texts_the_heat_and_the_explained_character(
    page: Page, page_url: str
) -> None:
    page.goto(f"{page_url}?length=40&dice=31&go=1&heat=ranks&why=2.30")
    why = page.locator("#columns .text-why")
    expect(why).to_contain_text("character 30")
    expect(page.locator("#columns input[value=ranks]")).to_be_checked()
    texts = page.locator(".written").all_text_contents()
    assert [len(text) for text in texts] == [40, 40, 40]
    page.wait_for_function("!/heat|why/.test(location.search)")  # they are of the moment
    said = why.locator(".why-said").inner_text()

    why.get_by_role("button", name="Copy link").click()
    page.locator("#seed-text textarea").fill("")
    page.locator("#seed-text textarea").press("Control+v")
    other = page.context.new_page()
    other.goto(page.locator("#seed-text textarea").input_value())
    expect(other.locator("#columns .why-said")).to_have_text(said)
    assert other.locator(".written").all_text_contents() == texts
    expect(other.locator("#columns input[value=ranks]")).to_be_checked()


@pytest.mark.slow
@pytest.mark.parametrize("place", ["9.3", "1.900", "0.0", "1", "<b>.2"])
def test_a_character_that_no_column_has_is_not_explained(
    page: Page, page_url: str, place: str
) -> None:
    page.goto(f"{page_url}?length=10&go=1&why={place}")
    expect(page.locator(".text-columns-said")).to_contain_text("Written: 10 characters")
    expect(page.locator("#columns .text-why")).to_be_hidden()


@pytest.mark.slow
def test_a_link_opens_a_panel_and_reads_its_text(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?reading=a+cat&panel=reading")
    expect(page.locator("#reading-shown")).to_contain_text("bits a character")
    expect(page.locator("#reading-shown pre")).to_have_text("a cat")
    page.goto(f"{page_url}?panel=effect&effect_dice=12")
    expect(page.locator("#measure")).to_be_visible()
    expect(page.locator("#effect-dice input")).to_have_value("12")
    expect(page.locator("#draw-round")).to_be_hidden()


@pytest.mark.slow
def test_copy_link_stands_beside_every_result(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?go=1&length=20&reading=a+cat")
    for name in ("Read a text", "What temperature does", "Which one is human?"):
        page.get_by_role("button", name=name).click()
    results = {
        "Temperature": (
            "#columns .text-tools",
            "#columns .text-why",
            "#reading-shown .text-tools",
            "#reading-shown .text-why",
            "#effect-shown",
            "#blind-tally",
        ),
        "Brackets": (".bracket-balance", ".bracket-continued", ".probe-answer", ".battery"),
        "Train": ("#loss-board",),
        "Class": ("#lesson",),
    }
    for tab, places in results.items():
        page.get_by_role("tab", name=tab).click()
        if tab == "Class":
            page.get_by_role("button", name="A link for a lesson").click()
        for place in places:
            copy = page.locator(place).get_by_role("button", name="Copy link", include_hidden=True)
            expect(copy).to_have_count(1)
