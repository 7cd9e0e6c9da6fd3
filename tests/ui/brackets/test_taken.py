"""Units taken away on the page: what is written on, in both directions, and how often it closes."""

import re
from pathlib import Path
from threading import BoundedSemaphore
from types import SimpleNamespace

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.cells.report import report_beside
from charlstm.experiments.cells.warm_up import warm_up_text
from charlstm.experiments.cells.watch import watched
from charlstm.experiments.cells.writing import written_on
from charlstm.model.hold import Unit
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.cells.rates import SAMPLES, counting
from charlstm.ui.brackets.cells.taken import LENGTH, taking
from charlstm.ui.page import Sent
from tests.ui.brackets.page import LIVELY, Tab

SHIPPED = Path(__file__).parents[3] / "checkpoints"
TEXT = "He ( had a cab"
UNITS = [Unit(1, 5), Unit(1, 2)]


def asked(handler, *inputs, **event):
    """All values that a handler yields for an event of a script."""
    return list(handler(SimpleNamespace(_data=Sent(event)), *inputs))


def pressed(checkpoints, temperature=0.5, dice=7, **changed):
    event = {
        "checkpoint": LIVELY,
        "text": TEXT,
        "units": "1:5, 1:2",
        "gates": False,
        "taken": "comma",
    }
    handler = taking(checkpoints, KeptAnswers(), BoundedSemaphore(1))
    return asked(handler, temperature, dice, **(event | changed))


def test_both_directions_are_streamed_with_their_chances(checkpoints):
    sampler, before = checkpoints.sampler(LIVELY), warm_up_text(None)
    how = {"before": before, "temperature": 0.5, "length": LENGTH, "dice": 7}
    written = written_on(sampler, TEXT, UNITS, **how)
    chances = watched(sampler, TEXT, [], before=before, held=UNITS).chances
    for taken, texts, (own, held) in (
        ("comma", (written.free, written.held), (chances.own, chances.held)),
        ("open", (written.control, written.forced), (chances.control, chances.forced)),
    ):
        first, *_, last = pressed(checkpoints, taken=taken)
        assert [one["written"] for one in first["continued"]] == ["", ""]
        assert (first["phase"], last["phase"]) == ("writing", "written")
        assert [one["written"] for one in last["continued"]] == list(texts)
        assert [one["held"] for one in last["continued"]] == [False, True]
        assert [one["control"] for one in last["continued"]] == [taken == "open"] * 2
        assert last["chances"] == {"before": own[-1], "after": held[-1], "random": None}
        assert last["units"] == ["1:5", "1:2"]
    *_, last = pressed(checkpoints, taken="none", gates=True)
    assert [one["control"] for one in last["continued"]] == [False, True]
    assert "chances" not in last
    assert len(last["continued"][0]["units"][0]["gates"]["forget"]) == len(TEXT) + LENGTH


@pytest.mark.slow
@pytest.mark.parametrize("name", ["wikipedia-512", "wikipedia-2x640"])
def test_a_shipped_model_forgets_the_bracket_and_random_units_do_not_matter(tmp_path, name):
    text, checkpoints = "The ship ( built in 1912 ", Checkpoints(tmp_path, SHIPPED)
    info = checkpoints.info(name)
    units = ", ".join(report_beside(SHIPPED / name, info.fingerprint).result.verdict.units)
    for taken, factor in (("comma", 1 / 20), ("open", 20)):
        *_, last = pressed(checkpoints, checkpoint=name, text=text, units=units, taken=taken)
        chances = last["chances"]
        assert (chances["after"] / chances["before"] < factor) == (taken == "comma")
        assert 0.5 < chances["random"] / chances["before"] < 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": "a ( b )"}, "no bracket is open"),
        ({"units": ""}, "no unit is named"),
        ({"units": "1:99"}, "no unit 1:99"),
        ({"taken": "both"}, "does not know"),
        ({"dice": None}, "The dice are missing."),
        ({"temperature": 9.0}, "out of range"),
    ],
)
def test_whatever_a_browser_presses_gets_a_sentence(checkpoints, changed, sentence):
    with pytest.raises(gr.Error, match=sentence):
        pressed(checkpoints, **changed)


def counted(checkpoints, *inputs):
    event = {"checkpoint": LIVELY, "text": TEXT, "units": "1:5", "closing": ")", "instead": ","}
    return asked(counting(checkpoints, KeptAnswers()), *inputs, **event)


def test_rates_are_counted_with_the_hold_and_without(checkpoints):
    *some, last = counted(checkpoints, 0.5, 20, 7, False)
    assert [one["phase"] for one in some] == ["asking"] * len(some)
    assert (last["phase"], last["units"], last["horizon"]) == ("done", "1:5", 20)
    free, held = last["rates"]["rows"]
    assert last["rates"]["samples"] == SAMPLES
    for rate in (free["closed"], held["closed"], held["strays"]):
        low, high = rate["interval"]
        assert low <= rate["count"] / SAMPLES <= high
    change = held["closed"]["change"]
    assert change["rate"] == (held["closed"]["count"] - free["closed"]["count"]) / SAMPLES
    with pytest.raises(gr.Error, match="The number of characters a sample may take is missing"):
        counted(checkpoints, 0.5, None, 7, False)


def continued(page, checkpoints, taken):
    """What the page shows as written on, once it is; the server's value that it should show."""
    card, texts = page.locator(".cells-taken"), page.locator(".cells-taken .cells-text")
    expect(texts.last).to_contain_text(re.compile("120 characters|(closed|nowhere) after"))
    expect(card).to_have_attribute("aria-busy", "false")
    *_, found = pressed(checkpoints, taken=taken)
    for text, one in zip(texts.all(), found["continued"], strict=True):
        written = text.locator(".bracket-text .written").text_content()
        assert written.rstrip("\n") == one["written"].rstrip("\n")
    return found["continued"]


@pytest.mark.slow
@pytest.mark.browser
def test_a_link_opens_units_gates_and_hold(page: Page, address: str, checkpoints):
    tab = Tab(page, address, bracket_seed=TEXT, units="1:5, 1:2", gates="true", hold="comma")
    card, texts = page.locator(".cells-taken"), page.locator(".cells-taken .cells-text")
    _, held = continued(page, checkpoints, "comma")
    expect(card.locator("h2")).to_contain_text("With units 1:5, 1:2 held at their comma values")
    expect(card.locator(".cells-effect")).to_contain_text("with units 1:5, 1:2 held, of")
    # Each text has its strip: the units' values, and where they are held in the other colour.
    expect(texts.first.locator("path.own:not(.gate)")).to_have_count(2)
    expect(texts.first.locator("path.gate")).to_have_count(6)
    expect(texts.first.locator("path.control")).to_have_count(0)
    expect(texts.last.locator("path.control:not(.gate)")).to_have_count(2)
    slider = texts.last.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    value = f"tanh(c) of 1:5 {held['units'][0]['own'][1]:.2f}".replace("-", "−")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^character 2. After “He”, "))
    expect(texts.last.locator(".cells-place")).to_contain_text(value)
    # What is held is a matter of this text; the units are one of the unfolded part.
    tab.type("He ( is")
    page.wait_for_function("!location.search.includes('hold=')")
    page.locator(".cells-fold > summary").click()
    page.wait_for_function("!location.search.includes('units=')")


@pytest.mark.slow
@pytest.mark.browser
def test_the_other_way_and_the_rates_beside_it(page: Page, address: str, checkpoints):
    Tab(page, address, bracket_seed=TEXT, units="1:5, 1:2")
    page.get_by_role("button", name="The other way: their “(” values into the comma").click()
    card, rates = page.locator(".cells-taken"), page.locator(".cells-rates")
    continued(page, checkpoints, "open")
    expect(card.locator("h2")).to_contain_text("The comma text, with units 1:5, 1:2 held")
    page.wait_for_url("**hold=open**")
    page.get_by_role("button", name="Test with 100 samples, held and not").click()
    expect(rates.locator(".dots")).to_have_attribute("data-phase", "done")
    event = {"checkpoint": LIVELY, "text": TEXT, "units": "1:5,1:2", "closing": ")", "instead": ","}
    *_, last = asked(counting(checkpoints, KeptAnswers()), 0.5, 200, 7, False, **event)
    free, held = last["rates"]["rows"]
    said = rates.locator(".cells-counted")
    expect(said).to_contain_text(f"closed the bracket in {free['closed']['count']} of 100 (")
    expect(said).to_contain_text(f"open values, in {held['strays']['count']} of 100 (")
    expect(rates.get_by_role("button", name="Stop")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_the_strips_go_on_while_the_model_writes(page: Page, address: str):
    tab = Tab(page, address, units="1:5", bracket_seed=TEXT)
    page.evaluate(
        """() => {
          lengths = [];
          const seen = () => {
            const path = document.querySelector(".cells-taken path.own");
            if (path) lengths.push(path.getAttribute("d").split("M").length - 1);
          };
          new MutationObserver(seen).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    page.get_by_role("button", name="Write on and watch").click()
    card = page.locator(".cells-taken")
    expect(card).to_have_attribute("aria-busy", "false")
    expect(card.locator(".cells-text")).to_have_count(2)
    lengths = page.evaluate("lengths")
    assert lengths == sorted(lengths)
    assert lengths[-1] == len(TEXT) + LENGTH
    assert len(set(lengths)) > 2  # it grew in pieces
    expect(card.get_by_role("button", name="Test with 100 samples")).to_be_hidden()
    tab.type("nothing open")
    page.get_by_role("button", name="Write on and watch").click()
    expect(card.locator(".cells-text")).to_have_count(1)
    expect(page.get_by_role("button", name="Hold this unit")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_counting_can_be_stopped(page: Page, address: str):
    Tab(page, address, units="1:5", hold="comma", bracket_seed=TEXT, horizon=500)
    page.evaluate(
        """() => new MutationObserver(() => {
          const stop = document.querySelector(".cells-rates button");
          if (document.querySelector(".cells-rates .dots-row") && stop.offsetParent) stop.click();
        }).observe(document.body, { childList: true, subtree: true })"""
    )
    page.get_by_role("button", name="Test with 100 samples, held and not").click()
    said = page.locator(".cells-counted")
    expect(said).to_contain_text(re.compile("Stopped after|Without a hold"))
    expect(page.locator(".cells-rates")).to_have_attribute("aria-busy", "false")
