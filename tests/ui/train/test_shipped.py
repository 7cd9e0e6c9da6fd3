"""The Train tab with a shipped run: its losses, samples and closing rates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from charlstm.checkpoints.files import LEARNED
from charlstm.errors import UserError
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories
from charlstm.runs.settings import RunSettings
from charlstm.runs.shipped_history import (
    Closing,
    ClosingRow,
    Ended,
    Learned,
    Points,
    Sample,
    Validation,
)
from charlstm.text.spec import WIKITEXT2
from charlstm.training.config import PRESETS
from charlstm.ui.components.contract import plain
from charlstm.ui.train.board.board import (
    ExportQuestion,
    ListedRun,
    PlotView,
    exported,
    listed_runs,
)
from charlstm.ui.train.board.feed import AskedClosing, RunQuestion, RunState, news_of_run
from charlstm.ui.train.words import run_choices, whose_sentence
from tests.fixtures.processes import app_process
from tests.ui.train.page import PATIENCE

NAME = "taught-9"
CONFIG = replace(PRESETS["quick"], steps=400, seconds=None)
STEPS = [1, 2, 3, 10, 30, 100, 200, 300, 400]
TAUGHT = Learned(
    trained_on="<i>two</i> books",
    settings=RunSettings(WIKITEXT2, "quick", CONFIG, "float32", 400, None, "<b>one</b>"),
    ended=Ended("finished", 400, 61.5),
    stride=100,
    points=Points(
        step=STEPS,
        seconds=[step / 7 for step in STEPS],
        loss=[4 - step / 200 for step in STEPS],
        mean=[4.1 - step / 200 for step in STEPS],
        learning_rate=[0.01] * 9,
        gradient_norm=[0.5] * 9,
    ),
    validations=[Validation(200, 30.0, 3.1, 100), Validation(400, 61.0, 2.0, 1000)],
    samples=[Sample(0, "The xqz"), Sample(30, "The <b>the"), Sample(400, "The end")],
    closing=Closing(
        "He ( ", "He , ", 0.5, 100, 7,
        [
            ClosingRow(10, 200, 4, (0.008, 0.05), 3, (0.005, 0.043)),
            ClosingRow(400, 200, 150, (0.686, 0.805), 20, (0.066, 0.149)),
        ],
    ),
    machine="one <u>card</u>",
)  # fmt: skip


def ship(below: Path) -> str:
    (below / NAME).mkdir()
    TAUGHT.save(below / NAME / LEARNED)
    return NAME


@pytest.fixture(scope="module")
def taught(app_folders: Path) -> Iterator[str]:
    """A shipped run among those of the running app."""
    yield ship(app_folders)
    (app_folders / NAME / LEARNED).unlink()
    (app_folders / NAME).rmdir()


def part(page: Page, name: str) -> Locator:
    return page.locator(f'#loss-board [data-part="{name}"]')


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("tabpanel").get_by_role("button", name=name, exact=True)


def test_what_a_browser_gets(tmp_path: Path) -> None:
    ship(tmp_path)
    runs, histories = RunCatalog(tmp_path), Histories()
    sent = news_of_run(runs, histories, RunQuestion(NAME, 0, "gradient_norm"))
    json.dumps(plain(sent), allow_nan=False)
    assert sent.status == RunState("finished", 400, 400, 61.5, None, "")
    assert (sent.points.thinned, sent.start.characters) == (100, 24 * 32)
    assert sent.points.means == [round(4.1 - step / 200, 4) for step in STEPS]
    assert sent.points.series == [0.5] * 9
    scores = [(v.step, v.nats, v.scored) for v in sent.validations]
    assert scores == [(200, 3.1, 100), (400, 2.0, 1000)]
    written = [(sample.step, sample.text) for sample in sent.samples]
    assert written == [(0, "The xqz"), (30, "The <b>the"), (400, "The end")]
    assert sent.start.shipped.closings.rows == [
        AskedClosing(10, 200, 4, 0.008, 0.05, 3, 0.005, 0.043),
        AskedClosing(400, 200, 150, 0.686, 0.805, 20, 0.066, 0.149),
    ]
    again = news_of_run(runs, histories, RunQuestion(NAME, sent.offset, None))
    assert plain(again).keys() == {"offset", "status"}
    assert (again.offset, again.status) == (sent.offset, sent.status)
    assert listed_runs(runs) == [ListedRun(NAME, f"{NAME}, shipped", "finished", "wikitext2")]
    view = PlotView("bits", "step", log_x=True, log_y=False)
    for kind in ("csv", "svg"):
        assert exported(runs, ExportQuestion(kind, [NAME], view)).name.startswith(NAME)
    with pytest.raises(UserError, match="has not saved"):
        exported(runs, ExportQuestion("zip", [NAME], view))
    (tmp_path / NAME / LEARNED).write_text("{")
    with pytest.raises(UserError, match="can't be read"):
        news_of_run(runs, histories, RunQuestion(NAME, 0, None))


def test_how_it_is_called(tmp_path: Path) -> None:
    ship(tmp_path)
    assert run_choices(RunCatalog(tmp_path).to_watch()) == [(f"{NAME}, shipped", NAME)]
    sentence = whose_sentence("finished", mine=False, over=False, trained_on="two books")
    assert sentence == "It came with its checkpoint and stays as it is. Trained on two books."


@pytest.mark.slow
@pytest.mark.browser
def test_it_is_watched_as_it_learnt(page: Page, page_url: str, taught: str) -> None:
    page.goto(f"{page_url}?run={taught}&tab=train")
    expect(part(page, "outcome")).to_have_text(
        "Shipped, trained in 1:02: 2.89 bits per character (2.000 nats) on the whole validation "
        "text after 400 steps."
    )
    expect(page.get_by_role("combobox", name="Run")).to_have_value(f"{taught}, shipped")
    expect(page.locator("#run-note")).to_contain_text(
        "Trained on <i>two</i> books, by one <u>card</u>; it began with the weights of <b>one</b>."
    )
    expect(button(page, "Start")).to_be_visible()
    for name in ("Stop", "Resume"):
        expect(button(page, name)).to_be_hidden()
    expect(part(page, "legend")).to_contain_text("dots: 1 of 100 steps, more at first")
    expect(part(page, "rows").locator("tr")).to_have_count(2)

    # The slider goes through the samples, and the sentence on closing follows it.
    words = part(page, "closing-words")
    expect(words).to_contain_text("Step 400: closed in 150 of 200 samples (69 to 81 %)")
    expect(words).to_contain_text("came in 20 (6.6 to 15 %)")
    slider = page.get_by_role("slider", name="Sample")
    # The list begins with the first samples, until a person moves the slider.
    page.add_style_tag(content="#loss-board .loss-samples { flex: 0 0 40px !important }")
    scrolled = "document.querySelector('#loss-board .loss-samples').scrollTop"
    page.set_viewport_size({"width": 1100, "height": 900})
    page.wait_for_function("document.querySelector('#loss-board').offsetWidth < 1100")
    assert page.evaluate(scrolled) == 0
    slider.press("ArrowLeft")
    page.wait_for_function(f"{scrolled} > 0")
    expect(page.locator("#loss-board .loss-samples .picked pre")).to_have_text("The <b>the")
    expect(words).to_contain_text("Step 10: closed in 4 of 200 samples")
    slider.press("Home")
    expect(words).to_have_text("First asked at step 10.")
    slider.press("End")
    expect(words).to_contain_text("Step 400")
    button(page, "Play").click()
    picked = page.locator("#loss-board .loss-samples .picked pre")
    for text in ("The xqz", "The <b>the", "The end"):
        expect(picked).to_have_text(text)
    expect(button(page, "Play")).to_be_visible()
    expect(words).to_contain_text("Step 400")
    marks = part(page, "closing-chart")
    expect(marks.locator("circle.rate")).to_have_count(2)
    expect(marks.locator("circle.control")).to_have_count(2)
    expect(part(page, "closing-rows").locator("tr").first).to_have_text(
        re.compile("10.*4 of 200.*0.8 to 5.0 %.*3 of 200")
    )
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.slow  # it starts an app of its own
@pytest.mark.browser
def test_who_has_trained_nothing_sees_it_and_can_compare_later(page: Page, tmp_path: Path) -> None:
    ship(tmp_path)
    with app_process(tmp_path) as (_, url):
        page.goto(f"{url}?tab=train")
        expect(part(page, "outcome")).to_contain_text("Shipped, trained in")
        expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile(", shipped$"))

        page.get_by_role("combobox", name="Text").click()
        page.get_by_role("option", name="Bracket language").click()
        page.get_by_role("tabpanel").get_by_role("button", name="Own settings").click()
        page.get_by_label("or steps", exact=True).fill("6")
        page.get_by_label("Hidden size", exact=True).fill("8")
        button(page, "Start").click()
        expect(part(page, "outcome")).to_contain_text("Finished in", timeout=PATIENCE)
        expect(part(page, "closing")).to_be_hidden()
        page.get_by_text("Compare with other runs").click()
        page.get_by_role("checkbox", name=f"{NAME}, shipped").check()
        rows = part(page, "compared-rows").locator("tr")
        expect(rows).to_have_count(2)
        expect(rows.nth(1).locator("td").nth(1)).to_have_text("400")
        expect(part(page, "compare-hint")).to_contain_text("Not all of them read the same text")
        page.goto("about:blank")
