"""Settings in the address bar."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.ui.link import (
    LINK_TEXT_LIMIT,
    Choice,
    Number,
    Switch,
    Text,
    checkpoint_remark,
    read_link,
    space_script,
)

KINDS = {
    "seed": Text(),
    "t1": Number(0, 5, whole=False),
    "length": Number(1, 5000, whole=True),
    "tab": Choice(("temperature", "train")),
    "lock": Switch(),
}


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("seed", "The ( ${x} <b>\0", "The ( ${x} <b>\0"),
        ("seed", "", ""),
        ("t1", "0.35", 0.35),
        ("t1", "-1", 0),
        ("t1", "inf", 5),
        ("t1", "1e999", 5),
        ("length", "12.7", 13),
        ("length", "9999999999", 5000),
        ("length", "-inf", 1),
        ("tab", "train", "train"),
        ("lock", "true", True),
        ("lock", "false", False),
    ],
)
def test_what_a_link_names_is_brought_into_range(name: str, raw: str, value: object) -> None:
    assert read_link({name: raw}, KINDS) == {name: value}


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("seed", "a" * (LINK_TEXT_LIMIT + 1)),
        ("seed", "half \ud83d"),
        ("t1", "nan"),
        ("t1", "warm"),
        ("length", ""),
        ("tab", "../etc/passwd"),
        ("lock", "1"),
        ("elsewhere", "1"),
    ],
)
def test_what_cannot_stand_keeps_the_controls_own(name: str, raw: str) -> None:
    assert read_link({name: raw}, KINDS) == {}


def test_a_link_of_other_weights_is_told_from_its_own(app_checkpoints: Checkpoints) -> None:
    own = app_checkpoints.info("tiny").fingerprint

    def said(chosen: str | None = "tiny", **query: str) -> list[str]:
        return checkpoint_remark(app_checkpoints, query, chosen)

    assert said() == said(weights=own) == said(checkpoint="tiny", weights=own) == []
    [absent] = said(checkpoint="<b>gone</b>" * 100, weights=own)
    assert absent.startswith("This link is of the checkpoint '<b>gone</b><b>gone")
    assert absent.endswith("tiny writes instead, and it writes other texts.")
    [differs] = said(checkpoint="tiny", weights="0123456789" * 100)
    assert f"other weights of tiny (0123456789, here {own})" in differs
    assert said(None, checkpoint="tiny")[0].endswith("which is not here: none is yet.")


@pytest.mark.slow
@pytest.mark.browser
def test_a_link_sets_the_controls_clamped_and_survives_being_opened(
    page: Page, page_url: str
) -> None:
    page.goto(f"{page_url}?seed=The+%28+x&t1=99&length=50&dice=31&checkpoint=nowhere&junk=1")
    page.wait_for_function("document.querySelector('#seed-text textarea')?.value === 'The ( x'")
    page.get_by_role("button", name="More").locator("visible=true").click()
    assert page.get_by_label("Temperature of column 1").input_value() == "5.0"
    assert page.get_by_label("number input for Length in characters").input_value() == "50"
    assert page.get_by_label("dice", exact=True).locator("visible=true").input_value() == "31"
    assert page.get_by_role("combobox", name="Checkpoint").input_value() == "tiny"


@pytest.mark.slow
@pytest.mark.browser
def test_what_is_changed_goes_into_the_address_and_defaults_stay_out(
    page: Page, page_url: str
) -> None:
    page.goto(page_url)
    page.locator("#seed-text textarea").fill("a & b = ( é")
    page.wait_for_url("**/?seed=a+%26+b+%3D+%28+%C3%A9")
    page.get_by_role("tab", name="Notebook").click()
    page.wait_for_url("**/?seed=*&tab=notebook")
    page.reload()
    page.locator("#example-learnt textarea, #example-learnt input").first.wait_for()
    page.get_by_role("tab", name="Temperature").click()
    assert page.locator("#seed-text textarea").input_value() == "a & b = ( é"
    page.wait_for_url("**/?seed=*")
    page.locator("#seed-text textarea").fill("The meaning of life is ")
    page.wait_for_function("location.search === ''")
    assert page.evaluate("history.length") <= 3  # settings replace the entry; they add none


def test_in_a_space_links_are_those_of_its_page() -> None:
    assert space_script({}) == space_script({"SPACE_ID": " "}) == "var charlstmSpacePage = null;"
    page = "https://huggingface.co/spaces/some-one/play.ground_1"
    assert space_script({"SPACE_ID": "some-one/play.ground_1"}).endswith(f'= "{page}";')
    assert space_script({"SPACE_ID": 'a/b"</script>'}).endswith("null;")


def write_and_copy_link(inside: Page | FrameLocator) -> None:
    inside.get_by_role("button", name="Write", exact=True).click()
    inside.get_by_role("button", name="Copy link").first.click()


@pytest.mark.slow
@pytest.mark.browser
def test_a_link_is_copied_in_a_frame_on_another_origin(page: Page, page_url: str) -> None:
    address = f"{page_url}?seed=The+%28+x&length=50&__sign=secret"
    page.set_content(
        f"<textarea></textarea><iframe src='{address}' style='width:1200px;height:800px'></iframe>"
    )
    inside = page.frame_locator("iframe")
    expect(inside.locator("#seed-text textarea")).to_have_value("The ( x")
    write_and_copy_link(inside)
    expect(inside.get_by_role("button", name="Link copied")).to_be_visible()
    page.locator("textarea").first.click()
    page.keyboard.press("Control+V")
    copied = page.locator("textarea").first.input_value()
    assert copied.startswith(f"{page_url}?")
    assert "seed=The+%28+x" in copied
    assert "length=50" in copied
    assert "secret" not in copied


@pytest.mark.slow
@pytest.mark.browser
def test_where_the_browser_refuses_to_copy_the_link_is_selected(page: Page, page_url: str) -> None:
    page.add_init_script("document.execCommand = () => false")
    page.goto(f"{page_url}?length=50")
    expect(page.locator("#seed-text textarea")).to_be_visible()  # the page's scripts have run
    page.evaluate("charlstmSpacePage = 'https://huggingface.co/spaces/me/play'")
    write_and_copy_link(page)
    field = page.get_by_label("Link with these settings")
    expect(field).to_have_value(re.compile(r"^https://huggingface\.co/spaces/me/play\?.*length=50"))
    selected = field.evaluate(
        "input => input.value.slice(input.selectionStart, input.selectionEnd)"
    )
    assert selected == field.input_value()
