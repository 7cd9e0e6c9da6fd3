"""The Brackets tab in a real browser, by hand: marks, remarks and continuations."""

import random

import pytest
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.probe import probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.text.brackets import Target, scan
from charlstm.ui.brackets.continuation.continued import continued
from charlstm.ui.brackets.inputs import DICE, HORIZON, SEED_TEXT, TEMPERATURES
from charlstm.ui.components.component import source
from tests.ui.brackets.page import LIVELY, Tab


@pytest.fixture
def tab(page: Page, address: str) -> Tab:
    return Tab(page, address)


@pytest.mark.browser
def test_by_hand_and_as_an_experiment(page: Page, address: str, checkpoints: Checkpoints):
    tab = Tab(page, address, samples=40, horizon=40, bracket_seed=SEED_TEXT)
    expect(tab.seed).to_have_value(SEED_TEXT)
    expect(tab.text).to_have_text(SEED_TEXT)
    expect(tab.sum).to_contain_text("2 pairs, 1 unclosed")
    for hidden in (".bracket-continued", ".bracket-linked", ".probe-answer", ".battery"):
        expect(page.locator(hidden)).to_be_hidden()
    tab.type("He ( ")
    expect(tab.place).to_contain_text("After “He ( ”, “)” has")

    sampler, target = checkpoints.sampler(LIVELY), Target("He ( ")
    *_, (texts, fates) = continued(sampler, "He ( ", target, TEMPERATURES, 40, DICE)
    shown = tab.go_on()
    assert [row.rstrip("¶") for row in shown] == [f"He ( {text}".rstrip("\n") for text in texts]
    for row, text, fate in zip(tab.rows.all(), texts, fates, strict=True):
        expect(row.locator(".given")).to_have_text("He ( ")
        expect(row.locator(".fate")).to_have_attribute("data-fate", fate)
        expect(row.locator(".fate")).to_contain_text(f"after {len(text)} character")

    tab.ask()
    found = probe(sampler, ProbeQuestion("He ( ", tuple(TEMPERATURES), 40, 40, DICE))
    expect(tab.said).to_have_text(found.verdict.sentence)
    marks = tab.answer.locator(".dots circle.rate").all()
    for mark, t in zip(marks, found.temperatures, strict=True):
        assert float(mark.get_attribute("cx").rstrip("%")) == pytest.approx(4 + 92 * t.rate)
    expect(tab.gallery).to_have_count(9)


@pytest.mark.browser
def test_the_browser_scans_as_python_does(page: Page):
    dice = random.Random(3)
    alphabet = "()[]{}()ab \n\U0001f600"
    texts = ["".join(dice.choices(alphabet, k=dice.randrange(60))) for _ in range(1500)]
    texts += ["", "[(])", ")(", "(" * 5000, "([{" * 500 + "}])" * 500, "\ud83d("]
    found = page.evaluate(
        f"""texts => {{
            {source("brackets/marks.js")}
            return texts.map((text) => {{
                const {{ depth, pairs, unclosed, strays }} = scan(Array.from(text));
                return [depth, pairs, unclosed, strays];
            }});
        }}""",
        texts,
    )
    for text, (depth, pairs, unclosed, strays) in zip(texts, found, strict=True):
        expected = scan(text)
        assert depth == expected.depth
        assert [tuple(pair) for pair in pairs] == expected.pairs
        assert (unclosed, strays) == (expected.unclosed, expected.strays)


@pytest.mark.slow
@pytest.mark.browser
def test_typing_marks_pairs_unclosed_and_strays(tab: Tab):
    tab.type("a ( b [ c ] ) } ( d { e")
    expect(tab.sum).to_contain_text("2 pairs, 2 unclosed, 1 unmatched")
    expect(tab.sum).to_contain_text("depth 2 at the end")
    assert tab.marked("depth-1") == ["(", ")"]
    assert tab.marked("depth-2") == ["[", "]"]
    assert tab.marked("unclosed") == ["(", "{"]
    assert tab.marked("stray") == ["}"]
    # Colour is never the only sign: there is a number, a wavy underline, or a strike-through.
    assert [b.get_attribute("data-depth") for b in tab.brackets.all()] == [
        "1", "2", "2", "1", None, "1", "2",
    ]  # fmt: skip
    unclosed, stray = tab.text.locator(".unclosed").first, tab.text.locator(".stray")
    expect(unclosed).to_have_css("text-decoration-style", "wavy")
    expect(stray).to_have_css("text-decoration-line", "line-through")
    expect(stray).to_have_attribute("aria-label", "} at character 15: unmatched, it closes nothing")
    tab.type("()")
    expect(tab.sum).to_contain_text("1 pair")
    expect(tab.sum).to_contain_text("depth 0 at the end")


@pytest.mark.slow
@pytest.mark.browser
def test_a_partner_is_outlined_on_hover_and_from_the_keyboard(tab: Tab):
    tab.type("a ( b [ c ] ) (")
    tab.brackets.nth(1).hover()
    assert tab.lit().all_text_contents() == ["[", "]"]
    expect(tab.sum).to_contain_text("[ at character 7: depth 2, closed at 11")
    tab.seed.hover()
    expect(tab.lit()).to_have_count(0)
    expect(tab.sum).to_contain_text("depth 1 at the end")

    assert [b.get_attribute("tabindex") for b in tab.brackets.all()] == ["0"] + ["-1"] * 4
    tab.brackets.first.focus()
    assert tab.lit().all_text_contents() == ["(", ")"]
    tab.page.keyboard.press("ArrowRight")
    expect(tab.brackets.nth(1)).to_be_focused()
    assert tab.lit().all_text_contents() == ["[", "]"]
    tab.page.keyboard.press("End")
    assert tab.lit().all_text_contents() == ["("]
    expect(tab.sum).to_contain_text("( at character 15: unclosed, depth 1")
    tab.page.keyboard.press("Home")
    tab.page.keyboard.press("ArrowLeft")
    expect(tab.brackets.first).to_be_focused()
    tab.seed.focus()
    expect(tab.lit()).to_have_count(0)


HOSTILE = [
    "<img src=x onerror=alert(1)> ( ",
    "${alert(1)} ( ",
    "{{value}} @children ( ",
    "<script>alert(1)</script> ( ",
    "\U0001f600 ( \U0001f468\u200d\U0001f469 [ ] ",
    "NUL \0 ( ",
    "two\nlines ( ",
]


@pytest.mark.slow
@pytest.mark.browser
def test_hostile_texts_stay_texts(page: Page, address: str):
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    tab = Tab(page, address, horizon=20)
    for text in HOSTILE:
        tab.type(text)
        assert tab.brackets.count() == sum(c in "()[]{}" for c in text)
        tab.go_on()
        expect(tab.rows.first.locator(".given")).to_have_text(text)
    assert page.locator(".bracket-text :is(img, script)").count() == 0
    assert dialogs == []


@pytest.mark.slow
@pytest.mark.browser
def test_an_empty_text_gets_a_sentence(tab: Tab):
    tab.type("")
    expect(tab.sum).to_contain_text("No brackets")
    for button in ("#ask", "#continue"):
        tab.page.locator(button).click()
        expect(tab.toast.last).to_contain_text("The seed text is empty.")
    expect(tab.page.locator("#stop-asking")).to_have_count(0)
    expect(tab.page.locator(".bracket-continued")).to_be_hidden()
    expect(tab.page.locator(".probe-answer")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_a_very_long_text_is_drawn_and_refused(tab: Tab):
    tab.type("x ( y ) " * 12_500)
    expect(tab.sum).to_contain_text("12,500 pairs")
    expect(tab.sum).to_contain_text("only the last 2,000 brackets are marked")
    assert tab.brackets.count() == 2000
    tab.page.locator("#continue").click()
    expect(tab.toast).to_contain_text("The seed text has 100,000 characters.")


@pytest.mark.slow
@pytest.mark.browser
def test_ten_thousand_plain_characters_make_one_text_node(tab: Tab):
    tab.type("word " * 2000 + "(")
    assert tab.text.evaluate("box => box.querySelectorAll('*').length") == 3


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_open_gets_a_sentence(tab: Tab):
    for text in ("no bracket", "( closed )", ")"):
        tab.type(text)
        tab.seed.press("Enter")  # a toast may lie over the button
        expect(tab.toast.last).to_contain_text("The seed text leaves no bracket open")
        expect(tab.page.locator(".probe-answer")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_rolling_continues_with_new_dice(tab: Tab, checkpoints: Checkpoints):
    tab.type("He ( ")
    tab.go_on()
    tab.page.get_by_role("button", name="More").click()
    dice = tab.page.locator("#bracket-dice input")
    roll = tab.page.get_by_role("button", name="Roll and continue")
    rolled = DICE
    for _ in range(3):  # each time the texts are those of the displayed dice
        roll.click()
        expect(dice).not_to_have_value(str(rolled))
        rolled = int(dice.input_value())
        expect(tab.page.locator(".bracket-continued h2")).to_contain_text(f"dice {rolled}")
        expect(tab.page.locator(".bracket-rows")).to_have_attribute("aria-busy", "false")
        shown = tab.rows.locator(".bracket-text").all_text_contents()
        target = Target("He ( ")
        sampler = checkpoints.sampler(LIVELY)
        *_, (texts, _) = continued(sampler, "He ( ", target, TEMPERATURES, HORIZON, rolled)
        assert [row.rstrip("¶") for row in shown] == [f"He ( {text}".rstrip("\n") for text in texts]


@pytest.mark.slow
@pytest.mark.browser
def test_spelling_is_offered_and_never_changed_unasked(tab: Tab):
    notes = tab.page.locator("#bracket-notes")
    expect(notes).to_be_hidden()
    tab.type("He (The UK), and ( ")
    expect(notes).to_contain_text("“(The”")
    expect(notes).to_contain_text("“( The”")
    expect(tab.seed).to_have_value("He (The UK), and ( ")
    tab.page.locator("#add-spaces").click()
    expect(tab.seed).to_have_value("He ( The UK ) , and ( ")
    expect(tab.text).to_have_text("He ( The UK ) , and ( ")
    expect(notes).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_unknown_characters_are_named(tab: Tab):
    tab.type("Λ ( ")
    expect(tab.page.locator("#bracket-notes")).to_contain_text("Λ")


@pytest.mark.slow
@pytest.mark.browser
def test_a_link_brings_its_settings(page: Page, address: str):
    tab = Tab(page, address, bracket_seed="a ( b ", bracket_t1=0.1, bracket_t3=1.5, samples=1000)
    expect(tab.text).to_have_text("a ( b ")
    expect(page.locator("#continue")).to_have_text("Continue at 0.1 / 0.5 / 1.5")
    expect(page.locator("#ask")).to_have_text("Test with 1,000 samples")
