"""Settings in the address bar."""

from __future__ import annotations

import html
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Frame, Page, expect

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
from charlstm.ui.texts import UI

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
        ("seed", "a\r\nb\rc", "a\nb\nc"),
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
    page.get_by_role("tab", name="Lesson").click()
    page.wait_for_url("**/?seed=*&step=characters&tab=notebook")
    page.reload()
    page.get_by_label("A training text").wait_for()
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


def write_and_copy_link(inside: Page | Frame) -> None:
    inside.get_by_role("button", name="Write", exact=True).click()
    inside.get_by_role("button", name="Copy link").first.click()


def framed(page: Page, origin: str, address: str) -> Frame:
    """Open a page of another origin that shows an address in a frame; its address is in a box."""
    page.route(
        f"{origin}/lesson",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f"<textarea></textarea><iframe src='{html.escape(address)}' "
            "style='width:1200px;height:800px'></iframe>"
            "<script>heard = [];"
            "onmessage = ({data}) => data.queryString && heard.push(data)</script>",
        ),
    )
    page.goto(f"{origin}/lesson")
    [inside] = page.main_frame.child_frames
    expect(inside.locator("#seed-text textarea")).to_be_visible()
    return inside


@pytest.mark.slow
@pytest.mark.browser
def test_in_a_frame_on_another_origin_a_link_is_copied_and_a_file_saved(
    page: Page, page_url: str, tmp_path: Path
) -> None:
    inside = framed(
        page, "http://localhost", f"{page_url}?seed=The+%28+x&length=50&hide=train&__sign=secret"
    )
    assert "127.0.0.1" in page_url
    expect(inside.locator("#seed-text textarea")).to_have_value("The ( x")
    write_and_copy_link(inside)
    expect(inside.get_by_role("button", name="Link copied")).to_be_visible()
    page.locator("textarea").first.click()
    page.keyboard.press("Control+V")
    copied = page.locator("textarea").first.input_value()
    assert copied.startswith(f"{page_url}?")
    for part in ("seed=The+%28+x", "length=50", "hide=train", "go=1"):
        assert part in copied
    assert "secret" not in copied
    with page.expect_download() as download:
        inside.get_by_role("button", name="Save texts and settings as text").click()
    download.value.save_as(tmp_path / "texts.txt")
    assert "Seed text: The ( x" in (tmp_path / "texts.txt").read_text()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(
    ("origin", "is_told"), [("https://huggingface.co", True), ("http://localhost", False)]
)
def test_only_the_page_of_a_space_is_told_what_the_address_holds(
    page: Page, page_url: str, origin: str, is_told: bool
) -> None:
    inside = framed(page, origin, f"{page_url}?length=50&__sign=secret")
    inside.evaluate("charlstmSpacePage = 'https://huggingface.co/spaces/me/play'")
    inside.locator("#seed-text textarea").fill("He ( ")
    inside.wait_for_function("location.search.includes('seed=He')")
    page.evaluate("new Promise(requestAnimationFrame)")  # a message arrives in a task of its own
    assert page.evaluate("heard") == ([{"queryString": "length=50&seed=He+%28+"}] * is_told)


@pytest.mark.slow
@pytest.mark.browser
def test_where_the_browser_refuses_to_copy_the_link_is_selected(page: Page, page_url: str) -> None:
    page.add_init_script("document.execCommand = () => false")
    page.goto(f"{page_url}?length=50")
    expect(page.locator("#seed-text textarea")).to_be_visible()  # the page's scripts have run
    page.evaluate("charlstmSpacePage = 'https://huggingface.co/spaces/me/play'")
    write_and_copy_link(page)
    field = page.get_by_label("Link", exact=True)
    expect(field).to_have_value(re.compile(r"^https://huggingface\.co/spaces/me/play\?.*length=50"))
    selected = field.evaluate(
        "input => input.value.slice(input.selectionStart, input.selectionEnd)"
    )
    assert selected == field.input_value()


@pytest.mark.slow
def test_the_columns_open_with_the_links_settings(page_url: str) -> None:
    link = {"seed": "He ( <b>", "columns": "2", "t2": "1.75", "length": "50", "top_k": "9"}
    config = httpx.get(f"{page_url}config", timeout=60).json()
    [columns] = [c["id"] for c in config["components"] if c["props"].get("elem_id") == "columns"]
    [opening] = [
        event
        for event in config["dependencies"]
        if event["backend_fn"] and [target[1] for target in event["targets"]] == ["load"]
    ]
    body = {"data": [], "fn_index": opening["id"], "session_hash": "s"}
    address = f"{page_url}gradio_api/run/predict"
    answer = httpx.post(address, params=link, json=body, timeout=60).json()
    shown = answer["data"][opening["outputs"].index(columns)]
    assert (shown["phase"], shown["seed"], shown["length"]) == ("ready", "He ( <b>", 50)
    assert shown["columns"] == [{"temperature": at, "text": ""} for at in (0.2, 1.75)]
    assert shown["truncation"] == {"top_k": 9, "top_p": 1, "min_p": 0}


def test_only_one_script_makes_links_of_the_pages_own_address() -> None:
    """It leaves out what the Hub adds; `search` alone may be read anywhere."""
    for path in UI.rglob("*.js"):
        whole = re.search(
            r"location\.href|document\.URL|location\.toString|\$\{location\}", path.read_text()
        )
        assert whole is None, path


@pytest.mark.slow
@pytest.mark.browser
def test_a_links_temperatures_are_those_of_its_columns(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?seed=He+%28+x&columns=2&t1=0.3&length=80")
    expect(page.locator("#columns")).to_contain_text("He ( x")
    page.wait_for_function("location.search.includes('%28')")  # rewritten after all changes
    for number, at in ((1, "0.3"), (2, "0.5")):
        expect(page.get_by_label(f"Temperature of column {number}")).to_have_value(at)
