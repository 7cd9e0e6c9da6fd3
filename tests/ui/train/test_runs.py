"""The Train tab with several browsers: owners of runs, the queue, own settings, own text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.runs.settings import RunSettings
from charlstm.training.config import preset_config
from charlstm.ui.train.words import typed_settings, whose_sentence
from tests.fixtures.processes import app_process, free_port
from tests.ui.train.page import (
    PATIENCE,
    button,
    choose_text,
    open_train,
    own_settings,
    part,
    start_small,
)

ELSEWHERE = "Started in another browser or on the command line"


def watched(page: Page, *but: str) -> str:
    """The run in the address, once it is none of `but`; the address is updated with a delay."""
    found = page.wait_for_function(
        """but => {
          const run = new URLSearchParams(location.search).get("run");
          return run && !but.includes(run) && run;
        }""",
        arg=list(but),
    )
    return found.json_value()


def note(page: Page) -> Locator:
    return page.locator("#run-note")


def said(page: Page, sentence: str) -> None:
    """Expect a toast with this sentence, and close it."""
    toast = page.get_by_test_id("toast-body").filter(has_text=sentence)
    expect(toast).to_be_visible()
    toast.get_by_test_id("toast-close").click()
    expect(toast).to_be_hidden()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """A page in a browser of its own."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_what_is_said_of_whose_a_run_is() -> None:
    states = ("waiting", "starting", "running", "stopped", "interrupted", "finished", "failed")
    for state in states:
        assert whose_sentence(state, mine=False, over=False).startswith(ELSEWHERE)
    assert "watch it" in whose_sentence("running", mine=False, over=False)
    assert "only there" in whose_sentence("stopped", mine=False, over=False)
    assert whose_sentence("finished", mine=True, over=False) == ""


def test_typed_settings() -> None:
    assert typed_settings(" ", "", "") == {"seconds": None, "steps": None, "hidden_size": None}
    assert typed_settings("1.5", "20 ", "8") == {"seconds": 1.5, "steps": 20, "hidden_size": 8}


@pytest.mark.slow
@pytest.mark.browser
def test_others_watch_and_wait_in_line(
    page: Page, stranger: Page, page_url: str, app_folders: Path
) -> None:
    earlier = [path.name for path in app_folders.iterdir()]  # other tests' runs
    open_train(page, page_url)
    start_small(page)
    expect(button(page, "Stop")).to_be_visible(timeout=PATIENCE)
    expect(note(page)).to_contain_text("Stop saves it")
    name = watched(page, *earlier)

    # Another browser sees it train, and can't stop it.
    open_train(stranger, page_url)
    expect(part(stranger, "progress")).to_contain_text("step", timeout=PATIENCE)
    expect(note(stranger)).to_contain_text(f"{ELSEWHERE}: you can watch it.")
    expect(button(stranger, "Stop")).to_be_hidden()
    assert watched(stranger) == name

    # Its own run waits; withdrawn, it is deleted; at the head of the queue, it starts.
    start_small(stranger)
    expect(part(stranger, "progress")).to_contain_text("First in line.")
    gone = watched(stranger, name)
    button(stranger, "Withdraw").click()
    expect(note(stranger)).to_contain_text(ELSEWHERE)
    expect(button(stranger, "Withdraw")).to_be_hidden()
    button(stranger, "Start").click()
    expect(button(stranger, "Withdraw")).to_be_visible()
    assert stranger.evaluate("document.documentElement.scrollWidth") <= 390
    button(page, "Stop").click()
    expect(part(stranger, "progress")).to_contain_text("step", timeout=PATIENCE)
    expect(button(stranger, "Stop")).to_be_visible()
    expect(button(page, "Resume")).to_be_visible(timeout=PATIENCE)

    # After a reload the browser still owns the run; resumed, it waits in the queue.
    page.reload()
    page.get_by_role("tab", name="Train").click()
    button(page, "Resume").click()
    expect(part(page, "progress")).to_contain_text("First in line.")
    second = watched(stranger, gone)
    open_train(stranger, f"{page_url}?run={name}")
    expect(button(stranger, "Withdraw")).to_be_hidden()
    expect(note(stranger)).to_contain_text(ELSEWHERE)
    button(page, "Withdraw").click()
    expect(button(page, "Resume")).to_be_visible(timeout=PATIENCE)
    open_train(stranger, f"{page_url}?run={second}")
    button(stranger, "Stop").click()
    expect(button(stranger, "Resume")).to_be_visible(timeout=PATIENCE)
    open_train(stranger, f"{page_url}?run={gone}")  # a withdrawn run: another one is watched
    expect(button(stranger, "Resume")).to_be_visible()
    assert watched(stranger, gone) == second


@pytest.mark.slow
@pytest.mark.browser
def test_own_settings(page: Page, page_url: str, app_folders: Path) -> None:
    open_train(page, page_url)
    choose_text(page, "Bracket language")
    own_settings(page, Seconds="soon")
    button(page, "Start").click()
    said(page, "Seconds: 'soon' is no number.")
    own_settings(page, Seconds="100000")
    button(page, "Start").click()
    said(page, "at most 7,200 is allowed here")
    own_settings(page, or_steps="12")
    button(page, "Start").click()
    said(page, "A budget is in steps or in seconds.")
    own_settings(page, Seconds="", Hidden_size="4096")
    button(page, "Start").click()
    said(page, "hidden size is 4,096")

    # An empty field has the preset's value as its placeholder.
    expect(page.get_by_label("Hidden size")).to_have_attribute("placeholder", "288")
    page.get_by_role("combobox", name="Settings").click()
    page.get_by_role("option", name="About 10 minutes").click()
    expect(page.get_by_label("Hidden size")).to_have_attribute("placeholder", "512")
    expect(page.locator("#settings-note")).to_contain_text("600 seconds, hidden size 512")

    own_settings(page, Hidden_size="8")
    before = set(app_folders.iterdir())
    button(page, "Start").click()
    expect(page.get_by_role("combobox", name="Run")).to_have_value(
        re.compile("finished: Bracket language, about 10 minutes, own settings"), timeout=PATIENCE
    )
    [made] = set(app_folders.iterdir()) - before
    settings = RunSettings.load(made)
    assert settings.preset == "better"
    assert (settings.config.steps, settings.config.seconds) == (12, None)
    assert settings.config.hidden_size == 8


@pytest.mark.slow
@pytest.mark.browser
def test_own_text(page: Page, page_url: str, app_folders: Path) -> None:
    open_train(page, page_url)
    choose_text(page, "Own text")
    facts = page.locator("#own-text-facts")
    page.get_by_label("Your text").fill("( a ) <b>" * 80)
    expect(facts).to_contain_text("The text has 720 characters, 7 distinct")
    quick = preset_config("quick")
    need = quick.streams * (quick.window + 1)
    # The first length of which enough is left when its last tenth is held out.
    least = next(length for length in count() if length - length // 10 >= need)
    expect(facts).to_contain_text(f"Too short to start. Use a text of at least {least:,} char")
    button(page, "Start").click()
    said(page, f"one step of these settings reads {need:,}")

    page.locator(".train-own input[type=file]").first.set_input_files(
        [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"The cat ( b ). " * 400}]
    )
    expect(facts).to_contain_text("The file “a.txt” has 6,000 characters, 11 distinct")
    expect(facts).to_contain_text("last tenth (600) is held out")
    expect(page.get_by_label("Your text")).to_have_value("")
    own_settings(page, or_steps="80", Hidden_size="8")
    expect(facts).to_contain_text("reads it 11 times")
    before = set(app_folders.iterdir())
    button(page, "Start").click()
    expect(page.get_by_role("combobox", name="Run")).to_have_value(
        re.compile("finished: Own text, about 1 minute, own settings"), timeout=PATIENCE
    )
    # A run with the same settings exists now, so the pace is known.
    own_settings(page, or_steps="81")
    expect(facts).to_contain_text("A pass over the rest takes about")
    [made] = set(app_folders.iterdir()) - before
    corpus = RunSettings.load(made).corpus
    assert Path(corpus.name).read_text(encoding="utf-8") == "The cat ( b ). " * 400
    # Nobody has said that others may use its model.
    expect(page.get_by_label("Others may use the model")).not_to_be_checked()
    others = Checkpoints(app_folders, app_folders).offered_to(lambda: "b" * 32)
    assert made.name not in others.names()

    # A text typed after the upload replaces it.
    page.get_by_label("Your text").fill("x" * 2000)
    expect(facts).to_contain_text("The text has 2,000 characters, 1 distinct")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(
    "refused",
    [
        {"name": "b.txt", "mimeType": "text/plain", "buffer": b"abc \xff"},  # by the server
        {"name": "b.pdf", "mimeType": "application/pdf", "buffer": b"abc"},  # by the browser
    ],
)
def test_a_refused_upload_clears_the_one_before_it(
    page: Page, page_url: str, refused: FilePayload
) -> None:
    open_train(page, page_url)
    choose_text(page, "Own text")
    facts = page.locator("#own-text-facts")

    def upload(file: FilePayload) -> None:
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name=re.compile("^Upload")).click()
        chooser.value.set_files(file)

    upload({"name": "a.TXT", "mimeType": "text/plain", "buffer": b"The cat ( b ).\r\n" * 400})
    expect(facts).to_contain_text("The file “a.TXT” has 6,000 characters, 12 distinct")
    expect(facts).to_contain_text("It has 400 line ends other than a newline (400 CR LF)")
    upload(refused)
    expect(page.get_by_test_id("toast-body")).to_contain_text(refused["name"])
    expect(facts).to_be_empty()
    button(page, "Start").click()
    said(page, "The text is empty.")


@pytest.mark.slow
@pytest.mark.browser
def test_a_dataset_of_the_hub_is_named_before_it_is_asked_for(page: Page, page_url: str) -> None:
    open_train(page, page_url)
    choose_text(page, "Hub dataset")
    page.get_by_label("Dataset on the Hub").fill("../etc")
    button(page, "Start").click()
    said(page, "'../etc' is no id of a dataset on the Hub.")
    page.get_by_label("Dataset on the Hub").fill("owner/name")
    page.get_by_label("Column of texts").fill("a:b")
    button(page, "Start").click()
    said(page, "'a:b' is no name of a column.")


@pytest.mark.slow  # it starts the app twice
@pytest.mark.browser
def test_killed_with_its_app_it_is_resumed_by_its_browser(stranger: Page, tmp_path: Path) -> None:
    port = free_port()
    with app_process(tmp_path, port) as (app, url):
        open_train(stranger, url)
        start_small(stranger)
        expect(part(stranger, "progress")).to_contain_text("characters a second", timeout=PATIENCE)
        name = watched(stranger)
        stranger.goto("about:blank")
        app.kill()
    with app_process(tmp_path, port) as (_, url):  # one address: the token is kept
        open_train(stranger, f"{url}?run={name}")
        # Its process may still be saving, which the page watches.
        expect(button(stranger, "Resume")).to_be_visible(timeout=PATIENCE)
        button(stranger, "Resume").click()
        expect(part(stranger, "progress")).to_contain_text("characters a second", timeout=PATIENCE)
        button(stranger, "Stop").click()
        expect(button(stranger, "Resume")).to_be_visible(timeout=PATIENCE)
