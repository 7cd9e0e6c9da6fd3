"""The Temperature tab in a real browser; the oracle is `Sampler.sample` of the same checkpoint."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.model.lstm import CharLSTM
from charlstm.texts import table
from tests.ui.temperature.page import HOSTILE, SEED, expected, opened, written

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def wide(app_folders, app_checkpoints: Checkpoints) -> str:
    """A checkpoint that takes seconds for a long text, so that the writing can be stopped."""
    vocab = app_checkpoints.load("tiny").vocab
    torch.manual_seed(1)
    model = CharLSTM(len(vocab), embed_size=8, hidden_size=1024, n_layers=1)
    save_checkpoint(app_folders / "wide", model, vocab, "Random weights.\n")
    (app_folders / "wide" / "pulled.json").write_text("{}")  # so that it is not the page's first
    return "wide"


def temperatures(page: Page) -> list[str]:
    boxes = page.locator(".temperature input").all()
    return [box.input_value() for box in boxes]


def set_temperature(page: Page, column: int, value: str) -> None:
    box = page.get_by_label(f"Temperature of column {column}")
    box.fill(value)
    box.press("Tab")


def test_write_shows_what_the_sampler_draws_and_roll_draws_anew(
    page: Page, page_url: str, app_checkpoints: Checkpoints
) -> None:
    page.goto(page_url)
    expect(page.locator(".given").first).to_have_text(SEED)
    expect(page.locator(".written").first).to_have_text("")
    page.get_by_role("button", name="Write").click()
    assert written(page, 400) == expected(app_checkpoints, SEED, 400, dice=7)
    assert temperatures(page) == ["0.2", "0.5", "1.0"]
    expect(page.locator(".text-columns-said")).to_contain_text(
        "Written: 400 characters a column. First difference at character"
    )

    page.locator("#roll").click()
    expect(page.locator("#dice input")).not_to_have_value("7")
    dice = int(page.locator("#dice input").input_value())
    wanted = expected(app_checkpoints, SEED, 400, dice)
    expect(page.locator(".written").first).to_have_text(wanted[0], use_inner_text=False)
    assert written(page, 400) == wanted


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_seed_text_is_shown_literally(
    page: Page, page_url: str, app_checkpoints: Checkpoints, text: str
) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(f"{page_url}?{urlencode({'seed': text, 'length': 20, 'go': 1})}")
    assert written(page, 20) == expected(app_checkpoints, text, 20, dice=7)
    assert page.locator(".given").all_text_contents() == [text] * 3
    # Each of its characters can be explained.
    walk = page.get_by_role("slider", name="Walk along the text at T 0.2")
    walk.focus()
    page.keyboard.press("Home")
    for _ in range(len(text) + 2):
        page.keyboard.press("ArrowRight")
    expect(walk).to_have_attribute("aria-valuenow", str(len(text) + 3))
    expect(page.locator(".why-said")).to_contain_text(f"character {len(text) + 3}, rank")
    assert page.locator("#columns :is(img, script, textarea)").count() == 0
    unknown = app_checkpoints.load("tiny").vocab.unknown(text)
    remarks = page.locator("#seed-notes p")
    expect(remarks).to_have_count(1 if unknown else 0)


@pytest.mark.slow
def test_unknown_characters_are_named_while_one_types(page: Page, page_url: str) -> None:
    page.goto(page_url)
    page.locator("#seed-text textarea").press_sequentially("é\N{GRINNING FACE}")
    expect(page.locator("#seed-notes p")).to_have_text(
        "2 characters this model has not seen: é \N{GRINNING FACE}. It reads each as <UNK>."
    )
    page.locator("#seed-text textarea").fill("plain")
    expect(page.locator("#seed-notes p")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The seed text is empty. Type at least one character."),
        ("a" * 100_000, "The seed text has 100,000 characters. Keep it to 20,000 or fewer."),
    ],
    ids=["empty", "long"],
)
def test_a_seed_text_that_cannot_be_written_gets_a_toast_and_changes_nothing(
    page: Page, page_url: str, text: str, sentence: str
) -> None:
    page.goto(page_url)
    page.locator("#seed-text textarea").fill(text)
    page.get_by_role("button", name="Write").click()
    expect(page.get_by_text(sentence)).to_be_visible()
    assert page.locator("#seed-text textarea").input_value() == text
    expect(page.locator("#stop-writing")).to_be_hidden()
    page.locator("#seed-text textarea").fill("Again ")
    page.get_by_role("button", name="Write").click()
    written(page, 400)


@pytest.mark.slow
def test_it_streams_stops_and_begins_anew(
    page: Page, page_url: str, wide: str, app_checkpoints: Checkpoints
) -> None:
    page.goto(f"{page_url}?checkpoint={wide}&length=5000&columns=4")
    expect(page.get_by_role("combobox", name="Checkpoint")).to_have_value(wide)
    page.evaluate(
        "() => { window.seen = new Set(); const shown = document.querySelector('.written');"
        " new MutationObserver(() => seen.add(shown.textContent))"
        ".observe(shown, {subtree: true, characterData: true}) }"
    )
    page.get_by_role("button", name="Write").click()
    page.wait_for_function("seen.size >= 3")
    # Nothing is an element of its own while it streams, however long it gets.
    assert page.locator(".text-columns pre *").count() == 8
    page.locator("#stop-writing").click()
    expect(page.locator("#stop-writing")).to_be_hidden()
    expect(page.locator(".text-columns-said")).to_have_text("Stopped.")
    stopped = page.locator(".written").all_text_contents()
    expect(page.locator("#columns .text-state")).to_have_text(
        f" Stopped at {len(stopped[0]):,} of 5,000 characters."
    )
    frames = page.evaluate("[...seen]")
    at = [0.2, 0.5, 1.0, 1.5]
    assert 0 < len(stopped[0]) < 5000
    assert stopped == expected(app_checkpoints, SEED, len(stopped[0]), 7, wide, at)
    assert len(frames) >= 3
    assert all(stopped[0].startswith(frame) for frame in frames)

    # A question during the writing replaces the current one at once.
    page.get_by_role("button", name="Write").click()
    page.wait_for_function("document.querySelector('.written').textContent.length > 10")
    page.locator("#dice input").fill("8")
    page.locator("#seed-text textarea").fill("Now ")
    page.locator("#seed-text textarea").press("Enter")
    page.wait_for_function(
        "document.querySelector('.given').textContent === 'Now ' &&"
        " document.querySelector('.written').textContent.length > 10"
    )
    page.locator("#stop-writing").click()
    expect(page.locator(".text-columns-said")).to_have_text("Stopped.")
    stopped = page.locator(".written").all_text_contents()
    assert stopped == expected(app_checkpoints, "Now ", len(stopped[0]), 8, wide, at)


@pytest.mark.slow
@pytest.mark.slow
def test_the_columns_say_what_they_do_and_keep_their_place(page: Page, page_url: str) -> None:
    def top() -> float:
        box = page.locator(".text-columns").bounding_box()
        assert box
        return box["y"]

    page.goto(f"{page_url}?length=40")
    opened(page)
    state = page.locator("#columns .text-state")
    expect(state).to_contain_text("Press Write: each column continues the seed text")
    before = top()
    write = page.locator("#write")
    write.click()
    written(page, 40)
    expect(state).to_have_text("")
    assert top() == before

    # The same question twice: why nothing has changed is said once.
    write.click()
    expect(state).to_contain_text("The same dice wrote the same texts again")
    assert top() == before
    spoken = page.locator(".text-columns-said")
    for button in ("#roll", "#write"):
        spoken.evaluate("said => { said.textContent = '' }")
        page.locator(button).click()
        expect(spoken).to_contain_text("Written: 40 characters a column.")
        expect(state).to_have_text("")

    # What could not be asked leaves the texts.
    page.locator("#seed-text textarea").fill("")
    write.click()
    expect(page.get_by_text("The seed text is empty.")).to_be_visible()
    assert all(page.locator(".written").all_text_contents())
    expect(page.locator("#columns .text-columns")).to_have_class("text-columns")  # nor waits
    expect(state).to_have_text("")
    assert top() == before


@pytest.mark.slow
def test_it_is_read_in_the_visitors_language(browser: Browser, page_url: str) -> None:
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{page_url}?length=20")
    opened(page)
    expect(page.locator("#columns .text-state")).to_contain_text("„Schreiben“ drücken")
    page.get_by_role("button", name="Schreiben").click()
    written(page, 20)
    expect(page.locator("#columns .parting")).to_contain_text("Erster Unterschied bei Zeichen")
    page.locator("#dice input").focus()
    expect(page.locator("#dice input")).to_have_accessible_description(
        str(table("de")["components.glossary.dice.says"])
    )
    page.get_by_role("radio", name="nach Rang").check()
    expect(page.locator("#columns .text-scale")).to_contain_text("das wahrscheinlichste")
    page.locator("#seed-text textarea").fill("")
    page.get_by_role("button", name="Schreiben").click()
    expect(page.get_by_text("Der Ausgangstext ist leer.")).to_be_visible()
    context.close()


@pytest.mark.slow
def test_a_box_keeps_no_temperature_that_wrote_nothing(page: Page, page_url: str) -> None:
    page.goto(page_url)
    box = page.get_by_label("Temperature of column 1")
    refused = page.locator(".text-refused").first
    for typed in ("9", "-1", ""):
        box.fill(typed)
        box.press("Tab")
        expect(box).to_have_value("0.2")
        expect(refused).to_have_text("A temperature lies between 0 and 5: it stays at 0.2.")
    set_temperature(page, 1, "0.3")
    expect(refused).to_be_hidden()

    # The dice are seen whole while they are typed.
    page.locator("#dice input").click()
    assert page.locator("#dice").evaluate(
        "dice => [dice, ...dice.querySelectorAll('*')].every(e => e.tagName === 'INPUT' || "
        "e.scrollWidth <= e.clientWidth || getComputedStyle(e).overflowX === 'visible')"
    )


@pytest.mark.slow
def test_what_is_shown_follows_its_controls_once_it_was_asked_for(
    page: Page, page_url: str, app_checkpoints: Checkpoints
) -> None:
    page.goto(page_url)
    page.get_by_role("button", name="More").locator("visible=true").click()
    # An accordion's components are created when it opens, and for a moment their first value may
    # overwrite what is typed.
    length = page.get_by_label("number input for Length in characters")
    expect(length).to_have_value("400")
    for _ in range(3):
        page.evaluate("new Promise(done => requestIdleCallback(() => done()))")
    length.fill("40")
    length.press("Tab")
    page.get_by_label("4", exact=True).locator("visible=true").check()
    set_temperature(page, 2, "0.85")
    expect(page.locator(".written")).to_have_count(4)
    assert page.locator(".written").all_text_contents() == [""] * 4
    page.get_by_role("button", name="Write").click()
    at = [0.2, 0.85, 1.0, 1.5]
    assert written(page, 40, 4) == expected(app_checkpoints, SEED, 40, dice=7, temperatures=at)
    length.fill("55")
    length.press("Tab")
    assert written(page, 55, 4) == expected(app_checkpoints, SEED, 55, dice=7, temperatures=at)

    # One click from anywhere to the notebook's three.
    page.locator("#preset").click()
    assert written(page, 55) == expected(app_checkpoints, SEED, 55, dice=7)
    assert temperatures(page) == ["0.2", "0.5", "1.0"]

    # A temperature set by the pointer: no text is under a temperature that did not write it.
    ruler = page.locator(".ruler").nth(2)
    box = ruler.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    expect(page.get_by_label("Temperature of column 3")).not_to_have_value("1.0")
    hot = float(temperatures(page)[2])
    assert 1 < hot < 5
    wanted = expected(app_checkpoints, SEED, 55, dice=7, temperatures=[0.2, 0.5, hot])
    expect(page.locator(".written").nth(2)).to_have_text(wanted[2], use_inner_text=False)
    assert written(page, 55) == wanted

    # A temperature out of range is not sent.
    set_temperature(page, 1, "9")
    expect(page.get_by_label("Temperature of column 1")).to_have_value("0.2")
    assert written(page, 55) == wanted


@pytest.mark.slow
def test_at_phone_width_the_seed_text_and_its_button_come_first(page: Page, page_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{page_url}?go=1&columns=4&top_k=40")
    written(page, 400, columns=4)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tops = [
        page.locator(name).bounding_box()["y"]  # type: ignore[index]
        for name in ("#seed-text", "#write", "#columns")
    ]
    assert tops == sorted(tops)
    cards = [box.bounding_box() for box in page.locator(".text-columns .card").all()]
    assert len({box["x"] for box in cards if box}) == 1
    assert page.get_by_role("tab", name="Lesson").is_visible()
    page.locator(".text-columns pre").nth(1).click()
    expect(page.locator("#columns .why-group")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "paper"), [("light", "#fbfaf7"), ("dark", "#14181f")])
def test_light_and_dark_follow_the_readers_choice(
    page: Page, page_url: str, scheme: str, paper: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(page_url)
    page.locator("#write").wait_for()
    shown = page.evaluate("getComputedStyle(document.body).getPropertyValue('--bg').trim()")
    assert shown == paper
