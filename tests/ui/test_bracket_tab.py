"""Tab Brackets in a real browser, beside the Python that it must agree with."""

import random
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from charlstm.brackets import Target, scan
from charlstm.checkpoint import Checkpoints, save_checkpoint
from charlstm.model import CharLSTM
from charlstm.probe import probe
from charlstm.runs import Runs
from charlstm.ui.app import build_app, launch_options
from charlstm.ui.assets import asset
from charlstm.ui.bracket_data import continued, spacing_sentence
from charlstm.ui.bracket_tab import DICE, HORIZON, SEED_TEXT, TEMPERATURES
from charlstm.vocab import Vocabulary

LIVELY, SILENT = "lively", "silent"
WIKITEXT_CARD = """---
model-index:
- name: lively
  results:
  - task: {type: text-generation}
    dataset: {name: the validation split of WikiText-2, type: wikitext2}
    metrics: [{type: bpc, value: 4.0}]
---
"""


# Gradio's own, after each event in the queue; as an error it would take the event down with it.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Checkpoints:
    """Two models whose output bias says what they write, whatever they read.

    The lively one writes brackets and newlines among letters, so that all three fates occur; the
    silent one never writes a bracket or a newline, so that nothing is decided before the horizon.
    """
    folder = tmp_path_factory.mktemp("bracket-checkpoints")
    vocab = Vocabulary.from_text("\n" + "".join(map(chr, range(32, 127))))
    for name, logits in (
        (LIVELY, {")": 2.4, "(": 0.8, "\n": 0.9}),
        (SILENT, dict.fromkeys("()[]{}\n", -1e6)),
    ):
        torch.manual_seed(0)
        model = CharLSTM(len(vocab), embed_size=4, hidden_size=8, n_layers=1)
        with torch.no_grad():
            model.fc.bias.zero_()
            for character, logit in logits.items():
                model.fc.bias[vocab.characters.index(character)] = logit
        save_checkpoint(folder / name, model, vocab, WIKITEXT_CARD)
    return Checkpoints(folder, folder)


@pytest.fixture(scope="module")
def address(checkpoints: Checkpoints, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page with those checkpoints answers."""
    runs = Runs(tmp_path_factory.mktemp("bracket-runs"))
    demo = build_app(checkpoints, runs)
    with socket.socket() as free:  # Gradio's own search for a port leaves sockets open
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _, url, _ = demo.launch(
        **launch_options(),
        server_name="127.0.0.1",
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
    )
    yield url
    demo.close(verbose=False)
    runs.close()


class Tab:
    """The tab as a person sees it."""

    def __init__(self, page: Page, address: str, **settings: str | int | float) -> None:
        self.page = page
        page.goto(f"{address}?{urlencode({'tab': 'brackets', 'checkpoint': LIVELY} | settings)}")
        self.seed = page.locator("#bracket-seed textarea")
        self.text = page.locator(".bracket-balance .bracket-text")
        self.sum = page.locator(".bracket-sum")
        self.brackets = self.text.locator(".bracket")
        self.rows = page.locator(".bracket-row")
        self.said = page.locator(".probe-said")
        self.toast = page.get_by_test_id("toast-body")
        expect(self.text).to_have_text(re.compile("."))

    def type(self, text: str) -> None:
        """Fill the box and wait until the balance view shows that text."""
        self.seed.fill(text)
        self.page.wait_for_function(
            "text => document.querySelector('.bracket-balance .bracket-text').textContent === text",
            arg=text,
        )

    def go_on(self) -> list[str]:
        """Continue, and wait until every row says what happened."""
        self.page.locator("#continue").click()
        expect(self.page.locator(".bracket-rows")).to_have_attribute("aria-busy", "false")
        return self.rows.locator(".bracket-text").all_text_contents()

    def marked(self, kind: str) -> list[str]:
        """Texts of the brackets of a kind, in reading order."""
        return self.text.locator(f".bracket.{kind}").all_text_contents()


@pytest.fixture
def tab(page: Page, address: str) -> Tab:
    return Tab(page, address)


@pytest.mark.browser
def test_the_browser_scans_as_python_does(page: Page):
    dice = random.Random(3)
    alphabet = "()[]{}()ab \n\U0001f600"
    texts = ["".join(dice.choices(alphabet, k=dice.randrange(60))) for _ in range(4000)]
    texts += ["", "[(])", ")(", "(" * 5000, "([{" * 500 + "}])" * 500, "\ud83d("]
    found = page.evaluate(
        f"""texts => {{
            {asset("bracket_view.js")}
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


@pytest.mark.browser
def test_it_opens_with_its_brackets_drawn(tab: Tab):
    expect(tab.seed).to_have_value(SEED_TEXT)
    expect(tab.text).to_have_text(SEED_TEXT)
    expect(tab.sum).to_contain_text("2 pairs, 1 unclosed")
    expect(tab.sum).to_contain_text("depth 1 at the end")
    expect(tab.page.locator(".bracket-continued")).to_be_hidden()
    expect(tab.page.locator(".probe-answer")).to_be_hidden()


@pytest.mark.browser
def test_typing_marks_pairs_unclosed_and_strays(tab: Tab):
    tab.type("a ( b [ c ] ) } ( d { e")
    expect(tab.sum).to_contain_text("2 pairs, 2 unclosed, 1 stray")
    expect(tab.sum).to_contain_text("depth 2 at the end")
    assert tab.marked("depth-1") == ["(", ")"]
    assert tab.marked("depth-2") == ["[", "]"]
    assert tab.marked("unclosed") == ["(", "{"]
    assert tab.marked("stray") == ["}"]
    # Colour is never the only cue: a number, a wavy line, a line through.
    assert [b.get_attribute("data-depth") for b in tab.brackets.all()] == [
        "1", "2", "2", "1", None, "1", "2",
    ]  # fmt: skip
    unclosed, stray = tab.text.locator(".unclosed").first, tab.text.locator(".stray")
    expect(unclosed).to_have_css("text-decoration-style", "wavy")
    expect(stray).to_have_css("text-decoration-line", "line-through")
    expect(stray).to_have_attribute("aria-label", "} at character 15: a stray, it closes nothing")
    tab.type("()")
    expect(tab.sum).to_contain_text("1 pair")
    expect(tab.sum).to_contain_text("depth 0 at the end")


def lit(tab: Tab) -> Locator:
    return tab.text.locator(".bracket.lit")


@pytest.mark.browser
def test_a_partner_is_outlined_on_hover_and_from_the_keyboard(tab: Tab):
    tab.type("a ( b [ c ] ) (")
    tab.brackets.nth(1).hover()
    assert lit(tab).all_text_contents() == ["[", "]"]
    expect(tab.sum).to_contain_text("[ at character 7: depth 2, closed at 11")
    tab.seed.hover()
    expect(lit(tab)).to_have_count(0)
    expect(tab.sum).to_contain_text("depth 1 at the end")

    assert [b.get_attribute("tabindex") for b in tab.brackets.all()] == ["0"] + ["-1"] * 4
    tab.brackets.first.focus()
    assert lit(tab).all_text_contents() == ["(", ")"]
    tab.page.keyboard.press("ArrowRight")
    expect(tab.brackets.nth(1)).to_be_focused()
    assert lit(tab).all_text_contents() == ["[", "]"]
    tab.page.keyboard.press("End")
    assert lit(tab).all_text_contents() == ["("]
    expect(tab.sum).to_contain_text("( at character 15: unclosed, depth 1")
    tab.page.keyboard.press("Home")
    tab.page.keyboard.press("ArrowLeft")
    expect(tab.brackets.first).to_be_focused()
    tab.seed.focus()
    expect(lit(tab)).to_have_count(0)


HOSTILE = [
    "<img src=x onerror=alert(1)> ( ",
    "${alert(1)} ( ",
    "{{value}} @children ( ",
    "<script>alert(1)</script> ( ",
    "\U0001f600 ( \U0001f468\u200d\U0001f469 [ ] ",
    "NUL \0 ( ",
    "two\nlines ( ",
]


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


@pytest.mark.browser
def test_a_very_long_text_is_drawn_and_refused(tab: Tab):
    tab.type("x ( y ) " * 12_500)
    expect(tab.sum).to_contain_text("12,500 pairs")
    expect(tab.sum).to_contain_text("only the last 2,000 brackets are marked")
    assert tab.brackets.count() == 2000
    tab.page.locator("#continue").click()
    expect(tab.toast).to_contain_text("The seed text has 100,000 characters.")


@pytest.mark.browser
def test_ten_thousand_plain_characters_make_one_text_node(tab: Tab):
    tab.type("word " * 2000 + "(")
    assert tab.text.evaluate("box => box.querySelectorAll('*').length") == 3


@pytest.mark.browser
def test_nothing_open_gets_a_sentence(tab: Tab):
    for text in ("no bracket", "( closed )", ")"):
        tab.type(text)
        tab.seed.press("Enter")  # a toast may lie over the button
        expect(tab.toast.last).to_contain_text("The seed text leaves no bracket open.")
        expect(tab.page.locator(".probe-answer")).to_be_hidden()


@pytest.mark.browser
def test_continue_writes_what_the_sampler_writes(tab: Tab, checkpoints: Checkpoints):
    tab.type("He ( ")
    shown = tab.go_on()
    sampler, target = checkpoints.sampler(LIVELY), Target("He ( ")
    *_, (texts, fates) = continued(sampler, "He ( ", target, TEMPERATURES, HORIZON, DICE)
    assert [row.rstrip("¶") for row in shown] == [f"He ( {text}".rstrip("\n") for text in texts]
    for row, text, fate in zip(tab.rows.all(), texts, fates, strict=True):
        expect(row.locator(".given")).to_have_text("He ( ")
        expect(row.locator(".fate")).to_have_attribute("data-fate", fate)
        expect(row.locator(".fate")).to_contain_text(f"after {len(text)} character")
    expect(tab.page.locator("#stop-asking")).to_have_count(0)
    expect(tab.page.locator(".bracket-continued")).to_contain_text("One closing proves nothing")


@pytest.mark.browser
def test_rolling_continues_with_new_dice(tab: Tab):
    tab.type("He ( ")
    before = tab.go_on()
    tab.page.get_by_role("button", name="More").click()
    dice = tab.page.locator("#bracket-dice input")
    expect(dice).to_have_value(str(DICE))
    tab.page.get_by_role("button", name="Roll and continue").click()
    expect(dice).not_to_have_value(str(DICE))
    expect(tab.page.locator(".bracket-continued h2")).to_contain_text(
        re.compile(f"dice (?!{DICE}$)")
    )
    assert tab.rows.locator(".bracket-text").all_text_contents() != before


@pytest.mark.browser
def test_ask_draws_the_numbers_of_the_probe(page: Page, address: str, checkpoints: Checkpoints):
    tab = Tab(page, address, samples=60, horizon=40)
    tab.type("He ( ")
    expect(page.locator("#ask")).to_have_text("Ask 60 times")
    tab.seed.press("Enter")
    expect(page.locator(".dots")).to_have_attribute("data-phase", "done")
    found = probe(checkpoints.sampler(LIVELY), "He ( ", TEMPERATURES, 60, 40, DICE).temperatures
    assert len({s.fate for t in found for s in t.samples}) == 3

    words = page.locator(".dots .words").all_text_contents()
    assert words == [f"{t.closed} of 60 control {t.control.closed}" for t in found]
    closed = ", ".join(str(t.closed) for t in found[:2]) + f" and {found[2].closed} of 60 samples"
    expect(tab.said).to_contain_text(closed)
    expect(tab.said).to_contain_text("With a comma in its place, a stray “)” came in")
    marks = page.locator(".dots circle.rate").all()
    for mark, t in zip(marks, found, strict=True):
        assert float(mark.get_attribute("cx").rstrip("%")) == pytest.approx(4 + 92 * t.rate)

    page.get_by_text("The figures as a table").click()
    for row, t in zip(page.locator("tbody tr").all(), found, strict=True):
        fates = [s.fate for s in t.samples]
        cells = row.locator("td").all_text_contents()
        assert cells[0].startswith(f"{t.closed} (")
        assert cells[1] == " to ".join(f"{100 * edge:.0f} %" for edge in t.interval)
        assert cells[2:4] == [str(fates.count("paragraph")), str(fates.count("horizon"))]
        assert cells[4].startswith(f"{t.control.closed} (")

    for group, fate in zip(
        page.locator(".gallery").all(), ("closed", "paragraph", "horizon"), strict=True
    ):
        firsts = [next((s for s in t.samples if s.fate == fate), None) for t in found]
        expected = [s.text.rstrip("\n") for s in firsts if s is not None]
        texts = group.locator(".bracket-text").all_text_contents()
        assert [text.rstrip("¶") for text in texts] == expected
    expect(page.locator(".probe-asked")).to_contain_text(f"within 40 characters, dice {DICE}")


def test_the_first_sample_is_what_continue_showed(checkpoints: Checkpoints):
    *_, (texts, _) = continued(
        checkpoints.sampler(LIVELY), "He ( ", Target("He ( "), TEMPERATURES, 40, DICE
    )
    found = probe(checkpoints.sampler(LIVELY), "He ( ", TEMPERATURES, 3, 40, DICE)
    assert [t.samples[0].text for t in found.temperatures] == [f"He ( {text}" for text in texts]


@pytest.mark.browser
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
    page.locator("#ask").click()
    expect(page.locator(".dots")).to_have_attribute("data-phase", "done")


@pytest.mark.browser
def test_a_failed_question_leaves_the_last_answer(page: Page, address: str):
    tab = Tab(page, address, samples=20, horizon=20)
    page.locator("#ask").click()
    expect(page.locator(".dots")).to_have_attribute("data-phase", "done")
    answer = tab.said.text_content()
    tab.type("nothing open")
    page.locator("#ask").click()
    expect(tab.toast).to_contain_text("no bracket open")
    expect(tab.said).to_have_text(answer)


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


@pytest.mark.browser
def test_unknown_characters_are_named(tab: Tab):
    tab.type("Λ ( ")
    expect(tab.page.locator("#bracket-notes")).to_contain_text("Λ")


@pytest.mark.browser
def test_missing_numbers_get_sentences(tab: Tab):
    tab.page.get_by_role("button", name="More").click()
    for label, sentence in (
        ("Dice", "The dice are missing."),
        ("Horizon", "The horizon is missing."),
        ("Samples", "The number of samples is missing."),
    ):
        box = tab.page.get_by_role("spinbutton", name=re.compile(f"^{label}"))
        before = box.input_value()
        box.fill("")
        box.blur()
        tab.seed.press("Enter")  # a toast may lie over the button
        expect(tab.toast.last).to_contain_text(sentence)
        box.fill(before)
        box.blur()


@pytest.mark.browser
def test_a_link_brings_its_settings(page: Page, address: str):
    tab = Tab(page, address, bracket_seed="a ( b ", bracket_t1=0.1, bracket_t3=1.5, samples=1000)
    expect(tab.text).to_have_text("a ( b ")
    expect(page.locator("#continue")).to_have_text("Continue at 0.1 / 0.5 / 1.5")
    expect(page.locator("#ask")).to_have_text("Ask 1,000 times")


@pytest.mark.browser
def test_a_phone_shows_one_column(page: Page, address: str):
    page.set_viewport_size({"width": 390, "height": 800})
    tab = Tab(page, address, samples=20, horizon=60)
    tab.go_on()
    page.locator("#ask").click()
    expect(page.locator(".dots")).to_have_attribute("data-phase", "done")
    page.get_by_text("The figures as a table").click()
    page.get_by_text("What was counted").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert len({g.bounding_box()["x"] for g in page.locator(".gallery").all()}) == 1
    assert tab.seed.bounding_box()["y"] < page.locator("#ask").bounding_box()["y"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He (The ", ("“(The”", "“( The”")),
        ("London(", ("“London(”", "“London (”")),
        ("( UK) x", ("“UK)”", "“UK )”")),
        ("((", ("“((”", "“( (”")),
        ("a " * 50 + "x" * 90 + "(b", ("“xxx", "x(b”", "x ( b”")),
    ],
)
def test_the_spacing_sentence_quotes_both_spellings(text, quoted):
    sentence = spacing_sentence("the validation split of WikiText-2", text)
    assert all(part in sentence for part in quoted)
    assert len(sentence) < 250


def test_the_spacing_sentence_keeps_quiet():
    assert spacing_sentence("the validation split of WikiText-2", "He ( The ) (") is None
    assert spacing_sentence("the bracket language", "((a))") is None
    assert spacing_sentence("", "(a") is None
