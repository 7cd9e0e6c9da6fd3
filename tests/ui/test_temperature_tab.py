"""Tab Temperature in a real browser; the oracle is `Sampler.sample` of the same checkpoint."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from charlstm.checkpoint import Checkpoints, save_checkpoint
from charlstm.errors import UserError
from charlstm.model import CharLSTM
from charlstm.ui.limits import SEED_TEXT_LIMIT, check_seed_text

TEMPERATURES = [0.2, 0.5, 1.0]
SEED = "The meaning of life is "
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "${alert(1)} `${alert(1)}` {{value}}",
    "</textarea><script>alert(1)</script>",
    "caf\u00e9 \N{GRINNING FACE} \\n",
    "a\0b",
    "two\nlines",
]


def written(page: Page, length: int) -> list[str]:
    """What the columns hold once each has so many characters of the model's."""
    page.wait_for_function(
        "length => { const shown = [...document.querySelectorAll('.written')]; return shown.length"
        " === 3 && shown.every(s => [...s.textContent].length === length) &&"
        " document.querySelector('.text-columns').getAttribute('aria-busy') === 'false' }",
        arg=length,
    )
    return page.locator(".written").all_text_contents()


def expected(checkpoints: Checkpoints, seed: str, length: int, dice: int, name: str = "tiny"):
    """The oracle: what the model wrote after the seed text, one text a temperature."""
    texts = checkpoints.sampler(name).sample(seed, TEMPERATURES, length, dice)
    return [samples[0][len(seed) :] for samples in texts]


@pytest.fixture(scope="session")
def wide(app_folders: Path, app_checkpoints: Checkpoints) -> str:
    """A checkpoint that takes seconds for a long text, so that it can be stopped on the way."""
    vocab = app_checkpoints.load("tiny").vocab
    torch.manual_seed(1)
    model = CharLSTM(len(vocab), embed_size=8, hidden_size=1024, n_layers=1)
    save_checkpoint(app_folders / "wide", model, vocab, "Random weights.\n")
    return "wide"


@pytest.mark.parametrize("text", [*HOSTILE, "a" * SEED_TEXT_LIMIT])
def test_a_seed_text_is_taken_as_it_is(text: str) -> None:
    assert check_seed_text(text) == text


@pytest.mark.parametrize("text", ["", "a" * (SEED_TEXT_LIMIT + 1), "a" * 100_000, "half \ud83d"])
def test_a_seed_text_that_cannot_be_read_gets_a_sentence(text: str) -> None:
    with pytest.raises(UserError, match=r"^The seed text .*\. [A-Z].*\.$"):
        check_seed_text(text)


@pytest.mark.browser
def test_write_shows_what_the_sampler_draws_and_roll_draws_anew(
    page: Page, page_url: str, app_checkpoints: Checkpoints
) -> None:
    page.goto(page_url)
    expect(page.locator(".given").first).to_have_text(SEED)
    expect(page.locator(".written").first).to_have_text("")
    page.get_by_role("button", name="Write").click()
    assert written(page, 400) == expected(app_checkpoints, SEED, 400, dice=7)
    assert page.locator(".temperature").all_text_contents() == ["T 0.2", "T 0.5", "T 1.0"]
    expect(page.locator(".text-columns-said")).to_have_text("Written: 400 characters a column.")

    page.locator("#roll").click()
    expect(page.locator("#dice input")).not_to_have_value("7")
    dice = int(page.locator("#dice input").input_value())
    wanted = expected(app_checkpoints, SEED, 400, dice)
    expect(page.locator(".written").first).to_have_text(wanted[0], use_inner_text=False)
    assert written(page, 400) == wanted


@pytest.mark.browser
def test_a_link_that_was_written_writes_the_same_again(
    page: Page, page_url: str, browser: Browser, app_checkpoints: Checkpoints
) -> None:
    page.goto(f"{page_url}?length=60&dice=12")
    box = page.locator("#seed-text textarea")
    expect(page.locator("#dice input")).to_have_value("12")
    box.fill("Paris ( ")
    box.press("Enter")
    first = written(page, 60)
    assert first == expected(app_checkpoints, "Paris ( ", 60, dice=12)
    page.wait_for_function("location.search.includes('go=1')")

    other = browser.new_page()
    other.goto(page.url)
    assert written(other, 60) == first
    other.close()


@pytest.mark.browser
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_seed_text_is_shown_literally(
    page: Page, page_url: str, app_checkpoints: Checkpoints, text: str
) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(f"{page_url}?{urlencode({'seed': text, 'length': 20, 'go': 1})}")
    assert written(page, 20) == expected(app_checkpoints, text, 20, dice=7)
    assert page.locator(".given").all_text_contents() == [text] * 3
    assert page.locator("#columns :is(img, script, textarea)").count() == 0
    unknown = app_checkpoints.load("tiny").vocab.unknown(text)
    remarks = page.locator("#seed-notes p")
    expect(remarks).to_have_count(1 if unknown else 0)


@pytest.mark.browser
def test_unknown_characters_are_named_while_one_types(page: Page, page_url: str) -> None:
    page.goto(page_url)
    page.locator("#seed-text textarea").press_sequentially("é\N{GRINNING FACE}")
    expect(page.locator("#seed-notes p")).to_have_text(
        "2 characters this model has not seen: é \N{GRINNING FACE}. It reads each as <UNK>."
    )
    page.locator("#seed-text textarea").fill("plain")
    expect(page.locator("#seed-notes p")).to_have_count(0)


@pytest.mark.browser
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


@pytest.mark.browser
def test_it_streams_and_stop_stops(
    page: Page, page_url: str, wide: str, app_checkpoints: Checkpoints
) -> None:
    page.goto(f"{page_url}?checkpoint={wide}&length=5000")
    expect(page.get_by_role("combobox", name="Checkpoint")).to_have_value(wide)
    page.evaluate(
        "() => { window.seen = new Set(); const shown = document.querySelector('.written');"
        " new MutationObserver(() => seen.add(shown.textContent))"
        ".observe(shown, {subtree: true, characterData: true}) }"
    )
    page.get_by_role("button", name="Write").click()
    page.wait_for_function("seen.size >= 3")
    page.locator("#stop-writing").click()
    expect(page.locator("#stop-writing")).to_be_hidden()
    expect(page.locator(".text-columns-said")).to_have_text("Stopped.")
    stopped = page.locator(".written").all_text_contents()
    frames = page.evaluate("[...seen]")

    # A new question is answered at once, and nothing of the old one comes after it.
    page.locator("#dice input").fill("8")
    page.get_by_role("button", name="Write").click()
    page.wait_for_function(
        "old => { const now = document.querySelector('.written').textContent;"
        " return now && now[0] !== old[0] }",
        arg=stopped[0],
    )
    page.locator("#stop-writing").click()
    expect(page.locator(".text-columns-said")).to_have_text("Stopped.")

    assert 0 < len(stopped[0]) < 5000
    assert stopped == expected(app_checkpoints, SEED, len(stopped[0]), dice=7, name=wide)
    assert len(frames) >= 3
    assert all(stopped[0].startswith(frame) for frame in frames)


@pytest.mark.browser
def test_what_is_shown_follows_its_controls_once_it_was_asked_for(
    page: Page, page_url: str, app_checkpoints: Checkpoints
) -> None:
    page.goto(page_url)
    page.get_by_role("button", name="More").locator("visible=true").click()
    length = page.get_by_label("number input for Length in characters")
    length.fill("40")
    length.press("Tab")
    expect(page.locator(".written").first).to_have_text("")
    page.get_by_role("button", name="Write").click()
    assert written(page, 40) == expected(app_checkpoints, SEED, 40, dice=7)
    length.fill("55")
    length.press("Tab")
    assert written(page, 55) == expected(app_checkpoints, SEED, 55, dice=7)


@pytest.mark.browser
def test_at_phone_width_the_seed_text_and_its_button_come_first(page: Page, page_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{page_url}?go=1")
    written(page, 400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tops = [
        page.locator(name).bounding_box()["y"]  # type: ignore[index]
        for name in ("#seed-text", "#write", "#columns")
    ]
    assert tops == sorted(tops)
    cards = [box.bounding_box() for box in page.locator(".text-columns .card").all()]
    assert len({box["x"] for box in cards if box}) == 1
    assert page.get_by_role("tab", name="Notebook").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "paper"), [("light", "#fbfaf7"), ("dark", "#14181f")])
def test_light_and_dark_follow_the_readers_choice(
    page: Page, page_url: str, scheme: str, paper: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(page_url)
    page.locator("#write").wait_for()
    shown = page.evaluate("getComputedStyle(document.body).getPropertyValue('--bg').trim()")
    assert shown == paper
