"""The Train tab: a real run watched in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.runs.manager import Runs
from tests.fixtures.pages import app_page
from tests.ui.train.page import (
    PATIENCE,
    asks,
    button,
    last_dots,
    open_train,
    part,
    record_dots,
    shown_step,
    wait_past,
)


@pytest.mark.slow
@pytest.mark.browser
def test_a_run_from_start_to_stop(page: Page, page_url: str, finished_run: str) -> None:
    questions: list[Request] = []
    page.on("request", lambda request: questions.append(request) if asks(request, "look") else None)
    record_dots(page)
    open_train(page, page_url)
    page.get_by_role("combobox", name="Text").click()
    page.get_by_role("option", name="Bracket language").click()
    button(page, "Start").click()
    expect(button(page, "Stop")).to_be_visible(timeout=PATIENCE)
    expect(button(page, "Start")).to_be_hidden()

    # Points arrive.
    wait_past(page, 0)
    before = shown_step(page)
    wait_past(page, before)
    expect(part(page, "progress")).to_contain_text("characters a second")
    assert len({x for x, _ in last_dots(page, 10)}) > 1
    name = page.evaluate("new URLSearchParams(location.search).get('run')")
    assert name.endswith("-brackets" + name[-5:])

    # A reload finds the run again.
    page.reload()
    page.get_by_role("tab", name="Train").click()
    wait_past(page, before)
    expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile("Bracket language"))

    # A hidden tab requests nothing, while the header continues to every two seconds; once it is
    # visible again, it does.
    page.get_by_role("tab", name="Temperature").click()
    expect(page.locator("#loss-board canvas")).to_be_hidden()
    asked = len(questions)
    for _ in range(2):
        page.wait_for_event("request", lambda request: asks(request, "training"))
    assert len(questions) == asked
    with page.expect_request(lambda request: asks(request, "look")):
        page.get_by_role("tab", name="Train").click()

    # Compared with a run that has ended, it is followed too.
    page.goto(f"{page_url}?run={finished_run}&compare={name}&tab=train")
    expect(part(page, "outcome")).to_contain_text("Finished in")
    expect(part(page, "compared-rows").locator("tr")).to_have_count(2)
    for _ in range(3):
        page.wait_for_event("request", lambda r: asks(r, "look") and name in (r.post_data or ""))
    page.goto(f"{page_url}?run={name}&tab=train")
    wait_past(page, before)

    # When it is stopped, a sentence says so, and how to use it.
    stopped_at = shown_step(page)
    button(page, "Stop").click()
    expect(part(page, "outcome")).to_contain_text("Stopped at step", timeout=PATIENCE)
    expect(part(page, "use")).to_be_visible()
    expect(button(page, "Start")).to_be_visible()

    # When it is resumed, it continues from there.
    button(page, "Resume").click()
    expect(part(page, "outcome")).to_be_empty()
    wait_past(page, stopped_at)
    button(page, "Stop").click()
    expect(part(page, "outcome")).to_contain_text("Stopped at step", timeout=PATIENCE)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("finished_run")
def test_a_link_to_a_run_that_is_not_there_shows_another(page: Page, page_url: str) -> None:
    open_train(page, f"{page_url}?run=20200101-000000-quick-brackets-0000")
    expect(part(page, "outcome")).not_to_be_empty()
    expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile("Bracket language"))
    expect(page.locator("#run-note")).to_contain_text("is no run called '20200101-000000-quick-")


@pytest.mark.slow
@pytest.mark.browser
def test_the_tab_in_german(page: Page, page_url: str, finished_run: str) -> None:
    page.goto(f"{page_url}?lang=de&tab=train&run={finished_run}")
    expect(part(page, "outcome")).to_contain_text(re.compile(r"Fertig in \d.* Bit pro Zeichen"))
    expect(page.get_by_role("combobox", name="Lauf")).to_have_value(
        re.compile("fertig: Klammersprache, etwa 1 Minute, eigene Einstellungen$")
    )
    expect(button(page, "Starten")).to_be_visible()
    expect(part(page, "samples").locator("li span").last).to_have_text("Schritt 12")
    button(page, "Dieses Modell benutzen").click()
    expect(page.get_by_role("tab", name="Temperatur")).to_have_attribute("aria-selected", "true")


@pytest.mark.slow
@pytest.mark.browser
def test_without_any_run_a_link_to_one_asks_for_start(page: Page, tmp_path: Path) -> None:
    with app_page(Checkpoints(tmp_path, tmp_path), Runs(tmp_path)) as url:
        open_train(page, f"{url}?run=x")
        expect(part(page, "empty")).to_have_text(
            "Press Start, and the loss appears here step by step."
        )
        expect(page.locator("#run-note")).to_have_text(
            "There is no run called 'x' here: press Start to train one."
        )
        page.goto("about:blank")  # before the server ends, which the page would complain of


@pytest.mark.slow
@pytest.mark.browser
def test_own_text_that_is_not_utf8(page: Page, page_url: str) -> None:
    open_train(page, page_url)
    page.get_by_role("combobox", name="Text").click()
    page.get_by_role("option", name="Own text").click()
    expect(page.get_by_label("Your text")).to_be_visible()
    page.locator(".train-own input[type=file]").set_input_files(
        [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"abc \xff"}]
    )
    expect(page.get_by_test_id("toast-body")).to_contain_text("byte at position 4")
    button(page, "Start").click()
    expect(page.get_by_text("The text is empty.")).to_be_visible()
