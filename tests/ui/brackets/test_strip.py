"""The strip below the balance view: the model's chances after each character of the seed text."""

import re

import pytest
import torch
from playwright.sync_api import Page, expect

from charlstm.model.sampler import Sampler
from charlstm.ui.brackets.balance.strip import chances_shown, likely_shown, strip_functions
from charlstm.ui.components.limits import SEED_TEXT_LIMIT
from tests.fixtures.small import LETTERS, small_model
from tests.ui.brackets.page import LIVELY, Tab

TEXT = "The (bad) ca( had"


def plainly(text: str, temperature: float) -> dict[str, float]:
    """The chance of each character after a text, by the model's own forward pass, no sampler."""
    ids = torch.tensor([[LETTERS.characters.index(c) for c in text]])
    with torch.no_grad():
        logits, _ = small_model()(ids)
    known = logits.reshape(-1, len(LETTERS))[-1].double()[: LETTERS.unk_id]
    return dict(zip(LETTERS.characters, (known / temperature).softmax(0).tolist(), strict=True))


def test_chances_are_those_of_the_model_after_each_prefix():
    found = chances_shown(Sampler(small_model(), LETTERS), TEXT, 0.5)
    assert (found.closing, found.watched) == (")", TEXT.rindex("("))
    assert [lane.temperature for lane in found.lanes] == [1.0, 0.5]
    other = TEXT[: found.watched] + "," + TEXT[found.watched + 1 :]
    for lane in found.lanes:
        at = lane.temperature
        own = [plainly(TEXT[: i + 1], at)[")"] for i in range(len(TEXT))]
        comma = [plainly(other[: i + 1], at)[")"] for i in range(found.watched, len(TEXT))]
        assert lane.own == pytest.approx(own, rel=6e-3)  # three digits are sent
        assert lane.comma == pytest.approx(comma, rel=6e-3)
        assert own[-len(comma) :] != pytest.approx(comma, rel=0.1)


def test_where_nothing_is_open_there_is_no_control_and_one_lane_at_one():
    found = chances_shown(Sampler(small_model(), LETTERS), "(a) b", 1.0)
    assert (found.closing, found.watched) == (")", None)
    assert [(lane.temperature, lane.comma) for lane in found.lanes] == [(1.0, [])]


@pytest.mark.parametrize("place", [3, len(TEXT) - 1])
def test_the_ten_likeliest_are_the_models(place):
    rows = likely_shown(Sampler(small_model(), LETTERS), TEXT, place, 0.5).rows
    watched = TEXT.rindex("(")
    other = TEXT[:watched] + "," + TEXT[watched + 1 :]
    expected = [(1.0, False, TEXT), (0.5, False, TEXT)]
    if place >= watched:
        expected.append((1.0, True, other))
    assert [(row.temperature, row.comma) for row in rows] == [e[:2] for e in expected]
    names = {" ": "space", "\n": "newline"}
    for row, (at, _, text) in zip(rows, expected, strict=True):
        chances = plainly(text[: place + 1], at)
        likeliest = sorted(chances, key=chances.get, reverse=True)[:10]
        assert row.names == [names.get(c, c) for c in likeliest]
        assert row.chances == pytest.approx([chances[c] for c in likeliest], rel=6e-3)


def test_other_kinds_have_their_own_closing(checkpoints):
    sampler = checkpoints.sampler(LIVELY)
    assert [chances_shown(sampler, text, 1.0).closing for text in ("[ ( ) {", "([", "x")] == [
        "}", "]", ")",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ((LIVELY, "", 1.0), "The seed text is empty."),
        ((LIVELY, "( " * SEED_TEXT_LIMIT, 1.0), "The seed text has 40,000 characters."),
        ((LIVELY, "\ud800(", 1.0), "lone surrogate"),
        ((LIVELY, "(", float("nan")), "does not know"),
        ((LIVELY, "(", 6), "does not know"),
        ((LIVELY, "(", "1"), "does not know"),
        ((None, "(", 1.0), "does not know"),
        (("../lively", "(", 1.0), "no checkpoint called"),
        ({"checkpoint": LIVELY}, "does not know"),
        ([LIVELY, "(", 1.0], "does not know"),
        (None, "does not know"),
    ],
)
def test_whatever_a_browser_sends_gets_a_sentence(checkpoints, asked, sentence):
    strip, likely = strip_functions(checkpoints)
    if isinstance(asked, tuple):
        asked = dict(zip(("checkpoint", "text", "temperature"), asked, strict=True))
        assert likely(asked | {"place": 0})["error"]
    assert sentence in strip(asked)["error"]


@pytest.mark.parametrize("place", [-1, 3, 1.5, None, "0"])
def test_a_place_outside_the_text_gets_a_sentence(checkpoints, place):
    _, likely = strip_functions(checkpoints)
    question = {"checkpoint": LIVELY, "text": "a (", "place": place, "temperature": 1.0}
    assert "does not know" in likely(question)["error"]


def shown_at(tab: Tab, text: str) -> None:
    """Type a text and wait until the strip describes its end."""
    tab.type(text)
    expect(tab.place).to_contain_text(f"{text[-10:]}”,")


@pytest.mark.slow
@pytest.mark.browser
def test_it_is_a_slider_with_a_value_before_the_model_has_read(page: Page, address: str):
    page.route("**/component_server**", lambda _: None)  # no answer ever comes
    tab = Tab(page, address)
    tab.type("He said ( the")
    expect(page.locator(".strip-scroll")).to_be_visible()
    slider = page.get_by_role("slider", name="Position in the seed text")
    expect(slider).to_have_attribute("aria-valuenow", "0")


@pytest.mark.slow
@pytest.mark.browser
def test_hover_and_keys_show_what_may_follow(page: Page, address: str, checkpoints):
    tab = Tab(page, address)
    shown_at(tab, "He said ( the")
    bars = tab.strip.locator("rect.own")
    expect(bars).to_have_count(2 * 13)
    expect(tab.strip.locator("line.comma")).to_have_count(2 * 5)
    expect(tab.place).to_contain_text("with a comma for the bracket")
    # The bars' heights are the chances that the server sent.
    lane = chances_shown(checkpoints.sampler(LIVELY), "He said ( the", 0.5).lanes[0]
    heights = [float(bar.get_attribute("height")) for bar in bars.all()[:13]]
    scale = heights[-1] / lane.own[-1]
    assert heights == pytest.approx([scale * chance for chance in lane.own], rel=1e-3)

    rows = tab.strip.locator(".strip-likely tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("comma")
    scroll = page.locator(".strip-scroll")
    first = bars.first.bounding_box()
    box = scroll.bounding_box()
    page.mouse.move(first["x"] + 4, box["y"] + 30)
    expect(tab.place).to_contain_text("After “H”,")
    expect(rows).to_have_count(2)  # before the bracket a comma in its place changes nothing
    page.mouse.move(first["x"] + 4, box["y"] + 600)
    expect(tab.place).to_contain_text("the”,")

    scroll.focus()
    page.keyboard.press("Home")
    expect(scroll).to_have_attribute("aria-valuenow", "0")
    expect(scroll).to_have_attribute("aria-valuetext", re.compile("^character 1. After “H”, “\\)”"))
    page.keyboard.press("ArrowRight")
    expect(tab.place).to_contain_text("After “He”,")
    page.keyboard.press("End")
    expect(rows).to_have_count(3)


@pytest.mark.slow
@pytest.mark.browser
def test_a_long_text_is_drawn_only_where_it_is_seen(page: Page, address: str):
    tab = Tab(page, address)
    shown_at(tab, "word ( by " * 1000 + "(")
    assert 100 < tab.strip.locator("svg *").count() < 1000
    expect(page.locator(".strip-seen")).to_contain_text("of 10,001 characters; scroll")
    scroll = page.locator(".strip-scroll")
    assert scroll.evaluate("box => box.scrollLeft + box.clientWidth >= box.scrollWidth - 1")
    page.keyboard.press("Tab")
    scroll.focus()
    page.keyboard.press("Home")
    expect(page.locator(".strip-seen")).to_contain_text("(1 to ")
    expect(tab.strip.locator("svg text").first).to_have_text("w")


@pytest.mark.slow
@pytest.mark.browser
def test_the_strip_follows_the_middle_temperature(page: Page, address: str):
    tab = Tab(page, address, bracket_t2=1.5)
    expect(page.locator(".strip-gutter")).to_contain_text("T 1.0")
    expect(page.locator(".strip-gutter")).to_contain_text("T 1.5")
    tab.type("")
    expect(tab.strip).to_be_hidden()
    tab.type("x" * (SEED_TEXT_LIMIT + 1))
    expect(page.locator(".strip-sorry")).to_contain_text("The seed text has 20,001 characters.")
    expect(tab.strip).to_be_hidden()
    tab.type("closed ( )")
    expect(tab.strip).to_be_visible()
    expect(tab.strip.locator("line.comma")).to_have_count(0)
    tab2 = Tab(page, address, bracket_t2=1)
    expect(tab2.place).to_contain_text("at T 1.0;")
    expect(page.locator(".strip-gutter > div")).to_have_count(1)


@pytest.mark.slow
@pytest.mark.browser
def test_hebrew_in_the_text_leaves_the_sentence_around_it_in_order(page: Page, address: str):
    tab = Tab(page, address)
    shown_at(tab, "שלום ( 12")
    expect(tab.place.locator("bdi").first).to_have_text("שלום ( 12")
    sentence = tab.place.text_content()
    # Where the words before and after the quoted text stand on the page, from the left.
    lefts = tab.place.evaluate(
        """line => [...line.childNodes].slice(0, 4).map((node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          return range.getClientRects()[0].left;
        })"""
    )
    assert sentence.startswith("After “שלום ( 12”, “)” has a chance of ")
    assert lefts == sorted(lefts)
