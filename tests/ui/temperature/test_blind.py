"""The panel "Which one is human?"."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.files import SETTINGS
from charlstm.checkpoints.owners import claim
from charlstm.errors import UserError
from charlstm.experiments.ballot import Ballot, Picks, Tally
from charlstm.experiments.blind_test import TEMPERATURES, Round
from charlstm.experiments.intervals import wilson_interval
from charlstm.text.corpus import load_corpus
from charlstm.text.spec import BRACKETS
from charlstm.ui.components.contract import plain
from charlstm.ui.temperature.blind.data import (
    BlindAnswer,
    answer_shown,
    round_shown,
    tally_sentences,
    tally_shown,
)
from charlstm.ui.temperature.blind.panel import rounds
from charlstm.ui.temperature.blind.shared import SharedRounds
from tests.fixtures.pages import launched
from tests.fixtures.small import small_model
from tests.ui.temperature.panels import TEXTLESS, WITH_TEXT, panel_checkpoints, panels

TOKEN, OTHER = "0" * 32, "1" * 32


def tally(browsers: int, *picked: int) -> Tally:
    """A tally of picks of T 0.2, 0.5, 0.8 and 1.0, and of the real text."""
    total = sum(picked)
    picks = [
        Picks(source, count, count / total, wilson_interval(count, total))
        for source, count in zip((*TEMPERATURES, None), picked, strict=True)
    ]
    return Tally(total, browsers, picks)


DRAWN = Round(735_219, "He ", ["one", "two", "three", "four", "five"], [0.5, None, 1.0, 0.2, 0.8])


def test_before_the_pick_nothing_tells_which_is_which() -> None:
    shown = round_shown(DRAWN, "name", ("tiny", "0123456789"), "Tiny", "a text")
    assert shown.answer is None
    assert list(shown.temperatures) == sorted(TEMPERATURES)  # of every round
    assert "735219" not in json.dumps(plain(shown))
    answer = answer_shown(DRAWN, "name", 2)
    assert answer.answer == BlindAnswer(2, DRAWN.sources, 735_219)
    assert answer.texts == ()


def test_a_round_waits_for_its_pick(checkpoints: Checkpoints) -> None:
    ballot = Ballot()
    *before, shown = rounds(checkpoints, ballot, SharedRounds(), WITH_TEXT)
    assert all(value == gr.skip() for value in before)
    counted, drawn = ballot.pick(shown.round, 0, TOKEN)
    model = (WITH_TEXT, checkpoints.info(WITH_TEXT).fingerprint)
    assert counted == (model, None)
    assert shown == round_shown(drawn, shown.round, model, WITH_TEXT, shown.corpus)
    assert shown.corpus.startswith("a text file of 90,301 characters")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (None, "There is no checkpoint to write with"),
        ("nowhere", "There is no checkpoint called"),
        (TEXTLESS, "A round needs a real passage. Neither a run nor the model card says"),
    ],
)
def test_where_no_round_can_be_drawn_it_says_why(checkpoints, name, sentence) -> None:
    with pytest.raises(UserError, match=sentence):
        list(rounds(checkpoints, Ballot(), SharedRounds(), name))


def test_passages_of_somebodys_own_text_are_shown_only_there(tmp_path: Path) -> None:
    checkpoints = panel_checkpoints(tmp_path)
    claim(tmp_path / WITH_TEXT, TOKEN, shared=True)
    own, others = (checkpoints.offered_to(lambda token=token: token) for token in (TOKEN, OTHER))
    *_, shown = rounds(own, Ballot(), SharedRounds(), WITH_TEXT)
    assert shown.phase == "picking"
    with pytest.raises(UserError, match="only in the browser that brought it"):
        list(rounds(others, Ballot(), SharedRounds(), WITH_TEXT))
    (tmp_path / WITH_TEXT / SETTINGS).write_text(json.dumps({"corpus": str(tmp_path / "no.txt")}))
    with pytest.raises(UserError, match="is not at hand here") as error:
        list(rounds(own, Ballot(), SharedRounds(), WITH_TEXT))
    assert str(tmp_path) not in str(error.value)


def test_a_run_on_the_bracket_language_can_be_asked_from_any_browser(tmp_path: Path) -> None:
    corpus = load_corpus(BRACKETS)
    save_checkpoint(tmp_path / "public", small_model(vocab=corpus.vocab), corpus.vocab, "")
    (tmp_path / "public" / SETTINGS).write_text(json.dumps({"corpus": "brackets"}))
    claim(tmp_path / "public", TOKEN, shared=True)
    others = Checkpoints(tmp_path, tmp_path).offered_to(lambda: OTHER)
    *_, shown = rounds(others, Ballot(), SharedRounds(), "public")
    assert shown.phase == "picking"


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0, 0, 1, 9), "people tell the real text from the model's more often than by chance."),
        ((0, 1, 1, 0, 1), "that does not show that people tell it from the model's."),
        ((20, 20, 30, 20, 0), "the model's texts pass for the real one more often than by chance."),
        ((0, 1, 1, 0, 1), "T 0.2 or T 1.0: neither was picked yet."),
        ((1, 0, 0, 3, 1), "1 to 3 picks, too close or too few to say which feels more human."),
        ((1, 0, 0, 12, 1), "1 to 12 picks; T 1.0 feels more human."),
        ((12, 0, 0, 1, 1), "12 to 1 picks; T 0.2 feels more human."),
        ((0, 0, 0, 0, 1), "that does not show that people tell it from the model's."),
        ((4, 0, 0, 0, 1), "4 to 0 picks, too close or too few"),
        ((0, 0, 0, 0, 1), "in 1 of 1 round (1 browser): 100 %, 95 % interval 21 to 100 %."),
        ((3, 0, 0, 0, 3), "in 3 of 6 rounds (4 browsers): 50 %, 95 % interval 19 to 81 %."),
    ],
)
def test_the_tally_in_words(counts: tuple[int, ...], said: str) -> None:
    browsers = 1 if sum(counts) == 1 else 4
    assert said in " ".join(tally_sentences(tally(browsers, *counts)))


def test_the_tally_of_one_round_speaks_of_browsers_and_of_that_round_alone() -> None:
    said = " ".join(tally_sentences(tally(6, 3, 0, 0, 0, 3), shared=True))
    assert "The real text was picked by 3 of 6 browsers: 50 %" in said
    assert "this holds for them, not for other passages" in said


def test_a_shared_round_is_the_same_for_all_and_drawn_once(
    checkpoints: Checkpoints,
) -> None:
    ballot, shared = Ballot(), SharedRounds()

    def asked() -> list[Any]:
        return [*rounds(checkpoints, ballot, shared, WITH_TEXT, "12")]

    with ThreadPoolExecutor(4) as pool:
        answers = [found.result() for found in [pool.submit(asked) for _ in range(4)]]
    texts = {(each[-1].beginning, each[-1].texts[0], each[-1].texts[-1]) for each in answers}
    assert len(texts) == 1
    # Only one of the four advanced it in steps of 5 characters; the others waited.
    assert sum(len(each) > 20 for each in answers) == 1
    assert len({each[-1].round for each in answers}) == 4
    counted, drawn = ballot.pick(answers[0][-1].round, 0, TOKEN)
    assert (counted[1], drawn.dice) == (12, 12)
    # The round of these dice, not of others.
    *_, other = rounds(checkpoints, ballot, shared, WITH_TEXT, " 13 ")
    assert other.texts != answers[0][-1].texts
    for number in ("-1", "0.5", "1000000", "²", "twelve", "9" * 5_000):
        with pytest.raises(UserError, match="The round's number is not a whole number"):
            [*rounds(checkpoints, ballot, shared, WITH_TEXT, number)]


def test_a_browser_that_leaves_does_not_keep_others_from_a_shared_round(
    checkpoints: Checkpoints,
) -> None:
    shared = SharedRounds()
    leaving = rounds(checkpoints, Ballot(), shared, WITH_TEXT, "14")
    for _ in range(5):
        next(leaving)
    leaving.close()
    *_, shown = rounds(checkpoints, Ballot(), shared, WITH_TEXT, "14")
    assert shown.phase == "picking"


def test_an_empty_tally() -> None:
    shown = tally_shown(Tally(0, 0, []), Tally(0, 0, []), "tiny", None)
    assert shown.phase == "empty"
    assert shown.said == ["Nobody has picked yet, since this server was started."]


class Panel:
    """The panel in a browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address)
        page.get_by_role("button", name="Which one is human?").click()
        self.said = page.locator(".blind-said")
        self.texts = page.locator(".blind-text")
        self.tally = page.locator(".blind-tally")

    def draw(self) -> None:
        self.page.get_by_role("button", name="Start a round").click()
        asked = "Which one is the most human?"
        expect(self.said).to_contain_text(asked)  # the first one loads libraries
        expect(self.texts).to_have_count(5)

    def pick(self, letter: str) -> str:
        """Pick a text, and return its source as the page names it."""
        name = f"Text {letter} is the most human"
        self.page.get_by_role("button", name=name).click()
        expect(self.said).to_contain_text(f"You picked {letter}.")
        source = self.texts.nth("ABCDE".index(letter)).locator(".source").text_content()
        assert source.endswith(", your pick")
        return source.removesuffix(", your pick")

    def counted(self) -> dict[str, list[str]]:
        """The table: source -> its picks in all browsers, and in this one."""
        rows: list[Locator] = self.tally.locator("tbody tr").all()
        cells = [row.locator("th, td").all_text_contents() for row in rows]
        return {cell[0]: [cell[1], cell[3]] for cell in cells}


@pytest.fixture
def panel(page: Page, address: str) -> Panel:
    """The panel with a round that waits for its pick."""
    panel = Panel(page, address)
    panel.draw()
    return panel


@pytest.fixture
def unpicked(checkpoints: Checkpoints) -> Iterator[str]:
    """Address of such a page on which nobody has picked yet."""
    with launched(lambda: panels(checkpoints)) as url:
        yield url


@pytest.mark.slow
@pytest.mark.browser
def test_a_pick_is_answered_and_counted_in_this_browser_and_in_all(
    unpicked: str, browser: Browser
) -> None:
    contexts = [browser.new_context() for _ in range(2)]
    panel, other = (Panel(context.new_page(), unpicked) for context in contexts)
    panel.draw()
    assert panel.texts.locator(".source").all_text_contents() == [""] * 5
    beginnings = panel.texts.locator(".given").all_text_contents()
    assert len(set(beginnings)) == 1
    expect(panel.tally).to_be_hidden()

    first = panel.pick("B")
    sources = panel.texts.locator(".source").all_text_contents()
    names = sorted(source.removesuffix(", your pick") for source in sources)
    assert names == ["T 0.2", "T 0.5", "T 0.8", "T 1.0", "the real text"]
    assert panel.page.locator(".blind-text .pick").count() == 0
    expect(panel.tally.locator("tbody tr")).to_have_count(5)
    before = panel.counted()
    assert before[first.removeprefix("the ")] == ["1 of 1", "1 of 1"]

    other.page.get_by_role("button", name="Show the results").click()
    expect(other.tally.locator(".blind-sum")).to_contain_text("of 1 round (1 browser)")
    other.draw()
    second = other.pick("A")
    expect(other.tally.locator(".blind-sum")).to_contain_text("of 2 rounds (2 browsers)")
    for source, cells in other.counted().items():
        both = (first.removeprefix("the ") == source) + (second.removeprefix("the ") == source)
        own = int(second.removeprefix("the ") == source)
        assert cells == [f"{both} of 2", f"{own} of 1"]
    for context in contexts:
        context.close()


@pytest.mark.slow
@pytest.mark.browser
def test_a_link_gives_everybody_the_same_round(
    page: Page, page_url: str, app_folders: Path, browser: Browser
) -> None:
    corpus = load_corpus(BRACKETS)
    save_checkpoint(app_folders / "open", small_model(vocab=corpus.vocab), corpus.vocab, "")
    (app_folders / "open" / SETTINGS).write_text(json.dumps({"corpus": "brackets"}))
    try:
        page.goto(f"{page_url}?checkpoint=open&round=21&panel=blind")
        texts = page.locator(".blind-text pre")
        expect(texts).to_have_count(5)
        shown = texts.all_text_contents()
        page.get_by_role("button", name="Text A is the most human").click()
        expect(page.locator(".blind-said")).to_contain_text("Round 21.")
        expect(page.locator(".blind-tally h2")).to_contain_text("of round 21")
        page.get_by_role("button", name="Copy a link to this round").click()
        page.locator("#seed-text textarea").fill("")
        page.locator("#seed-text textarea").press("Control+v")
        context = browser.new_context()
        other = context.new_page()
        other.goto(page.locator("#seed-text textarea").input_value())
        expect(other.locator(".blind-text pre")).to_have_count(5)
        assert other.locator(".blind-text pre").all_text_contents() == shown
        other.get_by_role("button", name="Text B is the most human").click()
        expect(other.locator(".blind-sum")).to_contain_text("of 2 browsers")
        context.close()
        # A second pick in it would be one that knows the answer.
        page.get_by_role("button", name="Start a round").click()
        expect(page.get_by_text("has picked in round 21 already")).to_be_visible()
    finally:
        shutil.rmtree(app_folders / "open")


@pytest.mark.slow
@pytest.mark.browser
def test_without_a_text_it_says_so_and_keeps_what_stood_there(page: Page, panel: Panel) -> None:
    page.get_by_label("Checkpoint").click()
    page.get_by_role("option", name=TEXTLESS).click()
    page.get_by_role("button", name="Start a round").click()
    expect(page.get_by_text("A round needs a real passage.")).to_be_visible()
    expect(panel.texts.first).to_be_visible()
    panel.pick("C")


@pytest.mark.slow
@pytest.mark.browser
def test_it_works_from_the_keyboard_and_on_a_phone(phone: Page, panel: Panel) -> None:
    phone.get_by_role("button", name="Text D is the most human").focus()
    phone.keyboard.press("Enter")
    expect(panel.said).to_contain_text("You picked D.")
    expect(phone.locator(".blind [role=status]")).to_contain_text("You picked D.")
    phone.get_by_text("The figures as a table").locator("visible=true").click()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    assert len({t.bounding_box()["x"] for t in panel.texts.all()}) == 1
    panel.draw()  # the next round
    assert panel.texts.locator(".source").all_text_contents() == [""] * 5
