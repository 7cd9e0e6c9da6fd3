"""Wherever a sentence of the page names a model, people read what the list calls it, as it was
typed, and never the name of its folder."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.files import SETTINGS
from charlstm.checkpoints.owners import claim
from charlstm.classroom.question import ask_blind, sampler_of
from charlstm.errors import UserError
from charlstm.runs.manager import Runs
from charlstm.ui.link import checkpoint_remark
from charlstm.ui.temperature.reading.feed import ReadQuestion, scores
from tests.fixtures.bracket_flags import LETTERS, flag_model
from tests.fixtures.pages import app_page
from tests.ui.train.page import PATIENCE

RUN = "20261124-231105-quick-brackets-0aa1"
TITLE = 'Ada\'s "<b>bold</b>" & ${1}, ספר 書'
SEED = "ab ( cab dab "


def write_run(folder: Path) -> None:
    """A model of the bracket language, with the settings of a run that was given a title."""
    save_checkpoint(folder / RUN, flag_model(), LETTERS, "Hand-made weights.\n")
    settings = {"corpus": "brackets", "title": TITLE}
    (folder / RUN / SETTINGS).write_text(json.dumps(settings))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page whose one model is `RUN`."""
    folder = tmp_path_factory.mktemp("called")
    write_run(folder)
    with app_page(Checkpoints(folder, folder), Runs(folder)) as url:
        yield url


def refused(act: Callable[[], object]) -> str:
    """The sentence that an act is refused with."""
    with pytest.raises(UserError) as error:
        act()
    return str(error.value)


def test_what_is_refused_or_remarked_names_the_title_to_whoever_may_know_it(
    tmp_path: Path,
) -> None:
    write_run(tmp_path)
    claim(tmp_path / RUN, "a" * 32, shared=False)
    everything = Checkpoints(tmp_path, tmp_path)
    own, other = (everything.offered_to(lambda who=who * 32: who) for who in "ab")
    changed = ReadQuestion(checkpoint=RUN, text=SEED, fingerprint="0" * 10)

    weights = {"checkpoint": RUN, "weights": "0" * 10}
    said = [
        *checkpoint_remark(own, weights, RUN),
        *checkpoint_remark(own, {"checkpoint": "gone"}, RUN),
        refused(lambda: scores(own, changed)),
        refused(lambda: ask_blind(own, RUN)),
    ]
    for sentence in said:
        assert TITLE in sentence
        assert RUN not in sentence
    told = [
        *checkpoint_remark(other, weights, None),
        refused(lambda: scores(other, changed)),
        refused(lambda: ask_blind(other, RUN)),
    ]
    assert all(TITLE not in sentence for sentence in told)

    claim(tmp_path / RUN, "a" * 32, shared=True)
    asked = replace(ask_blind(own, RUN), fingerprint="0" * 10)
    assert f"'{TITLE}' has other weights" in refused(lambda: sampler_of(other, asked))


def said(sentence: Locator) -> None:
    """Wait until a sentence names the model."""
    expect(sentence).to_contain_text(TITLE, timeout=PATIENCE)


def seen(page: Page) -> None:
    """Check what can be read of the page, and heard."""
    assert RUN not in page.locator("body").inner_text()
    assert page.locator(f'[title*="{RUN}"], [aria-label*="{RUN}"]').count() == 0
    assert page.locator("b", has_text="bold").count() == 0


@pytest.mark.slow
@pytest.mark.browser
def test_every_tab_calls_it_by_its_title(page: Page, url: str) -> None:
    page.goto(f"{url}?checkpoint=gone")
    said(page.locator("#link-notes"))
    page.goto(f"{url}?checkpoint={RUN}&weights=0123456789")
    said(page.locator("#link-notes"))
    expect(page.get_by_role("combobox", name="Checkpoint")).to_have_value(TITLE)

    page.get_by_role("button", name="Read a text").click()
    page.locator("#reading-text textarea").fill(SEED)
    page.locator("#read-text").click()
    said(page.locator("#reading-shown .text-sum"))
    page.get_by_role("button", name="What temperature does").click()
    page.locator("#measure").click()
    said(page.locator(".effect-asked"))
    page.get_by_role("button", name="Which one is human?").click()
    page.locator("#draw-round").click()
    said(page.locator(".blind-said"))
    page.get_by_role("button", name="Text A is the most human").click()
    said(page.locator(".blind-of"))
    seen(page)

    page.get_by_role("tab", name="Brackets").click()
    page.get_by_role("button", name="Which unit does it?").click()
    page.locator("#find").click()
    said(page.locator(".found-of"))
    seen(page)

    page.get_by_role("tab", name="Class").click()
    room = page.locator("#class-room")
    room.locator("[data-part=open]").click()
    expect(room.locator("[data-part=ask-checkpoint] option")).to_have_text([TITLE])
    room.locator("[data-part=ask]").click()
    said(room.locator("[data-part=asked]"))
    seen(page)
    room.locator("[data-part=ask-kind]").select_option("blind")
    room.locator("[data-part=ask]").click()
    expect(room.locator("[data-part=asked]")).to_contain_text("the others are by")
    said(room.locator("[data-part=asked]"))
    seen(page)

    page.get_by_role("tab", name="Train").click()
    expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile(re.escape(TITLE)))
    seen(page)
    page.get_by_role("tab", name="Lesson").click()
    expect(page.locator(".course-text").locator("visible=true").first).to_be_visible()
    seen(page)
