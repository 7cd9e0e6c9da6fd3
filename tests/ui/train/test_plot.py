"""The loss plot of runs that have ended: what it shows, says and gives away."""

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
from playwright.sync_api import Page, expect

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import BRACKETS
from charlstm.training.config import PRESETS
from charlstm.ui.components.component import source
from charlstm.ui.train.board.board import listed_runs
from charlstm.ui.train.board.feed import RunQuestion, news_of_run
from tests.ui.train.page import asks, button, last_dots, open_train, part, record_dots


@pytest.mark.slow
@pytest.mark.browser
def test_labels_keep_apart_and_off_the_rings(page: Page) -> None:
    """Random labels and rings: where there is room, no label covers another or a ring."""
    found = page.evaluate(
        source("train/plot/scales.js")
        + source("train/plot/draw.js")
        + """
        // Mulberry32, by Tommy Ettinger: the same cases each time.
        let state = 1;
        const chance = () => {
          state = (state + 0x6d2b79f5) | 0;
          let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
          mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
          return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
        };
        const cases = [];
        for (let n = 0; n < 300; n++) {
          const random = (low, high) => low + chance() * (high - low);
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


@pytest.mark.browser
def test_a_run_that_is_short_beside_another_lies_within_the_axis(page: Page) -> None:
    low, high, cut = page.evaluate(
        source("train/plot/scales.js")
        + """
        const run = (steps, loss) => {
          const step = Array.from({ length: steps }, (_, i) => i + 1);
          const losses = step.map(loss);
          return { step, loss: losses, mean: losses, validations: [], floor: null,
            ended: () => true };
        };
        const runs = [run(2000, (n) => (n < 9 ? 9 : 1)), run(20, () => 4)];
        lossExtent({ runs, unit: "nats", by: "step", logX: false, logY: false }, [0, 2000]);"""
    )
    assert low < 1
    assert 4 < high < 9
    assert cut == 9


@pytest.mark.slow
@pytest.mark.browser
def test_a_finished_run_and_what_can_be_done_with_its_plot(
    page: Page, page_url: str, app_folders: Path, finished_run: str
) -> None:
    record_dots(page)
    open_train(page, f"{page_url}?run={finished_run}")
    expect(part(page, "outcome")).to_contain_text("Finished in")
    expect(part(page, "outcome")).to_contain_text("nats) on the whole validation text")
    canvas = page.locator("#loss-board canvas")

    # An offset inside a line or past the end, as after a cut, reads from the beginning.
    runs, histories = RunCatalog(app_folders), Histories()
    everything = news_of_run(runs, histories, RunQuestion(finished_run, 0, None))
    [stretch] = everything.points.stretches
    assert (stretch.first, stretch.stride, len(stretch.losses)) == (1, 1, 12)

    # Its dots: one a step from left to right, the higher the loss the higher.
    dots = last_dots(page, 12)
    assert [x for x, _ in dots] == sorted(x for x, _ in dots)
    by_loss = [y for _, y in sorted(zip(stretch.losses, (y for _, y in dots), strict=True))]
    assert by_loss == sorted(by_loss, reverse=True)
    assert len(set(dots)) == 12

    for offset in (5, everything.offset + 1):
        again = news_of_run(runs, histories, RunQuestion(finished_run, offset, None))
        assert everything == replace(again, start=everything.start)

    # The table and the label that replace the plot for screen readers.
    row = part(page, "rows").locator("tr")
    expect(row).to_have_count(1)
    expect(row.locator("td").first).to_have_text("12")
    expect(canvas).to_have_attribute("aria-label", re.compile("in bits per character"))
    bits = float((row.locator("td").last.text_content() or "").split()[0])
    part(page, "nats").click()
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
    steps = [r for r in RunCatalog(app_folders).history(finished_run, 0)[0] if r.kind == "step"]
    part(page, "series").select_option("gradient_norm")
    canvas.press("ArrowRight")
    norm = float(f"{steps[-1].gradient_norm:.3g}")
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


@pytest.mark.slow
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
    # The progress of the last score, which a slow machine records, is left out.
    kinds = [record.kind for record in records if record.kind != "scoring"]
    assert [row["kind"] for row in rows] == kinds
    losses = [record.loss for record in records if record.kind == "step"]
    assert [float(row["loss"]) for row in rows if row["loss"]] == losses

    assert saved("PNG").read_bytes().startswith(b"\x89PNG")
    part(page, "nats").click()
    assert "Loss, nats per character" in saved("SVG").read_text()

    bundle = saved("Checkpoint")
    assert bundle.name == f"{finished_run}.zip"
    with zipfile.ZipFile(bundle) as opened:
        opened.extractall(tmp_path)
    there, here = (load_checkpoint(folder / finished_run) for folder in (tmp_path, app_folders))
    assert there.vocab == here.vocab
    expect(part(page, "save-said")).to_be_empty()
