"""Explanations of characters, the heat view and "Read a text" in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import torch
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.language import speaking
from charlstm.model.lstm import CharLSTM
from charlstm.model.reading import read
from charlstm.ui.components.component import source
from charlstm.ui.components.words import character_name
from charlstm.ui.texts import texts_script
from tests.ui.temperature.page import SEED, expected, marked, opened, written

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def vivid(app_folders: Path, app_checkpoints: Checkpoints) -> str:
    """A checkpoint with random but peaked outputs: characters are surprising to any degree."""
    vocab = app_checkpoints.load("tiny").vocab
    torch.manual_seed(2)
    model = CharLSTM(len(vocab), embed_size=8, hidden_size=16, n_layers=1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(6)
    save_checkpoint(app_folders / "vivid", model, vocab, "Random weights.\n")
    (app_folders / "vivid" / "pulled.json").write_text("{}")  # so that it is not the page's first
    return "vivid"


def named(character: str) -> str:
    name = character_name(character)
    return f"“{name}”" if len(name) == 1 else name


def click_on(page: Page, text: str, offset: int) -> None:
    """Click the middle of the character at an offset (in UTF-16 units) of a text."""
    point = page.locator(text).evaluate(
        """(pre, offset) => {
            const walk = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
            let node = walk.nextNode();
            while (offset >= node.length) { offset -= node.length; node = walk.nextNode(); }
            const range = document.createRange();
            range.setStart(node, offset);
            range.setEnd(node, offset + 1);
            scrollBy(0, range.getBoundingClientRect().top - 200);
            const { left, right, top, bottom } = range.getBoundingClientRect();
            return [(left + right) / 2, (top + bottom) / 2];
        }""",
        offset,
    )
    page.mouse.click(*point)


@pytest.mark.slow
def test_a_click_and_the_arrow_keys_say_why(
    page: Page, page_url: str, app_checkpoints: Checkpoints
) -> None:
    sampler = app_checkpoints.sampler("tiny")
    page.goto(f"{page_url}?length=120&go=1")
    written(page, 120)
    text = SEED + expected(app_checkpoints, SEED, 120, dice=7)[1]
    reading = read(sampler, text)
    panel = page.locator("#columns .text-why")
    walk = page.get_by_role("slider", name="Walk along the text at T 0.5")

    def says(place: int) -> None:
        bits = reading.bits[place]
        shown = f"{bits:.1f} bits" if bits >= 0.095 else "bits"
        words = f"{named(text[place])}, character {place + 1}, rank {reading.ranks[place]}, {shown}"
        expect(walk).to_have_attribute("aria-valuetext", re.compile("^" + re.escape(words)))
        expect(panel.locator(".why-said")).to_contain_text(words)
        assert marked(page, "text-picked") == [text[place]]

    expect(panel).to_be_hidden()
    click_on(page, ".text-columns pre >> nth=1", 60)
    expect(walk).to_be_focused()
    says(60)
    drawn = panel.get_by_role("region", name="T 0.5").get_by_role("row", name="drawn")
    expect(drawn.get_by_role("rowheader")).to_have_accessible_name(character_name(text[60]))
    expect(panel.locator(".why-group")).to_have_count(4)
    page.keyboard.press("ArrowRight")
    says(61)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    says(59)
    page.keyboard.press("End")
    says(len(text) - 1)
    page.keyboard.press("ArrowRight")
    says(len(text) - 1)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert marked(page, "text-picked") == []


@pytest.mark.slow
def test_lines_typed_characters_and_the_panels_own_buttons(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?length=200&go=1")
    written(page, 200)
    panel = page.locator("#columns .text-why")
    walk = page.get_by_role("slider", name="Walk along the text at T 1.0")
    click_on(page, ".text-columns pre >> nth=2", 4)
    expect(panel.locator(".why-said")).to_contain_text("“m”, character 5, rank")
    expect(panel.locator(".why-note")).to_contain_text("It was typed, not drawn")
    expect(panel.locator(".why-group")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    below = int(walk.get_attribute("aria-valuenow") or "0")
    assert 5 < below < 60
    page.keyboard.press("ArrowUp")
    expect(walk).to_have_attribute("aria-valuenow", "5")
    page.keyboard.press("Home")
    expect(panel.locator(".why-note")).to_contain_text("Nothing stands before the first character")
    panel.get_by_role("button", name="Character after").click()
    expect(panel.locator(".why-said")).to_contain_text("“h”, character 2, rank")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()
    expect(walk).to_be_focused()


@pytest.mark.slow
def test_where_columns_part_is_marked_and_explained(
    page: Page, page_url: str, app_checkpoints: Checkpoints
) -> None:
    texts = expected(app_checkpoints, SEED, 120, dice=7)
    apart = next(i for i, held in enumerate(zip(*texts, strict=True)) if len(set(held)) > 1)
    page.goto(f"{page_url}?length=120&go=1")
    written(page, 120)
    assert marked(page, "text-parting") == [text[apart] for text in texts]
    place = len(SEED) + apart + 1
    expect(page.locator(".parting")).to_contain_text(f"First difference at character {place}: ")
    page.get_by_role("button", name="Why there?").click()
    panel = page.locator("#columns .text-why")
    expect(panel.locator(".why-said")).to_contain_text(f"character {place}, rank")
    for temperature, text in zip(("0.2", "0.5", "1.0"), texts, strict=True):
        row = panel.get_by_role("region", name=f"T {temperature}", exact=True)
        expect(row.locator("h3")).to_contain_text(f"draws {named(text[apart])}")
    # On the keyboard, focusing the column chooses the same character.
    page.keyboard.press("Escape")
    page.reload()
    written(page, 120)
    page.get_by_label("Temperature of column 1").focus()
    page.keyboard.press("Tab")
    expect(panel.locator(".why-said")).to_contain_text(f"character {place}, rank")

    # Equal temperatures, equal texts: nothing parts.
    page.goto(f"{page_url}?length=120&t1=0.7&t2=0.7&columns=2&go=1")
    first, second = written(page, 120, columns=2)
    assert first == second
    expect(page.locator(".parting")).to_have_text(
        "No difference: the columns are the same to the last character."
    )
    assert marked(page, "text-parting") == []
    expect(page.get_by_role("button", name="Why there?")).to_be_hidden()


@pytest.mark.slow
def test_heat_is_off_until_it_is_chosen_and_follows_what_is_written(
    page: Page, page_url: str, app_checkpoints: Checkpoints, vivid: str
) -> None:
    sampler = app_checkpoints.sampler(vivid)

    def heated(length: int, dice: int, by: str, bounds: tuple[int, ...]) -> list[str]:
        """The characters of each level, in no order: columns are painted as they are read."""
        levels = [""] * 4
        for text in expected(app_checkpoints, SEED, length, dice, vivid):
            values = getattr(read(sampler, SEED + text), by)[1:]
            for character, value in zip((SEED + text)[1:], values, strict=True):
                level = sum(bool(value >= bound) for bound in bounds)
                if level:
                    levels[level - 1] += character
        return ["".join(sorted(found)) for found in levels]

    def shown() -> list[str]:
        found = ["".join(marked(page, f"text-heat-{level}")) for level in (1, 2, 3, 4)]
        return ["".join(sorted(characters)) for characters in found]

    page.goto(f"{page_url}?checkpoint={vivid}&length=60&go=1")
    written(page, 60)
    assert shown() == [""] * 4
    expect(page.locator("#columns .text-scale")).to_be_hidden()
    page.get_by_label("by surprise", exact=True).locator("visible=true").check()
    for column in range(3):
        expect(page.locator(".text-mean").nth(column)).to_contain_text("bits a character")
    assert shown() == heated(60, 7, "bits", (1, 2, 4, 8))
    assert all(shown())  # each level occurs
    scale = page.locator("#columns .text-scale")
    expect(scale).to_contain_text("under 1 bit")
    # Neither colour nor line alone tells the levels apart.
    looks = scale.locator(".swatch").evaluate_all(
        "all => all.map(e => { const s = getComputedStyle(e); return [s.backgroundColor,"
        " s.textDecorationLine + s.textDecorationStyle + s.textDecorationThickness] })"
    )
    assert len({colour for colour, _ in looks}) == len({line for _, line in looks}) == 5

    page.get_by_label("by rank", exact=True).locator("visible=true").check()
    assert shown() == heated(60, 7, "ranks", (2, 3, 6, 21))
    page.locator("#dice input").fill("9")
    page.locator("#dice input").press("Enter")
    wanted = expected(app_checkpoints, SEED, 60, 9, vivid)
    expect(page.locator(".written").first).to_have_text(wanted[0], use_inner_text=False)
    assert written(page, 60) == wanted
    for column in range(3):
        expect(page.locator(".text-mean").nth(column)).to_contain_text("bits a character")
    assert shown() == heated(60, 9, "ranks", (2, 3, 6, 21))
    page.get_by_label("off", exact=True).locator("visible=true").check()
    assert shown() == [""] * 4


@pytest.mark.slow
def test_a_pasted_text_is_read(
    page: Page, page_url: str, app_checkpoints: Checkpoints, vivid: str
) -> None:
    text = "The <b>cat</b> \N{GRINNING FACE} sat ${1}\non ."
    reading = read(app_checkpoints.sampler(vivid), text)
    page.goto(f"{page_url}?checkpoint={vivid}")
    opened(page)  # the link's checkpoint is chosen
    page.get_by_role("button", name="Read a text").click()
    page.get_by_label("Text to read").fill(text)
    page.get_by_role("button", name="Read", exact=True).click()
    shown = page.locator("#reading-shown")
    total = f"{vivid} takes {reading.total_bits:.1f} bits for this text: {reading.bpc:.3f} bits a"
    expect(shown.locator(".text-sum")).to_contain_text(total)
    expect(shown.locator(".text-unknown")).to_contain_text("1 character this model has not seen")
    assert shown.locator("pre").evaluate("e => e.textContent") == text
    very = "".join(c for c, bits in zip(text, reading.bits, strict=True) if bits >= 8)
    assert "".join(marked(page, "text-heat-4")) == very != ""

    walk = page.get_by_role("slider", name="Walk along the text", exact=True)
    walk.focus()
    page.keyboard.press("End")
    last = len(text) - 1
    words = f"“.”, character {last + 1}, rank {reading.ranks[last]}, {reading.bits[last]:.1f} bits"
    expect(walk).to_have_attribute("aria-valuetext", f"{words} at T = 1")
    # After a character of two UTF-16 units, a click still chooses the right character.
    units = len(text[: text.index("sat")].encode("utf-16-le")) // 2
    click_on(page, "#reading-shown pre", units)
    expect(shown.locator(".why-said")).to_contain_text(f"“s”, character {text.index('sat') + 1}, ")
    expect(shown.locator(".why-group")).to_have_count(1)

    page.get_by_label("Text to read").fill("a")
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_text("The text has fewer than two characters")).to_be_visible()
    assert shown.locator("pre").evaluate("e => e.textContent") == text


@pytest.mark.slow
def test_the_panel_stays_in_sight_along_a_long_text(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?length=5000&go=1")
    written(page, 5000)
    click_on(page, ".text-columns pre >> nth=0", 40)
    panel = page.locator("#columns .text-why")
    expect(panel.locator(".why-said")).to_contain_text("character 41, rank")
    expect(panel).to_be_in_viewport(ratio=0.99)
    page.keyboard.press("End")
    expect(panel.locator(".why-said")).to_contain_text("character 5,023, rank")
    expect(panel).to_be_in_viewport(ratio=0.99)
    page.keyboard.press("ArrowUp")
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    place = page.evaluate(
        "() => { const [r] = CSS.highlights.get('text-picked'); const live ="
        " document.createRange(); live.setStart(r.startContainer, r.startOffset);"
        " live.setEnd(r.endContainer, r.endOffset); const box = live.getBoundingClientRect();"
        " return [box.top, box.bottom,"
        " document.querySelector('#columns .text-why').getBoundingClientRect().top] }"
    )
    assert 0 <= place[0] < place[1] <= place[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoken", "sentence", "quoted"),
    [
        ("en", "“\N{HEBREW LETTER ALEF}”, character 5, rank 1", ["\N{HEBREW LETTER ALEF}"]),
        (
            "en",
            "at “\N{HEBREW LETTER ALEF}” and “b” 12: “””.",
            ["\N{HEBREW LETTER ALEF}", "b", "”"],
        ),
        ("de", "„\N{HEBREW LETTER ALEF}“ und „b“", ["\N{HEBREW LETTER ALEF}", "b"]),
        ("en", "nothing quoted", []),
    ],
)
def test_what_a_sentence_quotes_has_its_own_direction(
    page: Page, spoken: str, sentence: str, quoted: list[str]
) -> None:
    with speaking(spoken):
        texts = texts_script()
    text, apart = page.evaluate(
        f"""{texts} {source("components/phrases.js")} {source("components/parts.js")}
        const line = document.createElement("p");
        quoting(line, {json.dumps(sentence)});
        [line.textContent, [...line.querySelectorAll("bdi")].map((each) => each.textContent)];"""
    )
    assert text == sentence
    assert apart == quoted
