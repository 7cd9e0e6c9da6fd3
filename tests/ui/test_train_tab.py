"""The Train tab: what a browser is sent, and a real run watched in a real browser."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Locator, Page, Request, expect

from charlstm.checkpoint import load_checkpoint
from charlstm.curves import MEAN_OF, mean_window
from charlstm.errors import UserError
from charlstm.presets import PRESETS
from charlstm.runner import run
from charlstm.runs import Runs, RunStatus
from charlstm.settings import RunSettings, new_run_name
from charlstm.ui.loss_board import exported, listed_runs
from charlstm.ui.loss_feed import THIN_ABOVE, answer, news_of_run
from charlstm.ui.train_tab import decoded

PATIENCE = 90_000  # ms: a busy machine takes its time to start a process and to score a text

RUNNING = RunStatus("a", "running", 7, 100, 1.25, 3.6, "", "brackets", "quick", 1.8)


def step_record(step: int, loss: float) -> dict[str, object]:
    return {
        "kind": "step",
        "step": step,
        "loss": loss,
        "learning_rate": 0.01,
        "gradient_norm": 1 / step,
        "characters": 768 * step,
        "seconds": step / 70,
    }


def validation_record(step: int, nats: float) -> dict[str, object]:
    return {
        "kind": "validation",
        "step": step,
        "nats": nats,
        "characters_scored": 65536,
        "sample": f"The {step}",
        "temperature": 0.8,
        "seconds": step / 70,
    }


def unpacked(stretches: list[list[float | None]]) -> list[tuple[int, float | None]]:
    """Every training point of an answer, as a browser reads it."""
    points = []
    for start, stride, *losses in stretches:
        points += [(start + i * stride, loss) for i, loss in enumerate(losses)]
    return points


# ---- what is sent ----


@given(st.lists(st.integers(1, 400), max_size=60))
def test_every_point_arrives_at_its_step(steps: list[int]) -> None:
    """Whatever the order: a run that was resumed goes back."""
    records = [step_record(step, step / 7) for step in steps]
    sent = answer(RUNNING, records, 10, 20)
    expected = [(step, round(step / 7, 4)) for step in steps]
    assert unpacked(sent.get("steps", [])) == expected


def test_a_live_update_is_small() -> None:
    """Seventy steps, a second of the quick preset on two cores: under 17 bytes a point, under 25
    with a series beside the loss."""
    records = [step_record(step, 2 + math.sin(step)) for step in range(1000, 1070)]
    sent = json.dumps(answer(RUNNING, records, 10, 20), separators=(",", ":"))
    assert len(sent) < 70 * 17
    more = answer(RUNNING, records, 10, 20, "gradient_norm")
    assert len(json.dumps(more, separators=(",", ":"))) < 70 * 25
    nothing_new = json.dumps(answer(RUNNING, [], 10, 10), separators=(",", ":"))
    assert len(nothing_new) < 100


def test_a_long_history_is_thinned_but_for_validations_and_the_end() -> None:
    losses = 2 + np.random.default_rng(0).normal(size=50_000) / 10
    records: list[dict[str, object]] = []
    for step, loss in enumerate(losses, start=1):
        records.append(step_record(step, float(loss)))
        if step % 500 == 0:
            records.append(validation_record(step, 1.9))
    sent = answer(RUNNING, records, 0, 20)
    points = unpacked(sent["steps"])
    assert len(points) <= THIN_ABOVE
    assert [step for step, _ in points[-MEAN_OF:]] == list(range(49_951, 50_001))
    assert [v[0] for v in sent["validations"]] == list(range(500, 50_001, 500))
    assert sent["floor"] == 1.8
    assert sent["seconds"] == [round(step / 70, 2) for step, _ in points]
    assert sent["characters"] == 768 * 50_000
    # The line is the mean of all steps, not only of those that are drawn.
    for (step, loss), mean in zip(points, sent["means"], strict=True):
        window = losses[max(0, step - mean_window(step)) : step]
        assert mean == pytest.approx(window.mean(), abs=1e-4)
        assert loss == pytest.approx(losses[step - 1], abs=1e-4)


def test_a_loss_that_is_not_finite_still_travels() -> None:
    records = [
        step_record(1, 2.0),
        step_record(2, math.nan),
        step_record(3, math.inf),
        validation_record(3, math.nan),
    ]
    sent = json.loads(json.dumps(answer(RUNNING, records, 0, 20), allow_nan=False))
    assert unpacked(sent["steps"]) == [(1, 2.0), (2, None), (3, None)]
    assert sent["validations"] == [[3, None, 65536, 0.04]]
    assert sent["samples"] == [[3, "The 3"]]


@pytest.mark.parametrize("series", ["learning_rate", "gradient_norm"])
def test_a_series_travels_when_it_is_asked_for(series: str) -> None:
    records = [step_record(step, 2.0) for step in range(1, 3001)]
    records[-1][series] = math.inf
    assert "series" not in answer(RUNNING, records, 0, 20)
    sent = json.loads(json.dumps(answer(RUNNING, records, 0, 20, series), allow_nan=False))
    for (step, _), value in zip(unpacked(sent["steps"])[:-1], sent["series"][:-1], strict=True):
        assert value == pytest.approx(records[step - 1][series], rel=0.01)  # three figures
    assert sent["series"][-1] is None


def test_a_file_that_is_not_utf8_gets_a_sentence() -> None:
    assert decoded("\ufeffgrün".encode()) == "grün"
    with pytest.raises(UserError, match="byte at position 4"):
        decoded(b"abc \xff")


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "a",
        {},
        [],
        ["20260101-000000-quick-brackets-0000"],
        ["20260101-000000-quick-brackets-0000", 0],
        ["20260101-000000-quick-brackets-0000", 0, None],
        ["20260101-000000-quick-brackets-0000", 0, "seconds"],
        ["20260101-000000-quick-brackets-0000", -1, None],
        ["20260101-000000-quick-brackets-0000", 10**30, None],
        ["../../etc", 0, None],
        ["a\0b", 0, None],
        [None, 0, None],
        ["<img src=x onerror=alert(1)>", 0, None],
    ],
)
def test_whatever_a_browser_asks_it_gets_a_sentence(tmp_path: Path, asked: object) -> None:
    found = news_of_run(Runs(tmp_path), asked)
    assert list(found) == ["error"]
    assert found["error"].endswith(".")


VIEW = {"unit": "bits", "by": "step", "logX": False, "logY": False}


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        ["csv"],
        ["csv", [], VIEW],
        ["csv", "a", VIEW],
        ["csv", [None], VIEW],
        ["csv", ["20260101-000000-quick-brackets-0000"], VIEW],
        ["csv", ["20260101-000000-quick-brackets-0000"] * 100, VIEW],
        ["pdf", ["20260101-000000-quick-brackets-0000"], VIEW],
        ["zip", ["../../etc"], VIEW],
        ["zip", ["a\0b"], VIEW],
        ["png", ["20260101-000000-quick-brackets-0000"], {**VIEW, "unit": "bytes"}],
        ["png", ["20260101-000000-quick-brackets-0000"], {**VIEW, "logX": 1}],
        ["png", ["20260101-000000-quick-brackets-0000"], {}],
    ],
)
def test_whatever_file_a_browser_asks_for_it_gets_a_sentence(tmp_path: Path, asked: object) -> None:
    found = exported(Runs(tmp_path), asked)
    assert list(found) == ["error"]
    assert found["error"].endswith(".")


# ---- in a browser ----


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
    """Wait until another step than this is shown; steps only grow."""
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

    # A hidden tab asks nothing, while the header goes on asking every two seconds; shown again,
    # it asks.
    page.get_by_role("tab", name="Temperature").click()
    expect(page.locator("#loss-board canvas")).to_be_hidden()
    asked = len(questions)
    for _ in range(2):
        page.wait_for_event("request", lambda request: asks(request, "training"))
    assert len(questions) == asked
    with page.expect_request(lambda request: asks(request, "look")):
        page.get_by_role("tab", name="Train").click()

    # Laid over a run that has ended, it is followed too.
    page.goto(f"{page_url}?run={finished_run}&compare={name}&tab=train")
    expect(part(page, "outcome")).to_contain_text("Finished in")
    expect(part(page, "compared-rows").locator("tr")).to_have_count(2)
    for _ in range(3):
        page.wait_for_event("request", lambda r: asks(r, "look") and name in (r.post_data or ""))
    page.goto(f"{page_url}?run={name}&tab=train")
    wait_past(page, before)

    # Stopped: a sentence, and the way on.
    stopped_at = shown_step(page)
    button(page, "Stop").click()
    expect(part(page, "outcome")).to_contain_text("Stopped at step", timeout=PATIENCE)
    expect(part(page, "choose")).to_contain_text(name)
    expect(button(page, "Start")).to_be_visible()

    # Resumed, it goes on from there.
    button(page, "Resume").click()
    expect(part(page, "outcome")).to_be_empty()
    wait_past(page, stopped_at)
    button(page, "Stop").click()
    expect(part(page, "outcome")).to_contain_text("Stopped at step", timeout=PATIENCE)


@pytest.fixture(scope="module")
def finished_run(app_folders: Path) -> str:
    """A run of a few steps, to its end, in this process."""
    name = new_run_name("brackets", "quick")
    config = PRESETS["quick"].with_budget(steps=12, seconds=None)
    for _ in run(app_folders / name, RunSettings("brackets", "quick", config), threading.Event()):
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
    runs = Runs(app_folders)
    everything = news_of_run(runs, [finished_run, 0, None])
    assert [step for step, _ in unpacked(everything["steps"])] == list(range(1, 13))
    for offset in (5, everything["offset"] + 1):
        again = news_of_run(runs, [finished_run, offset, None])
        assert everything == {**again, "floor": everything["floor"]}

    # What the plot says without being seen.
    row = part(page, "rows").locator("tr")
    expect(row).to_have_count(1)
    expect(row.locator("td").first).to_have_text("12")
    expect(canvas).to_have_attribute("aria-label", re.compile("in bits per character"))
    bits = float((row.locator("td").last.text_content() or "").split()[0])
    button(page, "nats").click()
    expect(part(page, "title")).to_have_text("Loss, nats per character")
    nats = float((row.locator("td").last.text_content() or "").split()[0])
    assert bits * math.log(2) == pytest.approx(nats, abs=0.002)

    # What it wrote, from its first steps on: the model's 100 characters after its seed text.
    expect(part(page, "samples").locator("li")).to_have_count(len(everything["samples"]))
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
    """A shorter run, in a folder that a person named, at length."""
    name = "mine.and_-" + "longer" * 6
    config = PRESETS["quick"].with_budget(steps=6, seconds=None)
    for _ in run(app_folders / name, RunSettings("brackets", "quick", config), threading.Event()):
        pass
    return name


@pytest.mark.slow
@pytest.mark.browser
def test_runs_over_one_another(
    page: Page, page_url: str, app_folders: Path, finished_run: str, other_run: str
) -> None:
    label = {name: label for name, label, *_ in listed_runs(Runs(app_folders))}
    open_train(page, f"{page_url}?run={finished_run}")
    expect(part(page, "outcome")).to_contain_text("Finished in")
    canvas = page.locator("#loss-board canvas")
    page.get_by_text("Compare with other runs").click()
    box = page.get_by_role("checkbox", name=label[other_run])
    box.check()
    expect(box).to_be_checked()

    # In the table that stands for the plot, each run with its steps; in the tooltip too.
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

    # The same stretch stays in view whatever the runs lie over one another by.
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

    # A series below: what was sent for it is told at the point.
    steps = [r for r in Runs(app_folders).history(finished_run, 0)[0] if r["kind"] == "step"]
    part(page, "series").select_option("gradient_norm")
    canvas.press("ArrowRight")
    norm = float(f"{steps[-1]['gradient_norm']:.3g}")
    expect(part(page, "tip")).to_contain_text(f"gradient norm {norm:g}")
    part(page, "series").select_option("speed")
    canvas.press("ArrowRight")
    part(page, "series").select_option("")

    # The address keeps the choice; a name that no run has is passed over.
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
    records, _ = Runs(app_folders).history(finished_run, 0)
    assert [row["kind"] for row in rows] == [record["kind"] for record in records]
    losses = [record["loss"] for record in records if record["kind"] == "step"]
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
