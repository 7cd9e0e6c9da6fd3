"""The Train tab: a real run watched in a real browser."""

from __future__ import annotations

import csv
import io
import math
import re
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings, new_run_name
from charlstm.text.spec import BRACKETS
from charlstm.training.config import PRESETS
from charlstm.ui.components.component import source
from charlstm.ui.train.board.board import listed_runs
from charlstm.ui.train.board.feed import RunQuestion, news_of_run

PATIENCE = 90_000  # ms: a busy machine takes its time to start a process and to score a text


def open_train(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("tab", name="Train").click()
    expect(page.locator("#loss-board canvas")).to_be_visible()


def asks(request: Request, function: str) -> bool:
    return f'"fn_name":"{function}"' in (request.post_data or "")


def part(page: Page, name: str) -> Locator:
    return page.locator(f'#loss-board [data-part="{name}"]')


def shown_step(page: Page) -> int:
    text = part(page, "progress").text_content() or ""
    found = re.match(r"step ([\d,]+)", text)
    return int(found[1].replace(",", "")) if found else 0


def wait_past(page: Page, step: int) -> None:
    """Wait until a step other than this is displayed; steps only grow."""
    expect(part(page, "progress")).to_have_text(
        re.compile(rf"^step (?!{step:,}\b)\d"), timeout=PATIENCE
    )


def painted(page: Page) -> int:
    """Pixels of the canvas that are not empty."""
    return page.locator("#loss-board canvas").evaluate(
        """canvas => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 3; i < data.length; i += 4) count += data[i] > 0;
          done(count);
        })))"""
    )


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("tabpanel").get_by_role("button", name=name, exact=True)


@pytest.mark.browser
def test_labels_keep_apart_and_off_the_rings(page: Page) -> None:
    """Random labels and rings: where there is room, no label covers another or a ring."""
    found = page.evaluate(
        source("train/plot/scales.js")
        + source("train/plot/draw.js")
        + """
        const cases = [];
        for (let n = 0; n < 300; n++) {
          const random = (low, high) => low + Math.random() * (high - low);
          const labels = Array.from({ length: 1 + (n % 5) }, () => (
            { at: random(60, 540), half: random(10, 60), height: random(-20, 320) }));
          const rings = Array.from({ length: n % 40 }, () => (
            { at: random(0, 600), height: random(0, 300) }));
          setApart(labels, rings, 20, 280);
          cases.push({ labels, rings });
        }
        cases;"""
    )
    covered = 0
    for case in found:
        for i, label in enumerate(case["labels"]):
            assert 20 <= label["height"] <= 280
            left, right = label["at"] - label["half"], label["at"] + label["half"]
            # Letters stand some 10 pixels above their base line, and some 3 below it.
            covered += any(
                left < ring["at"] < right
                and label["height"] - 10 < ring["height"] < label["height"] + 3
                for ring in case["rings"]
            )
            for other in case["labels"][:i]:
                beside = abs(label["at"] - other["at"]) >= label["half"] + other["half"]
                covered += not beside and abs(label["height"] - other["height"]) < 13
    assert covered <= 3  # of 900: in a crowd there may be no free height


@pytest.mark.slow
@pytest.mark.browser
def test_a_run_from_start_to_stop(page: Page, page_url: str, finished_run: str) -> None:
    questions: list[Request] = []
    page.on("request", lambda request: questions.append(request) if asks(request, "look") else None)
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
    assert painted(page) > 1000
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
    expect(part(page, "choose")).to_contain_text(name)
    expect(button(page, "Start")).to_be_visible()

    # When it is resumed, it continues from there.
    button(page, "Resume").click()
    expect(part(page, "outcome")).to_be_empty()
    wait_past(page, stopped_at)
    button(page, "Stop").click()
    expect(part(page, "outcome")).to_contain_text("Stopped at step", timeout=PATIENCE)


@pytest.fixture(scope="module")
def finished_run(app_folders: Path) -> str:
    """A run of a few steps, to its end, in this process."""
    name = new_run_name(BRACKETS, "quick")
    config = replace(PRESETS["quick"], hidden_size=8, steps=12, seconds=None)
    for _ in run(app_folders / name, RunSettings(BRACKETS, "quick", config), threading.Event()):
        pass
    return name


@pytest.mark.browser
def test_a_finished_run_and_what_can_be_done_with_its_plot(
    page: Page, page_url: str, app_folders: Path, finished_run: str
) -> None:
    open_train(page, f"{page_url}?run={finished_run}")
    expect(part(page, "outcome")).to_contain_text("Finished in")
    expect(part(page, "outcome")).to_contain_text("nats) on the whole validation text")
    canvas = page.locator("#loss-board canvas")
    assert painted(page) > 1000

    # An offset inside a line or past the end, as after a cut, reads from the beginning.
    runs, histories = RunCatalog(app_folders), Histories()
    everything = news_of_run(runs, histories, RunQuestion(finished_run, 0, None))
    [stretch] = everything.points.stretches
    assert (stretch.first, stretch.stride, len(stretch.losses)) == (1, 1, 12)
    for offset in (5, everything.offset + 1):
        again = news_of_run(runs, histories, RunQuestion(finished_run, offset, None))
        assert everything == replace(again, start=everything.start)

    # The table and the label that replace the plot for screen readers.
    row = part(page, "rows").locator("tr")
    expect(row).to_have_count(1)
    expect(row.locator("td").first).to_have_text("12")
    expect(canvas).to_have_attribute("aria-label", re.compile("in bits per character"))
    bits = float((row.locator("td").last.text_content() or "").split()[0])
    button(page, "nats").click()
    expect(part(page, "title")).to_have_text("Loss, nats per character")
    nats = float((row.locator("td").last.text_content() or "").split()[0])
    assert bits * math.log(2) == pytest.approx(nats, abs=0.002)

    # Its samples, from the first steps on: 100 characters of the model after its seed text.
    expect(part(page, "samples").locator("li")).to_have_count(len(everything.samples))
    expect(part(page, "samples").locator("span").last).to_have_text("step 12")
    sample = part(page, "samples").locator("pre").last
    assert set(sample.text_content() or "") <= set("abcdefgh ()\N{REPLACEMENT CHARACTER}")
    assert len(sample.text_content() or "") > 100

    # Zoom by dragging; a double click shows all again; then by keys.
    whole = button(page, "Show the whole run")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 100, steps=3)
    page.mouse.up()
    expect(whole).to_be_visible()
    expect(part(page, "tip")).to_contain_text(re.compile(r"step \d+.*loss \d"))
    canvas.dblclick()
    expect(whole).to_be_hidden()
    canvas.press("+")
    expect(whole).to_be_visible()
    canvas.press("0")
    expect(whole).to_be_hidden()
    canvas.press("ArrowRight")
    expect(part(page, "tip")).to_contain_text("validation at 12, whole text")

    # Colours follow the theme at once.
    def colour() -> str:
        return page.locator("#loss-board canvas").evaluate(
            """canvas => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
              () => done(canvas.toDataURL()))))"""
        )

    light = colour()
    page.evaluate("document.body.classList.toggle('dark')")
    assert colour() != light

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.fixture(scope="module")
def other_run(app_folders: Path) -> str:
    """A shorter run, in a folder with a long name that a person chose."""
    name = "mine.and_-" + "longer" * 6
    config = replace(PRESETS["quick"], hidden_size=8, steps=6, seconds=None)
    for _ in run(app_folders / name, RunSettings(BRACKETS, "quick", config), threading.Event()):
        pass
    return name


@pytest.mark.slow
@pytest.mark.browser
def test_runs_over_one_another(
    page: Page, page_url: str, app_folders: Path, finished_run: str, other_run: str
) -> None:
    label = {listed.name: listed.label for listed in listed_runs(RunCatalog(app_folders))}
    open_train(page, f"{page_url}?run={finished_run}")
    expect(part(page, "outcome")).to_contain_text("Finished in")
    canvas = page.locator("#loss-board canvas")
    page.get_by_text("Compare with other runs").click()
    box = page.get_by_role("checkbox", name=label[other_run])
    box.check()
    expect(box).to_be_checked()

    # The table that replaces the plot has each run with its steps; so has the tooltip.
    rows = part(page, "compared-rows").locator("tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("td").nth(1)).to_have_text("12")
    expect(rows.nth(1).locator("td").first).to_have_text(label[other_run])
    expect(rows.nth(1).locator("td").nth(1)).to_have_text("6")
    expect(canvas).to_have_attribute("aria-label", re.compile("compared with mine"))
    area = canvas.bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + 120, area["y"] + 100)
    expect(part(page, "tip")).to_contain_text(label[other_run])

    # The same part of the training stays in view in each unit of the x axis.
    canvas.press("+")
    whole = button(page, "Show the whole run")
    expect(whole).to_be_visible()
    for by, words in (("characters", "characters"), ("seconds", "after 0:"), ("step", "step ")):
        part(page, "by").select_option(by)
        expect(whole).to_be_visible()
        page.mouse.move(area["x"] + 300, area["y"] + 100)
        page.mouse.move(area["x"] + 320, area["y"] + 100)
        expect(part(page, "tip").locator("div").first).to_contain_text(words)
    whole.click()

    # A series below the loss: the tooltip has its value.
    steps = [r for r in RunCatalog(app_folders).history(finished_run, 0)[0] if r["kind"] == "step"]
    part(page, "series").select_option("gradient_norm")
    canvas.press("ArrowRight")
    norm = float(f"{steps[-1]['gradient_norm']:.3g}")
    expect(part(page, "tip")).to_contain_text(f"gradient norm {norm:g}")
    part(page, "series").select_option("speed")
    canvas.press("ArrowRight")
    part(page, "series").select_option("")

    # The address keeps the choice; a name that no run has is ignored.
    expect(page).to_have_url(re.compile("compare=mine"))
    page.goto(f"{page.url},nothing")
    expect(rows).to_have_count(2)
    page.get_by_text("Compare with other runs").click()
    box.uncheck()
    expect(rows).to_have_count(0)
    expect(page).not_to_have_url(re.compile("compare"))

    # All runs have ended: nothing asks, and nothing draws.
    page.evaluate(
        """() => {
          const { prototype } = CanvasRenderingContext2D;
          const draw = prototype.drawImage;
          window.drawn = 0;
          prototype.drawImage = function (...given) { drawn += 1; return draw.apply(this, given); };
        }"""
    )
    page.mouse.move(5, 5)
    page.wait_for_event("request", lambda request: asks(request, "training"))
    before = page.evaluate("drawn")
    for _ in range(2):
        page.wait_for_event("request", lambda request: asks(request, "training"))
    assert page.evaluate("drawn") == before
    button(page, "log loss").click()
    page.wait_for_function("before => drawn > before", arg=before)


@pytest.mark.browser
def test_files_to_take_away(
    page: Page, page_url: str, app_folders: Path, finished_run: str, tmp_path: Path
) -> None:
    open_train(page, f"{page_url}?run={finished_run}")
    expect(part(page, "outcome")).to_contain_text("Finished in")

    def saved(name: str) -> Path:
        with page.expect_download() as download:
            button(page, name).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return path

    table = saved("CSV")
    assert table.name == f"{finished_run}.csv"
    rows = list(csv.DictReader(io.StringIO(table.read_bytes().decode(), newline="")))
    records, _ = RunCatalog(app_folders).history(finished_run, 0)
    assert [row["kind"] for row in rows] == [record.kind for record in records]
    losses = [record.loss for record in records if record.kind == "step"]
    assert [float(row["loss"]) for row in rows if row["loss"]] == losses

    assert saved("PNG").read_bytes().startswith(b"\x89PNG")
    button(page, "nats").click()
    assert "Loss, nats per character" in saved("SVG").read_text()

    bundle = saved("Checkpoint")
    assert bundle.name == f"{finished_run}.zip"
    with zipfile.ZipFile(bundle) as opened:
        opened.extractall(tmp_path)
    there, here = (load_checkpoint(folder / finished_run) for folder in (tmp_path, app_folders))
    assert there.vocab == here.vocab
    expect(part(page, "save-said")).to_be_empty()


@pytest.mark.browser
@pytest.mark.usefixtures("finished_run")
def test_a_link_to_a_run_that_is_not_there_shows_another(page: Page, page_url: str) -> None:
    open_train(page, f"{page_url}?run=20200101-000000-quick-brackets-0000")
    expect(part(page, "outcome")).not_to_be_empty()
    expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile("Bracket language"))


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
