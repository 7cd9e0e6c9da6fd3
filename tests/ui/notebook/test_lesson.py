"""The lesson in a browser: its steps, what is tried in them, its links, and the way back."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.language import speaking
from charlstm.ui.notebook.guessing import PassageQuestion, passage_shown, passages, shares
from charlstm.ui.notebook.lesson import lesson
from charlstm.ui.notebook.steps import step_code
from tests.ui.conftest import TINY

pytestmark = pytest.mark.browser

STEPS = [step.name for step in lesson().steps]


@pytest.fixture(scope="module")
def reader(browser: Browser, page_url: str) -> Iterator[Page]:
    """One page for the quick tests, at the first step; it has neither errors nor a history."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{page_url}?step=characters")
    expect(heading(page)).to_contain_text("1. ")
    yield page
    context.close()
    assert errors == []


def step_of(page: Page) -> str:
    return page.locator(".course-step:visible").get_attribute("data-step") or ""


def heading(page: Page):  # type: ignore[no-untyped-def]
    return page.locator(".course-step:visible h2")


def go(page: Page, name: str) -> None:
    page.locator('#tabs [data-tab-id="notebook"]').click()
    page.locator(f'.course-list [data-step="{name}"]').click()
    assert step_of(page) == name


@pytest.mark.slow
def test_one_step_is_seen_at_a_time_and_names_itself_in_the_address(reader: Page) -> None:
    for step in lesson().steps:
        go(reader, step.name)
        expect(heading(reader)).to_contain_text(step.title)
        expect(heading(reader)).to_be_focused()
        expect(reader.locator(".course-question:visible")).to_contain_text(step.question)
        expect(reader.locator(".course-answer p:visible")).to_have_count(0)  # folded
        code = reader.locator(f'[data-step="{step.name}"] .course-code pre')
        assert code.all_text_contents() == [c for c in [step_code()[step.name].code] if c]
    reader.wait_for_url(lambda url: "step=slips" in url and "tab=notebook" in url)
    wide = reader.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide == 0


@pytest.mark.slow
def test_the_lesson_in_spanish(page: Page, page_url: str) -> None:
    with speaking("es"):
        steps = lesson().steps
    page.goto(f"{page_url}?tab=notebook&lang=es")
    for step in steps:
        go(page, step.name)
        expect(heading(page)).to_contain_text(step.title)
        question = page.locator(".course-question:visible")
        expect(question).to_have_text(f"Pregunta: {step.question}")
        links = page.locator(".course-opens:visible a")
        expect(links).to_have_text([link.label for link in step.opens])
        for link, found in zip(step.opens, links.all(), strict=True):
            assert link.query in (found.get_attribute("href") or "")
    go(page, "loss")
    page.get_by_label("El siguiente carácter").fill("z")
    expect(page.locator(".course-said:visible")).to_contain_text("Usted dijo «z»: ")


@pytest.mark.slow
def test_mississippi_is_read_as_in_the_notebook_and_follows_what_is_typed(reader: Page) -> None:
    go(reader, "characters")
    ids = reader.locator(".vocabulary")
    expect(ids).to_have_attribute("data-ids", "1, 0, 3, 3, 0, 3, 3, 0, 2, 2, 0")
    box = reader.get_by_label("A text to read with its vocabulary")
    box.fill("<img> simp")
    # < i m g > space s i m p, where only i m p s are known
    expect(ids).to_have_attribute("data-ids", "4, 0, 1, 4, 4, 4, 3, 0, 1, 2")
    expect(ids.locator("img")).to_have_count(0)
    expect(ids.get_by_text("10 ids, 4 of them UNK")).to_be_visible()
    reader.get_by_label("A training text").fill("")
    expect(ids).to_have_attribute("data-ids", ", ".join("0" * 10))


@pytest.mark.slow
def test_each_place_of_a_window_asks_for_the_next_character(reader: Page) -> None:
    go(reader, "window")
    reader.get_by_label("A text", exact=True).fill("abcdef")
    said = reader.locator('[data-step="window"] .course-live [role=status]')
    for label, value in (("Window", "4"), ("It begins at", "1"), ("Question", "2")):
        reader.get_by_label(label, exact=True).fill(value)
    expect(said).to_have_text("Question 3 of 4: after “bcd” comes “e”.")
    rows = reader.locator(".course-window .tiles")
    assert [row.locator("b").all_text_contents() for row in rows.all()] == [[*"bcde"], [*"cdef"]]
    reader.get_by_label("A text", exact=True).fill("a")
    expect(said).to_have_text("")


@pytest.mark.slow
def test_the_arrow_keys_lead_along_the_text_and_write_on(
    reader: Page, app_checkpoints: Checkpoints
) -> None:
    go(reader, "cell")
    seed = "He was born in London ( "
    along = reader.get_by_role("slider", name="The text, with the character")
    expect(along).to_have_attribute(
        "aria-valuetext", f"Character {len(seed)}, ␣, id 1: its row of the embedding, 8 numbers."
    )
    along.press("ArrowLeft")
    expect(along).to_have_attribute("aria-valuenow", str(len(seed) - 1))
    expect(along.locator("mark")).to_have_text("(")
    along.press("ArrowRight")
    written = app_checkpoints.sampler(TINY).sample(seed, [0.5], 2, 7)[0][0]
    for length in (len(seed) + 1, len(seed) + 2):
        expect(along).to_have_attribute("data-drawn", written[length - 1])
        along.press("ArrowRight")
        expect(along).to_have_attribute("aria-valuenow", str(length))
    unit = reader.get_by_label("Unit")
    shown = int(unit.input_value())
    along.press("Home")
    expect(along).to_have_attribute("aria-valuenow", "1")
    expect(unit).to_have_value(str(shown))  # it stays the same along the text
    along.press("ArrowDown" if shown else "ArrowUp")
    expect(unit).to_have_value(str(shown - 1 if shown else 1))
    expect(reader.locator(".course-equation")).to_contain_text(f"Unit 1:{unit.input_value()}:")


@pytest.mark.slow
def test_the_reader_pays_by_the_rule_that_the_step_states(
    reader: Page, app_checkpoints: Checkpoints
) -> None:
    go(reader, "loss")
    passage = passages()[0]
    expect(reader.locator(".course-passage")).to_contain_text(passage.text[: passage.given])
    bits = passage_shown(app_checkpoints, PassageQuestion(TINY, 0)).bits
    came = passage.text[passage.given :]
    field, said = reader.get_by_label("The next character"), reader.locator(".course-said")
    own = []
    for number, character in enumerate(came):
        sure = (25, 50, 75, 95)[number % 4]
        guess = character if number % 3 else "e" if character != "e" else "t"
        # The guess gets as much as one is sure; the others share the rest as they occur.
        others = {c: share for c, share in shares().items() if c != guess}
        chance = sure / 100
        if guess != character:
            chance = (1 - sure / 100) * others[character] / (1 - shares()[guess])
        own.append(-math.log2(chance))
        reader.get_by_label(f"{sure} %", exact=True).check()
        field.press_sequentially(guess)
        expect(said).to_contain_text(f": {own[-1]:.2f} bits.")
        expect(said).to_contain_text(f"{bits[number]:.2f} bits.")
    mine, model = sum(own) / len(own), sum(bits) / len(bits)
    expect(said).to_contain_text(
        f"You took {mine:.2f} bits a character, as if between {2**mine:.1f} equally likely ones; "
        f"the model {model:.2f}, as if between {2**model:.1f}."
    )
    expect(field).to_be_disabled()
    reader.get_by_role("button", name="Another text").click()
    expect(reader.locator(".course-passage")).to_contain_text(passages()[1].text[:40])
    expect(field).to_be_enabled()


@pytest.mark.slow
def test_answers_and_guesses_are_kept_and_a_step_leads_away_and_back(
    reader: Page, page_url: str
) -> None:
    go(reader, "bracket")
    reader.get_by_label("with the bracket").fill("60")
    reader.get_by_label("with a comma").fill("10")
    reader.locator(".course-answer:visible summary").click()
    expect(reader.locator('.course-list [data-step="bracket"]')).to_have_attribute(
        "data-answered", "true"
    )
    reader.get_by_role("link", name="Test with 200 samples").click()
    bar = reader.get_by_role("complementary", name="Lesson, step 8")
    expect(bar).to_contain_text("how many close the bracket within 200 characters?")
    expect(reader.locator("#bracket-seed textarea")).to_have_value("He was born in London ( ")
    assert "step=" in reader.url
    bar.get_by_role("button", name="Back to the lesson").click()
    expect(heading(reader)).to_contain_text("8. ")
    expect(bar).to_be_hidden()
    expect(reader.get_by_label("with a comma")).to_have_value("10")
    expect(reader.locator(".course-done")).to_contain_text("1 of 10 answered")
    reader.goto(page_url)  # no step: the last one opens
    reader.get_by_role("tab", name="Lesson").click()
    expect(heading(reader)).to_contain_text("8. ")
    reader.get_by_role("tab", name="Train").click()
    reader.wait_for_url(lambda url: "step=" not in url)


@pytest.fixture
def refusing(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that keeps nothing: its storage throws, as where a person has blocked it."""
    context = browser.new_context()
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', "
        "'SecurityError'); } });"
    )
    yield context
    context.close()


@pytest.mark.slow
def test_without_storage_the_place_lasts_for_the_visit(
    refusing: BrowserContext, page_url: str
) -> None:
    page = refusing.new_page()
    page.goto(f"{page_url}?step=memory")
    page.locator(".course-answer:visible summary").click()
    expect(page.locator(".course-done")).to_contain_text("lasts for this visit")
    expect(page.locator(".course-done")).to_contain_text("1 of 10 answered")
    page.goto(f"{page_url}?tab=notebook")
    expect(heading(page)).to_contain_text("9. ")
    expect(page.locator(".course-done")).to_contain_text("1 of 10 answered")


@pytest.mark.slow
def test_all_steps_by_keyboard_alone(page: Page, page_url: str) -> None:
    page.goto(page_url)
    page.get_by_role("tab", name="Lesson").focus()
    page.keyboard.press("Enter")
    expect(heading(page)).to_contain_text("1. ")
    began = time.monotonic()
    pressed = 0

    def tab_to(condition: str) -> None:
        nonlocal pressed
        for _ in range(60):
            page.keyboard.press("Tab")
            pressed += 1
            if page.evaluate(
                f"(() => {{ const at = document.activeElement; return {condition}; }})()"
            ):
                return
        raise AssertionError(f"Tab never comes to {condition}")

    for number in range(1, 11):
        expect(heading(page)).to_contain_text(f"{number}. ")
        tab_to("at.matches('.course-answer > summary')")
        page.keyboard.press("Enter")
        expect(page.locator(".course-answer:visible p").first).to_be_visible()
        tab_to("at.textContent === 'Next ›'")
        page.keyboard.press("Enter")
        pressed += 2
    expect(page.locator(".course-done")).to_contain_text("10 of 10 answered")
    print(f"{pressed} keys, {time.monotonic() - began:.1f} s")


@pytest.mark.slow
def test_no_step_is_wider_than_a_phone(phone: Page, page_url: str) -> None:
    phone.goto(f"{page_url}?step=characters")
    for name in [*STEPS, "sections", "teacher"]:
        go(phone, name)
        assert phone.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.slow
def test_the_printed_sheet_holds_the_questions_alone(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?step=teacher")
    page.evaluate("window.print = () => {}")
    page.get_by_role("button", name="Print the questions").click()
    page.emulate_media(media="print")
    sheet = page.locator(".course-sheet")
    expect(sheet).to_be_visible()
    for step in lesson().steps:
        expect(sheet).to_contain_text(step.question)
    assert page.locator("body > :visible").count() == 1
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(sheet).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_step(page: Page, page_url: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(f"{page_url}?step=characters")
    findings = []
    for name in [*STEPS, "sections", "teacher"]:
        go(page, name)
        page.locator(".course-step details").evaluate_all(
            "all => all.map(one => (one.open = true))"
        )
        findings += [
            f"{name}: {violation['impact']} {violation['id']}: {node['html'][:200]}"
            for violation in Axe().run(page, context=".course").response["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]
    assert findings == []
