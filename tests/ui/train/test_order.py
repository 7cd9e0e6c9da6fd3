"""Answers of the Train tab that come after those to later questions."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.folders import SHIPPED
from charlstm.runs.catalog import RunCatalog, Statuses
from charlstm.runs.manager import Runs
from charlstm.ui.train.words import ALIVE
from tests.fixtures.pages import app_page
from tests.ui.train.page import (
    PATIENCE,
    button,
    open_train,
    part,
    shown_step,
    start_small,
    wait_past,
)


@pytest.fixture
def shipped_and_runs(tmp_path: Path) -> Iterator[str]:
    """Address of a page with the shipped checkpoints, on which runs can be started."""
    with app_page(Checkpoints(tmp_path, SHIPPED), Runs(tmp_path, shipped=SHIPPED)) as url:
        yield url


def check_started(page: Page) -> None:
    """The started run is watched and chosen in the list, and it can be stopped."""
    page.wait_for_timeout(1_000)  # for the late answer, and for what the page asks because of it
    expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile("Bracket language"))
    step = shown_step(page)
    assert step > 0
    wait_past(page, step)
    button(page, "Stop").click()
    expect(button(page, "Resume")).to_be_visible(timeout=PATIENCE)
    page.goto("about:blank")  # before the server ends, which the page would complain of


class Held:
    """A question whose confirmation by the server reaches the page at `release`, as on a busy
    machine; its answer, which comes by another connection, can be displayed only then.

    Args:
        function: which question, by its handler's name; its first one is held.
    """

    def __init__(self, page: Page, url: str, function: str) -> None:
        events = page.request.get(f"{url}config").json()["dependencies"]
        [self._number] = [event["id"] for event in events if event["api_name"] == function]
        self._route: Route | None = None
        self._response: APIResponse | None = None
        page.route("**/queue/join*", self._hold)

    def _hold(self, route: Route) -> None:
        asked = (route.request.post_data_json or {}).get("fn_index")
        if self._route is None and asked == self._number:
            self._route, self._response = route, route.fetch()
        else:
            route.fallback()

    def release(self) -> None:
        """Let the page have it."""
        assert self._route is not None
        self._route.fulfill(response=self._response)


@pytest.mark.slow
@pytest.mark.browser
def test_an_answer_from_before_start_does_not_replace_the_run(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server lists the runs for the page that opens until after Start."""
    read, released = RunCatalog.to_watch, threading.Event()

    def late(catalog: RunCatalog) -> Statuses:
        found = read(catalog)
        if not any(run.state in ALIVE for run in found):
            released.wait(PATIENCE / 1000)
        return found

    monkeypatch.setattr(RunCatalog, "to_watch", late)
    with app_page(Checkpoints(tmp_path, SHIPPED), Runs(tmp_path, shipped=SHIPPED)) as url:
        open_train(page, url)
        start_small(page)
        expect(part(page, "progress")).to_contain_text("step", timeout=PATIENCE)
        released.set()
        check_started(page)


@pytest.mark.slow
@pytest.mark.browser
def test_an_unconfirmed_question_from_before_start_does_not_replace_the_run(
    page: Page, shipped_and_runs: str
) -> None:
    arrival = Held(page, shipped_and_runs, "watch")
    open_train(page, shipped_and_runs)
    start_small(page)
    expect(part(page, "progress")).to_contain_text("step", timeout=PATIENCE)
    arrival.release()
    check_started(page)


@pytest.mark.slow
@pytest.mark.browser
def test_a_question_about_the_run_before_does_not_replace_the_started_one(
    page: Page, shipped_and_runs: str
) -> None:
    """It was asked after Start, and before Start's answer."""
    start = Held(page, shipped_and_runs, "begin")
    listed = Held(page, shipped_and_runs, "look_up")
    open_train(page, shipped_and_runs)
    expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile(", shipped$"))
    start_small(page)
    page.get_by_role("combobox", name="Run").click()
    page.keyboard.press("Escape")
    page.get_by_label("Hidden size").focus()
    start.release()
    expect(part(page, "progress")).to_contain_text("step", timeout=PATIENCE)
    listed.release()
    check_started(page)
