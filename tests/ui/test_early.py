"""What a person asks before the page has read its link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Request, Route, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.folders import SHIPPED
from charlstm.text.seed_texts import SUITED
from charlstm.text.spec import CorpusKind
from tests.ui.temperature.page import expected, written

pytestmark = [pytest.mark.slow, pytest.mark.browser]

OTHER = "brackets-64"
"""Not the checkpoint that the page opens with."""
LINK = f"checkpoint={OTHER}&length=30&samples=20&reading=(("
OPENING = "**/run/predict**"


@contextmanager
def unread(page: Page, address: str) -> Iterator[None]:
    """Open a link whose settings arrive at the end of the block."""
    held: list[Route] = []
    page.route(OPENING, lambda route: held.append(route))
    with page.expect_request(OPENING):
        page.goto(address)
    yield
    [opening] = held
    opening.continue_()
    page.unroute(OPENING)


def test_it_is_asked_of_the_links_checkpoint(page: Page, shipped_url: str) -> None:
    questions: list[tuple[int, str]] = []  # the component that asked, and the checkpoint

    def note(request: Request) -> None:
        if request.url.find("/queue/join") > 0:
            sent = request.post_data_json
            questions.append((sent["trigger_id"], sent["data"][0] if sent["data"] else None))

    page.on("request", note)
    folds = {"#reading": "#read-text", "#effect": "#measure", "#blind": "#draw-round"}
    in_brackets = ["#ask", "#continue", "#ask-battery"]
    with unread(page, f"{shipped_url}?{LINK}"):
        buttons = page.evaluate(
            "Object.fromEntries(gradio_config.components.map(({ id, props }) => "
            "[`#${props.elem_id}`, id]))"
        )
        write = page.locator("#write")
        write.click()
        write.click()  # counts once
        expect(write).to_have_attribute("aria-busy", "true")
        for fold, button in folds.items():
            page.locator(f"{fold} .label-wrap").click()
            page.locator(button).click()
        page.get_by_role("tab", name="Brackets").click()
        page.locator("#finding .label-wrap").click()
        for button in ("#find", *in_brackets):
            page.locator(button).click()
        page.get_by_role("tab", name="Temperature").click()
        assert questions == []
    expect(write).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#reading-shown .text-sum")).to_contain_text(OTHER)
    seed = SUITED[CorpusKind.BRACKETS][0]
    checkpoints = Checkpoints(SHIPPED, SHIPPED)
    texts = expected(checkpoints, seed, 30, 7, OTHER)
    columns = page.locator("#columns .written")
    expect(columns).to_have_text(texts, use_inner_text=False)
    pressed = ["#write", *folds.values(), *in_brackets, "#find"]
    wanted = sorted((buttons[button], OTHER) for button in pressed)
    assert sorted(each for each in questions if each[0] in [id for id, _ in wanted]) == wanted
    page.goto("about:blank")


def test_enter_in_the_seed_text_waits_too(page: Page, shipped_url: str) -> None:
    with unread(page, f"{shipped_url}?{LINK}"):
        page.locator("#seed-text textarea").press("Enter")
    seed = SUITED[CorpusKind.BRACKETS][0]
    checkpoints = Checkpoints(SHIPPED, SHIPPED)
    assert written(page, 30) == expected(checkpoints, seed, 30, 7, OTHER)
    assert page.locator("#seed-text textarea").input_value() == seed  # no newline was typed
    page.goto("about:blank")


def test_a_character_is_explained_once_its_text_is_known_to_stay(
    page: Page, shipped_url: str
) -> None:
    why = page.locator("#columns .why-said")
    text = page.locator("#columns .text-columns pre").first
    with unread(page, f"{shipped_url}?hide=class"):
        example = why.inner_text()  # explained when the page opens
        text.click(position={"x": 40, "y": 40})
        page.get_by_role("tab", name="Train").click()  # showing waits for nothing
        expect(page.locator("#loss-board")).to_be_visible()
        page.get_by_role("tab", name="Temperature").click()
        expect(why).to_have_text(example)
    expect(why).not_to_have_text(example)
    with unread(page, f"{shipped_url}?{LINK}"):
        text.click(position={"x": 40, "y": 40})
    expect(page.get_by_role("combobox", name="Checkpoint")).to_have_value(OTHER)
    expect(page.locator("#columns .written").first).to_be_empty()
    expect(why).to_be_hidden()
