"""Seed texts that suit the chosen checkpoint, in the page with the shipped ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.folders import SHIPPED
from charlstm.runs.manager import Runs
from charlstm.text.seed_texts import SUITED
from charlstm.text.spec import CorpusKind
from charlstm.ui.brackets import inputs as bracket_inputs
from charlstm.ui.components.examples import example_texts
from charlstm.ui.temperature.inputs import SEED_TEXT
from tests.fixtures.pages import app_page
from tests.fixtures.small import LETTERS, small_model
from tests.ui.temperature.page import expected, opened, written

BRACKETS = SUITED[CorpusKind.BRACKETS]
SEED = "#seed-text textarea"
BRACKET_SEED = "#bracket-seed textarea"


def test_they_are_of_the_checkpoint_and_some_leave_a_bracket_open(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "small", small_model(), LETTERS, "no front matter")
    checkpoints = Checkpoints(tmp_path, SHIPPED)
    assert example_texts(checkpoints, "brackets-64", False) == [*BRACKETS]
    assert example_texts(checkpoints, "brackets-64", True) == [*BRACKETS[1:]]
    assert example_texts(checkpoints, "wikipedia-512", True)[0] == bracket_inputs.SEED_TEXT
    assert example_texts(checkpoints, "small", False) == ["The ", "( ", "("]
    assert example_texts(checkpoints, "gone", False) == []
    assert example_texts(checkpoints, None, True) == []


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Checkpoints]]:
    """The page with the shipped checkpoints."""
    folder = tmp_path_factory.mktemp("no-runs")
    checkpoints = Checkpoints(folder, SHIPPED)
    with app_page(checkpoints, Runs(folder)) as url:
        yield url, checkpoints


def choose(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Checkpoint").click()
    page.get_by_role("option", name=name).click()


def names(page: Page, box: str) -> list[str | None]:
    """The names of a box's texts."""
    buttons = page.locator(f"#{box}-examples button").all()
    return [button.get_attribute("aria-label") for button in buttons]


def address_has(page: Page, **settings: str) -> None:
    """Wait until the address holds settings."""
    for name, value in settings.items():
        page.wait_for_function(
            "([name, value]) => new URLSearchParams(location.search).get(name) === value",
            arg=[name, value],
        )


@pytest.mark.slow
@pytest.mark.browser
def test_an_untouched_text_follows_the_checkpoint(
    page: Page, shipped: tuple[str, Checkpoints]
) -> None:
    url, checkpoints = shipped
    page.goto(url)
    opened(page)
    choose(page, "brackets-64")
    expect(page.locator(SEED)).to_have_value(BRACKETS[0])
    # The texts that the page opened with give way to those of the new checkpoint, at once.
    at = [0.2, 0.5, 1.0]
    wanted = expected(checkpoints, BRACKETS[0], 400, 7, "brackets-64", at)
    expect(page.locator("#columns .written").first).to_have_text(wanted[0], use_inner_text=False)
    assert written(page, 400) == wanted
    address_has(page, seed=BRACKETS[0], bracket_seed=BRACKETS[1], checkpoint="brackets-64")

    # The Brackets tab, which had not been opened, has followed too.
    page.get_by_role("tab", name="Brackets").click()
    expect(page.locator(BRACKET_SEED)).to_have_value(BRACKETS[1])
    offered = page.locator("#bracket-seed-examples button")
    assert names(page, "bracket-seed") == [text.rstrip() for text in BRACKETS[1:]]

    # Its text stays that of a person where one typed.
    page.locator(BRACKET_SEED).fill("My own ( ")
    choose(page, "wikipedia-512")
    expect(offered.first).to_have_accessible_name(bracket_inputs.SEED_TEXT.rstrip())
    expect(offered.first).to_have_text("… and died in 1912 ( aged 71")
    expect(page.locator(BRACKET_SEED)).to_have_value("My own ( ")
    page.get_by_role("tab", name="Temperature").click()
    expect(page.locator(SEED)).to_have_value(SEED_TEXT)
    page.get_by_role("tab", name="Brackets").click()
    offered.first.click()
    expect(page.locator(BRACKET_SEED)).to_have_value(bracket_inputs.SEED_TEXT)
    page.goto("about:blank")


@pytest.mark.slow
@pytest.mark.browser
def test_one_is_written_on_by_one_press(page: Page, shipped: tuple[str, Checkpoints]) -> None:
    url, checkpoints = shipped
    page.goto(f"{url}?checkpoint=brackets-64&length=30")
    opened(page)
    # A link's checkpoint has the link's text, else the first that suits it.
    first = page.locator("#seed-text-examples button").first
    expect(first).to_have_accessible_name(BRACKETS[0].rstrip())
    expect(page.locator(SEED)).to_have_value(BRACKETS[0])
    page.locator(SEED).fill(SEED_TEXT)
    address_has(page, seed=SEED_TEXT)
    page.locator("#seed-text-examples button").nth(1).click()
    assert written(page, 30) == expected(checkpoints, BRACKETS[1], 30, 7, "brackets-64")
    address_has(page, seed=BRACKETS[1])

    # Another checkpoint leaves a typed text.
    page.locator(SEED).fill("Mine ")
    choose(page, "wikipedia-512")
    expect(first).to_have_text(SEED_TEXT.rstrip())
    wanted = expected(checkpoints, "Mine ", 30, 7, "wikipedia-512")
    expect(page.locator("#columns .written").first).to_have_text(wanted[0], use_inner_text=False)
    assert written(page, 30) == wanted
    expect(page.locator(SEED)).to_have_value("Mine ")
    page.goto(f"{url}?{urlencode({'checkpoint': 'brackets-64', 'length': 30, 'go': 1})}")
    assert written(page, 30) == expected(checkpoints, BRACKETS[0], 30, 7, "brackets-64")
    page.goto("about:blank")
