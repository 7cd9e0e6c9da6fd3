"""A run's name in every place where people read it, and the button that goes on with its model."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from charlstm.checkpoints.title import LONGEST
from charlstm.runs.settings import RunSettings
from tests.ui.train.page import PATIENCE, button, choose_text, open_train, own_settings, part

NAME = "Fau<i>st & Co., 1. Versuch"


def finish_small(page: Page) -> None:
    """Press Start, and wait for the end of a run of a few steps."""
    own_settings(page, or_steps="12", Hidden_size="8")
    watched = "new URLSearchParams(location.search).get('run')"
    before = page.evaluate(watched)
    button(page, "Start").click()
    # The run that was watched before may have finished too.
    page.wait_for_function(f"before => {watched} !== before", arg=before)
    expect(part(page, "outcome")).to_contain_text("Finished", timeout=PATIENCE)


@pytest.mark.slow
@pytest.mark.browser
def test_one_name_everywhere(page: Page, page_url: str, app_folders: Path) -> None:
    open_train(page, page_url)
    choose_text(page, "Bracket language")
    field = page.get_by_label("Name", exact=True)
    expect(field).to_have_attribute("maxlength", str(LONGEST))
    field.fill("=1")
    button(page, "Start").click()
    toast = page.get_by_test_id("toast-body")
    expect(toast).to_contain_text("The name begins with '='.")
    toast.get_by_test_id("toast-close").click()
    before = set(app_folders.iterdir())
    field.fill(f" {NAME} ")
    finish_small(page)
    expect(field).to_have_value("")
    [made] = set(app_folders.iterdir()) - before
    assert RunSettings.load(made).title == NAME
    expect(page.get_by_role("combobox", name="Run")).to_have_value(
        re.compile(f"^{re.escape(NAME)}, finished: Bracket language"), timeout=PATIENCE
    )
    assert f"# {NAME}".replace("<", r"\<").replace(">", r"\>").replace("&", r"\&") in (
        made / "README.md"
    ).read_text(encoding="utf-8")
    with page.expect_download() as saved:
        part(page, "save").get_by_role("button", name="CSV").click()
    assert saved.value.suggested_filename == "Fau-i-st-Co.-1.-Versuch.csv"
    assert f'"{NAME}",step' in Path(saved.value.path()).read_text(encoding="utf-8")

    # One press: the checkpoint is chosen, the Temperature tab is open, and it writes.
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_role("tab", name="Temperature")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tab", name="Temperature")).to_be_focused()
    expect(page.get_by_role("combobox", name="Checkpoint")).to_have_value(NAME)
    page.wait_for_function(
        "name => new URLSearchParams(location.search).get('checkpoint') === name", arg=made.name
    )
    assert not page.evaluate("new URLSearchParams(location.search).get('tab')")
    with page.expect_response(re.compile("queue/join")) as asked:
        page.get_by_role("button", name="Write", exact=True).click()
    assert made.name in (asked.value.request.post_data or "")

    # A second run of this name is told apart from it, in both lists alike.
    page.get_by_role("tab", name="Train").click()
    field.fill(NAME)
    finish_small(page)
    [again] = set(app_folders.iterdir()) - before - {made}
    expect(page.get_by_role("combobox", name="Run")).to_have_value(
        re.compile(f"^{re.escape(NAME)} {again.name[-4:]}, "), timeout=PATIENCE
    )
    page.get_by_role("button", name="Use this model").click()
    expect(page.get_by_role("combobox", name="Checkpoint")).to_have_value(
        f"{NAME} {again.name[-4:]}"
    )


@pytest.mark.slow
@pytest.mark.browser
def test_a_file_gives_its_name_unless_another_is_typed(
    page: Page, page_url: str, app_folders: Path
) -> None:
    open_train(page, page_url)
    choose_text(page, "Own text")
    field = page.get_by_label("Name", exact=True)
    expect(field).to_have_attribute("placeholder", "Optional")
    page.locator(".train-own input[type=file]").first.set_input_files(
        [{"name": "_Faust I.TXT", "mimeType": "text/plain", "buffer": b"The cat ( b ). " * 400}]
    )
    expect(field).to_have_attribute("placeholder", "Faust I")
    choose_text(page, "Bracket language")
    expect(field).to_have_attribute("placeholder", "Optional")
    choose_text(page, "Own text")
    expect(field).to_have_attribute("placeholder", "Faust I")
    before = set(app_folders.iterdir())
    finish_small(page)
    [made] = set(app_folders.iterdir()) - before
    assert RunSettings.load(made).title == "Faust I"
    expect(page.get_by_role("combobox", name="Run")).to_have_value(
        re.compile("^Faust I, finished: Own text"), timeout=PATIENCE
    )
