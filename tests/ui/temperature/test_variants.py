"""Variants of a text with the same dice: a moved temperature, the film, and a text written on from
another character; the oracle is `Sampler.sample` at each temperature, or a plain loop."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.counting import counted
from charlstm.errors import UserError
from charlstm.model.noise import gumbel_noise
from charlstm.ui.temperature.columns.variants import VariantQuestion, variants
from charlstm.ui.temperature.reading.feed import Cut
from tests.ui.temperature.page import SEED, TEMPERATURES, expected, marked, written

LENGTH = 80
UNCUT = Cut(0, 1.0, 0.0)


def question(checkpoints: Checkpoints, **changed: object) -> VariantQuestion:
    asked = {
        **{"checkpoint": "tiny", "fingerprint": checkpoints.info("tiny").fingerprint},
        **{"text": SEED, "step": 0, "length": 30, "temperatures": [0.5], "dice": 7},
    }
    return VariantQuestion(**{**asked, "truncation": UNCUT, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("step", [1, 29])
def test_a_text_written_on_from_its_own_beginning_ends_as_it_did(
    app_checkpoints: Checkpoints, step: int
) -> None:
    temperatures = [0.0, 0.5, 1.0]
    whole = expected(app_checkpoints, SEED, 30, 7, temperatures=temperatures)
    for temperature, text in zip(temperatures, whole, strict=True):
        asked = question(
            app_checkpoints,
            text=SEED + text[:step],
            step=step,
            length=30 - step,
            temperatures=[temperature],
        )
        assert variants(app_checkpoints, asked).texts == [text[step:]]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "The seed text is empty"),
        ({"text": "a" * 25_001}, "The text has 25,001 characters"),
        ({"length": 501, "temperatures": [1.0] * 20}, "more than 10,000 characters together"),
        ({"fingerprint": "other"}, "has changed since this was written"),
        ({"temperatures": [5.5]}, "A temperature of 5.5 is out of range"),
        ({"truncation": Cut(0, 1.5, 0.0)}, "p"),
    ],
)
def test_what_cannot_be_written_is_refused(
    app_checkpoints: Checkpoints, changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        variants(app_checkpoints, question(app_checkpoints, **changed))


class Requests:
    """The questions to `write_variants` that a page sends, and how many were open at a time."""

    def __init__(self, page: Page) -> None:
        self.temperatures: list[float] = []
        self.open = self.most = 0
        page.on("request", self._sent)
        page.on("requestfinished", lambda request: self._is_one(request) and self._ended())

    @staticmethod
    def _is_one(request) -> bool:
        return "write_variants" in (request.post_data or "")

    def _sent(self, request) -> None:
        if self._is_one(request):
            asked = json.loads(request.post_data)["data"]
            self.temperatures.append(asked["temperatures"][0])
            self.open += 1
            self.most = max(self.most, self.open)

    def _ended(self) -> None:
        self.open -= 1


@pytest.fixture
def columns(page: Page, page_url: str) -> Iterator[Page]:
    """The page with three written columns."""
    page.goto(f"{page_url}?length={LENGTH}&go=1")
    written(page, LENGTH)
    yield page
    page.wait_for_load_state("networkidle")


def apart(one: str, other: str) -> int:
    return next(i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)


@pytest.mark.slow
@pytest.mark.browser
def test_a_moved_temperature_redraws_its_text(columns: Page, app_checkpoints: Checkpoints) -> None:
    page, sent = columns, Requests(columns)
    before = page.locator(".written").all_text_contents()
    ruler = page.locator(".ruler").nth(1)
    box = ruler.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.48 * box["width"], middle)
    page.mouse.down()
    for place in range(50, 96):
        page.mouse.move(box["x"] + place / 100 * box["width"], middle)
    at = float(page.get_by_label("Temperature of column 2").input_value())
    assert at > 1.5
    moved = expected(app_checkpoints, SEED, LENGTH, 7, temperatures=[at])[0]
    column = page.locator(".written").nth(1)
    expect(column).to_have_text(moved, use_inner_text=False)
    holds = apart(before[1], moved)
    assert marked(page, "text-turned") == [moved[holds]]
    expect(page.locator(".text-held").nth(1)).to_have_text(
        f"as at T 0.5 for {counted(holds, 'character')}"
    )
    # One request at a time, the newest temperature last, and none while the slider rests.
    page.wait_for_load_state("networkidle")
    assert sent.most == 1
    assert sent.temperatures[-1] == at
    count = len(sent.temperatures)
    page.wait_for_timeout(300)
    assert len(sent.temperatures) == count

    # Once it is set, all columns are written, and the text does not start anew.
    page.mouse.up()
    wanted = expected(app_checkpoints, SEED, LENGTH, 7, temperatures=[0.2, at, 1.0])
    page.wait_for_function(f"location.search.includes('t2={at}')")
    assert written(page, LENGTH) == wanted
    assert marked(page, "text-turned") == [moved[holds]]
    assert len(sent.temperatures) == count


@pytest.mark.slow
@pytest.mark.browser
def test_arrow_keys_and_back_again(columns: Page, app_checkpoints: Checkpoints) -> None:
    page = columns
    box = page.get_by_label("Temperature of column 3")
    box.focus()
    box.press("ArrowUp")
    expect(box).to_have_value("1.05")
    wanted = expected(app_checkpoints, SEED, LENGTH, 7, temperatures=[0.2, 0.5, 1.05])
    expect(page.locator(".written").nth(2)).to_have_text(wanted[2], use_inner_text=False)
    page.wait_for_function("location.search.includes('t3=1.05')")
    assert written(page, LENGTH) == wanted
    box.press("ArrowDown")
    wanted = expected(app_checkpoints, SEED, LENGTH, 7)
    expect(page.locator(".written").nth(2)).to_have_text(wanted[2], use_inner_text=False)
    page.wait_for_function("!location.search.includes('t3=1.05')")
    assert written(page, LENGTH) == wanted
    # Moved and brought back before it is set, it is what it was, and nothing is marked.
    box.fill("1.5")
    box.fill("1.0")
    box.press("Tab")
    assert written(page, LENGTH) == wanted
    expect(page.locator(".text-held").nth(2)).to_have_text("")


@torch.no_grad()
def written_on(checkpoints: Checkpoints, text: str, step: int, temperature: float) -> str:
    """The oracle: a plain loop, one call of the model a character, up to step `LENGTH`."""
    checkpoint = checkpoints.load("tiny")
    model, vocab = checkpoint.model.eval(), checkpoint.vocab
    logits, hidden = model(torch.from_numpy(vocab.encode(text).astype(np.int64))[None])
    found = ""
    for number in range(step, LENGTH):
        last = logits[0, -1] if logits.dim() == 3 else logits[-1]
        last = last.index_fill(0, torch.tensor([vocab.unk_id]), -torch.inf)
        noise = gumbel_noise(7, 1, number, 1, len(vocab))[0, 0]
        drawn = int((last / temperature + noise).argmax())
        found += vocab.characters[drawn]
        logits, hidden = model(torch.tensor([[drawn]]), hidden)
    return found


@pytest.mark.slow
@pytest.mark.browser
def test_another_character_is_written_on_from_with_the_same_dice(
    columns: Page, app_checkpoints: Checkpoints
) -> None:
    page, step = columns, 9
    old = expected(app_checkpoints, SEED, LENGTH, 7)[2]
    page.get_by_role("slider", name="Walk along the text at T 1.0").focus()
    page.keyboard.press("Home")
    panel = page.locator("#columns .text-why")
    expect(panel.locator(".why-said")).to_contain_text("character 1")
    expect(panel.locator(".why-instead")).to_have_count(0)  # nobody drew what was typed
    for _ in range(len(SEED) + step):
        page.keyboard.press("ArrowRight")
    expect(panel.locator(".why-said")).to_contain_text(f"character {len(SEED) + step + 1},")
    own = panel.get_by_role("region", name="The model’s own distribution")
    other = own.locator(".why-instead").first
    character = other.inner_text()
    assert len(character) == 1
    assert character not in ("␣", "↵", old[step])
    other.click()
    branch = page.get_by_role("region", name="Written on from another character")
    said = branch.locator(".branch-words")
    place = len(SEED) + step + 1
    expect(said).to_contain_text(f"“{character}” instead of “{old[step]}” at character {place}")
    before = SEED + old[:step] + character
    wanted = before + written_on(app_checkpoints, before, step + 1, 1.0)
    texts = branch.locator("pre")
    assert texts.evaluate_all("all => all.map((each) => each.textContent)") == [SEED + old, wanted]
    after = [(a, b) for a, b in zip(SEED + old, wanted, strict=True)][place:]
    differ = [pair for pair in after if pair[0] != pair[1]]
    expect(said).to_contain_text(f"of the {len(after)} characters after it {len(differ)} differ")
    shown = "".join(marked(page, "text-apart"))
    assert shown == "".join(a for a, _ in differ) + "".join(b for _, b in differ)
    assert marked(page, "text-turned") == [old[step], character]

    # Its link opens with it; where no such character was drawn, a link opens without.
    branch.get_by_role("button", name="Copy link").click()
    page.locator("#seed-text textarea").fill("")
    page.locator("#seed-text textarea").press("Control+v")
    link = page.locator("#seed-text textarea").input_value()
    words = said.inner_text()
    page.goto(link)
    expect(said).to_have_text(words)
    assert texts.evaluate_all("all => all.map((each) => each.textContent)")[1] == wanted
    page.goto(link.replace(f"branch=3.{place}.", "branch=3.2."))
    expect(page.locator(".text-columns-said")).to_contain_text(f"Written: {LENGTH} characters")
    expect(branch).to_be_hidden()


@pytest.mark.slow
@pytest.mark.browser
def test_a_film_steps_through_the_temperatures(columns: Page, app_checkpoints: Checkpoints) -> None:
    page = columns
    page.emulate_media(reduced_motion="reduce")
    temperatures = [i / 10 for i in range(21)]
    frames = expected(app_checkpoints, SEED, LENGTH, 7, temperatures=temperatures)
    opener = page.get_by_role("button", name="Film: T 0 to 2")
    opener.click()
    film = page.get_by_role("region", name="Film of the temperature")
    bar = film.get_by_role("slider")
    expect(bar).to_be_focused()
    text = film.locator(".film-written")
    expect(text).to_have_text(frames[0], use_inner_text=False)
    # Who asks for less motion steps by hand.
    expect(film.get_by_role("button", name="Play")).to_be_hidden()
    for number in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        expect(text).to_have_text(frames[number], use_inner_text=False)
        expect(bar).to_have_attribute("aria-valuenow", str(number))
        holds = apart(frames[number - 1], frames[number])
        assert marked(page, "text-turned") == [frames[number][holds]]
    page.keyboard.press("End")
    expect(film.locator("h2")).to_have_text("T 2.0")
    expect(text).to_have_text(frames[20], use_inner_text=False)
    page.keyboard.press("Home")
    expect(text).to_have_text(frames[0], use_inner_text=False)

    page.emulate_media(reduced_motion="no-preference")
    page.keyboard.press("Escape")
    expect(film).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    pause = film.get_by_role("button", name="Pause")
    expect(bar).not_to_have_attribute("aria-valuenow", "0")
    pause.click()
    at = bar.get_attribute("aria-valuenow")
    assert at
    expect(text).to_have_text(frames[int(at)], use_inner_text=False)
    assert TEMPERATURES == [0.2, 0.5, 1.0]  # the columns stay as they were
    assert page.locator(".written").all_text_contents() == expected(
        app_checkpoints, SEED, LENGTH, 7
    )
