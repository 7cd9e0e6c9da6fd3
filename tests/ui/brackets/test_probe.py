"""The Brackets tab in a real browser, as an experiment: answers, samples, links and files."""

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.continuations import FATES, ProbeSample
from charlstm.experiments.probe import probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.export.probe_report import ProbeReport
from charlstm.ui.brackets.inputs import DICE, TEMPERATURES
from tests.ui.brackets.page import LIVELY, READER, SILENT, Tab, as_owner

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SEED = "He ( "


@pytest.fixture(scope="module")
def report(checkpoints: Checkpoints) -> ProbeReport:
    """The probe's report for 60 samples and a horizon of 40 characters."""
    result = probe(
        checkpoints.sampler(LIVELY), ProbeQuestion(SEED, tuple(TEMPERATURES), 60, 40, DICE)
    )
    return ProbeReport(LIVELY, checkpoints.info(LIVELY).fingerprint, result)


def sorted_samples(report: ProbeReport, row: int) -> list[tuple[int, ProbeSample]]:
    """Numbers and samples in the order of the gallery."""
    samples = enumerate(report.result.temperatures[row].samples, 1)
    return sorted(samples, key=lambda one: (FATES.index(one[1].fate), one[1].length, one[0]))


def asked(page: Page, address: str, **settings: str | int) -> Tab:
    """Open the tab and ask 60 times within 40 characters, unless the settings differ."""
    tab = Tab(page, address, **{"samples": 60, "horizon": 40, "bracket_seed": SEED} | settings)
    tab.ask()
    return tab


def test_the_answer_shows_the_numbers_of_the_probe(page: Page, address: str, report: ProbeReport):
    tab = asked(page, address)
    found = report.result.temperatures
    expect(tab.said).to_have_text(report.result.verdict.sentence)
    assert page.locator(".probe-doubts li").all_text_contents() == report.result.verdict.doubts
    expect(page.locator(".probe-asked")).to_contain_text(f"within 40 characters, dice {DICE}")
    rows = tab.answer.locator(".dots-row:not(.axis)").all()
    for row, t in zip(rows, found, strict=True):
        expect(row.locator(".words")).to_have_text(
            f"{t.closed} of 60comma {t.control.closed} of 60closed pair {t.pair.closed} of 60"
        )
        whisker = row.locator("line.rate")
        ends = [float(whisker.get_attribute(x).rstrip("%")) for x in ("x1", "x2")]
        assert ends == pytest.approx([4 + 92 * edge for edge in t.interval])
    expect(page.locator(".probe-when .curves path.line.closed")).to_have_count(3)
    expect(page.locator(".probe-when .curves path.band")).to_have_count(3)
    expect(page.locator(".probe-when .curves path.line.real")).to_have_count(0)

    page.get_by_text("The figures as a table").click()
    table = page.locator(".probe-verdict table")
    cells = {
        row.locator("th").text_content(): row.locator("td").all_text_contents()
        for row in table.locator("tbody tr").all()
    }
    assert [c.split()[0] for c in cells["closed within 40 characters"]] == [
        str(t.closed) for t in found
    ]
    assert cells["closed minus comma"] == [f"{100 * t.difference.rate:.1f} points".replace("-", "−")
                                           for t in found]  # fmt: skip
    assert cells["half had closed by character"] == [
        str(t.incidence.median or "not within 40") for t in found
    ]


def test_curves_speak_under_the_pointer_and_the_keys(page: Page, address: str, report: ProbeReport):
    asked(page, address)
    area, said = page.locator(".probe-when .curves-area"), page.locator(".probe-when .curves-said")
    expect(said).to_contain_text("Closed within 40 characters: T 0.2")
    area.focus()
    page.keyboard.press("PageUp")
    expect(said).to_contain_text("Closed within 30 characters:")
    expect(area).to_have_attribute("aria-valuenow", "30")
    page.keyboard.press("Home")
    expect(said).to_contain_text("Closed within 0 characters: T 0.2 0 %")
    axis = page.locator(".probe-when line.grid").first
    middle = sum(float(axis.get_attribute(x)) for x in ("x1", "x2")) / 2
    area.hover(position={"x": middle, "y": 80})
    expect(said).to_contain_text("Closed within 20 characters:")
    share = report.result.temperatures[2].incidence.closed[20]
    assert f"T 1.0 {100 * share:.0f} %" in said.text_content()


def test_what_stands_beside_it_where_the_text_is_at_hand(page: Page, address: str):
    as_owner(page, address)
    tab = asked(page, address, checkpoint=READER)
    rows = tab.answer.locator(".dots-row:not(.axis)")
    expect(rows).to_have_count(4)
    expect(rows.last).to_contain_text("7-gram")
    expect(page.locator(".probe-when .curves path.line.real")).to_have_count(1)
    expect(page.locator(".probe-sources")).to_contain_text("A 7-gram model of the training text")
    expect(page.locator(".probe-sources")).to_contain_text("still open")
    page.get_by_text("The figures as a table").click()
    expect(page.locator(".probe-verdict thead")).to_contain_text("7-gramreal text")


def test_all_samples_can_be_read(page: Page, address: str, report: ProbeReport):
    tab = asked(page, address)
    bar = page.locator(".gallery-bar")
    bar.get_by_role("button", name="T 1.0").click()
    samples = sorted_samples(report, 2)
    expect(bar).to_contain_text("1 to 9 of 60")

    def expect_page(first: int) -> None:
        expected = samples[first : first + 9]
        expect(tab.gallery).to_have_count(len(expected))
        expect(tab.gallery.last).to_contain_text(f"sample {expected[-1][0]}")
        for item, (number, sample) in zip(tab.gallery.all(), expected, strict=True):
            expect(item.locator("a")).to_have_text(f"sample {number}")
            shown = item.locator(".bracket-text").text_content()
            assert shown.rstrip("¶") == sample.text.rstrip("\n")

    expect_page(0)
    bar.get_by_role("button", name="Next").click()
    expect_page(9)
    expect(bar.get_by_role("button", name="Next")).to_be_focused()
    ended = sum(sample.fate == "closed" for _, sample in samples)
    jump = bar.get_by_role("button", name=re.compile("^the line ended"))
    jump.click()
    expect(jump).to_have_attribute("aria-pressed", "true")
    expect_page(ended)
    bar.get_by_role("button", name="Back").click()
    expect_page(max(ended - 9, 0))


def test_a_sample_has_a_link_that_shows_it(page: Page, address: str, report: ProbeReport):
    tab = asked(page, address)
    page.locator(".gallery-bar").get_by_role("button", name="T 0.5").click()
    page.locator(".gallery-bar").get_by_role("button", name="Next").click()
    expect(page.locator(".gallery-bar")).to_contain_text("10 to 18 of 60")
    number, sample = sorted_samples(report, 1)[13]
    link = tab.gallery.nth(4).locator("a")
    expect(link).to_have_text(f"sample {number}")
    with page.context.expect_page() as opened:
        link.click()
    other = opened.value
    card = other.locator(".bracket-linked")
    expect(card.locator("h2")).to_contain_text(f"number {number} at T 0.5, dice {DICE}")
    text = card.locator(".bracket-text").text_content()
    assert text.rstrip("¶") == sample.text.rstrip("\n")
    expect(card.locator(".fate")).to_contain_text(f"after {sample.length} char")
    expect(card.locator(".linked-note")).to_be_hidden()
    expect(other.locator("#bracket-seed textarea")).to_have_value(SEED)
    expect(other.locator("#ask")).to_have_text("Test with 60 samples")

    # After any other input, the address no longer names the sample.
    other.locator("#bracket-seed textarea").press_sequentially("x")
    expect(card).to_be_hidden()
    expect(other).to_have_url(re.compile("bracket_seed=He"))
    expect(other).not_to_have_url(re.compile("sample="))
    other.close()


def test_a_link_to_a_sample_says_what_is_wrong_with_it(page: Page, address: str):
    whole = {
        "bracket_seed": SEED, "bracket_dice": 7, "horizon": 40, "at": 0.5, "sample": 3,
        "weights": "0000000000",
    }  # fmt: skip
    Tab(page, address, **whole)
    expect(page.locator("#link-notes")).to_contain_text("other weights")
    expect(page.locator(".bracket-linked h2")).to_contain_text("number 3")
    for change, sentence in (
        ({"sample": 9999}, "does not say which sample"),
        ({"bracket_seed": "closed ( )"}, "leaves no bracket open"),
    ):
        other = page.context.new_page()
        Tab(other, address, **whole | change)
        expect(other.locator(".linked-note")).to_contain_text(sentence)
        other.get_by_role("button", name="Close").click()
        expect(other.locator(".bracket-linked")).to_be_hidden()
        expect(other).not_to_have_url(re.compile("sample="))
        other.close()


def test_files_hold_what_was_found(page: Page, address: str, report: ProbeReport):
    asked(page, address)

    def saved(kind: str) -> tuple[str, bytes]:
        with page.expect_download() as download:
            page.locator(".probe-verdict .probe-save").get_by_role("button", name=kind).click()
        found = download.value
        return found.suggested_filename, Path(found.path()).read_bytes()

    name, data = saved("CSV")
    assert name == f"brackets-{LIVELY}-dice-{DICE}.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    assert [row["fate"] for row in rows] == [
        s.fate for t in report.result.temperatures for s in t.samples
    ]
    assert json.loads(saved("JSON")[1])["fingerprint"] == report.fingerprint
    assert saved("PNG")[1].startswith(b"\x89PNG")
    assert b"<svg" in saved("SVG")[1]


def test_stop_ends_a_long_question(page: Page, address: str):
    tab = Tab(page, address, checkpoint=SILENT, samples=5000, horizon=2000)
    page.locator("#ask").click()
    expect(tab.said).to_contain_text("of at most 2,000 characters")
    page.locator("#stop-asking").click()
    expect(tab.said).to_contain_text("Stopped after")
    expect(tab.said).to_contain_text("not an answer")
    expect(page.locator("#stop-asking")).to_have_count(0)
    # The model is free again.
    page.goto(f"{address}?{urlencode({'tab': 'brackets', 'checkpoint': LIVELY, 'samples': 20})}")
    tab.ask()


def test_an_answer_comes_where_one_looks_and_can_be_stopped_there(page: Page, address: str):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(reduced_motion="reduce")
    tab = Tab(page, address, checkpoint=SILENT, samples=5000, horizon=2000)
    page.locator("#ask").click()
    expect(tab.said).to_contain_text("of at most 2,000 characters")
    expect(tab.said).to_be_in_viewport()
    stop = tab.answer.get_by_role("button", name="Stop")
    stop.click()
    expect(tab.said).to_contain_text("Stopped after")
    expect(stop).to_be_hidden()


def test_a_failed_question_leaves_the_last_answer(page: Page, address: str):
    tab = asked(page, address, samples=20)
    answer = tab.said.text_content()
    tab.type("nothing open")
    page.locator("#ask").click()
    expect(tab.toast).to_contain_text("no bracket open")
    expect(tab.said).to_have_text(answer)


def test_missing_numbers_get_sentences(page: Page, address: str):
    tab = Tab(page, address)
    page.get_by_role("button", name="More").click()
    for label, sentence in (
        ("Dice", "The dice are missing."),
        ("Characters a sample may take", "The number of characters a sample may take is missing."),
        ("Samples", "The number of samples is missing."),
    ):
        box = page.get_by_role("spinbutton", name=re.compile(f"^{label}"))
        before = box.input_value()
        box.fill("")
        box.blur()
        tab.seed.press("Enter")  # a toast may lie over the button
        expect(tab.toast.last).to_contain_text(sentence)
        box.fill(before)
        box.blur()


def test_a_phone_shows_one_column(phone: Page, address: str):
    tab = asked(phone, address, checkpoint=READER, bracket_t1=0)
    tab.go_on()
    for summary in phone.locator(".probe-more summary").all():
        summary.click()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    left = {item.bounding_box()["x"] for item in tab.gallery.all()}
    assert len(left) == 1
    assert tab.seed.bounding_box()["y"] < phone.locator("#ask").bounding_box()["y"]
    figures = [phone.locator(f).bounding_box() for f in (".probe-chart", ".probe-when")]
    assert figures[0]["y"] + figures[0]["height"] <= figures[1]["y"]
