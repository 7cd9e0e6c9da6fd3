"""Words that can be asked "what is this?"."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from charlstm.language import LANGUAGES
from charlstm.texts import table
from charlstm.ui.components.glossary import explained, glossary
from charlstm.ui.texts import UI
from tests.ui.temperature.page import written

TIP = ".term-tip"
# Pixels between the sentence and the word that it explains.
BETWEEN = """(() => {
  const [tip, word] = [".term-tip", ".bracket-key .term"].map((name) =>
    document.querySelector(name).getBoundingClientRect());
  return Math.round(Math.max(tip.top - word.bottom, word.top - tip.bottom));
})()"""


def top_of(element: Locator) -> float:
    """The distance of an element from the top of the viewport, in pixels."""
    box = element.bounding_box()
    assert box
    return box["y"]


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_each_entry_is_one_sentence_and_is_asked_somewhere(spoken: str) -> None:
    sources = "".join(
        path.read_text() for kind in ("py", "js", "html") for path in UI.rglob(f"*.{kind}")
    )
    recognised: list[str] = []
    stop = "。" if spoken == "zh" else "."
    for key in glossary():
        says = table(spoken)[f"components.glossary.{key}.says"]
        assert isinstance(says, str)
        plain = re.sub(r"\d\.\d", "", says)
        assert plain.index(stop) == len(plain) - 1, key
        assert len(says) < 270, key
        words = [
            str(word)
            for name, word in table(spoken).items()
            if name.startswith(f"components.glossary.{key}.words.")
        ]
        recognised += words
        asked = (f'data-term="{key}"', f'explained("{key}")', f'term="{key}"', f"term-{key}")
        assert words or any(each in sources for each in asked), key
    assert len({*recognised}) == len(recognised)
    named = {*re.findall(r'data-term="([^"$]+)"|explained term-([\w-]+)', sources)}
    assert {first or second for first, second in named} <= {*glossary()}
    with pytest.raises(KeyError):
        explained("nothing")


@pytest.mark.slow
@pytest.mark.browser
def test_a_word_is_explained_on_hover_focus_and_touch(page: Page, page_url: str) -> None:
    page.goto(f"{page_url}?length=20&go=1&why=2.30")
    written(page, 20)
    tip, why = page.locator(TIP), page.locator("#columns .text-why")
    rank = why.get_by_role("button", name="rank")
    expect(rank).to_have_accessible_description(glossary()["rank"])
    rank.hover()
    expect(tip).to_have_text(glossary()["rank"])
    expect(tip).to_be_in_viewport(ratio=1)
    tip.hover()  # it stays under the pointer
    page.wait_for_timeout(400)
    expect(tip).to_be_visible()
    page.mouse.move(1, 1)
    expect(tip).to_be_hidden()

    # Escape closes the sentence, and only then what lies below it.
    rank.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(tip).to_have_text(glossary()["rank"])
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    expect(why).to_be_visible()
    page.keyboard.press("Tab")
    expect(tip).to_have_text(glossary()["surprise"])
    page.mouse.click(2, 2)
    expect(tip).to_be_hidden()

    # A control: its box gets the description.
    dice = page.locator("#dice input")
    page.locator("#write").focus()
    page.keyboard.press("Tab")
    expect(dice).to_be_focused()
    expect(tip).to_have_text(glossary()["dice"])
    expect(dice).to_have_accessible_description(glossary()["dice"])
    page.keyboard.press("Escape")

    # What a model or a person wrote is not searched for words.
    page.goto(f"{page_url}?seed=rank+dice")
    page.locator("#brackets-tab, [data-tab-id=brackets]").first.click()
    expect(page.locator(".bracket-key .term").first).to_have_text("depth")


@pytest.mark.slow
@pytest.mark.browser
def test_a_tap_explains_and_another_one_elsewhere_closes(page: Page, page_url: str) -> None:
    browser = page.context.browser
    assert browser
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    phone = context.new_page()
    phone.goto(f"{page_url}?tab=brackets")
    word = phone.locator(".bracket-key .term").first
    word.tap()
    expect(phone.locator(TIP)).to_have_text(glossary()["depth"])
    expect(phone.locator(TIP)).to_be_in_viewport(ratio=1)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390

    # It goes where its word goes, and away with it.
    before = top_of(word)
    phone.evaluate("scrollBy(0, -40)")
    phone.wait_for_function(f"{BETWEEN} === 6")
    assert top_of(word) >= before + 40  # more, where a part above has got its height
    word.evaluate("word => { word.parentElement.style.transform = 'translateY(30px)'; }")
    assert top_of(word) >= before + 70
    phone.wait_for_function(f"{BETWEEN} === 6")
    phone.evaluate("scrollTo(0, 0)")
    expect(phone.locator(TIP)).to_be_hidden()

    word.tap()
    expect(phone.locator(TIP)).to_be_visible()
    phone.locator("#title").tap()
    expect(phone.locator(TIP)).to_be_hidden()
    context.close()


@pytest.mark.slow
@pytest.mark.browser
def test_a_control_that_was_pressed_is_no_longer_explained(page: Page, page_url: str) -> None:
    """Its explanation would lie over the controls below it, which are pressed next."""
    page.goto(f"{page_url}?tab=train")
    tip, nats = page.locator(TIP), page.get_by_role("button", name="nats", exact=True)
    for seconds in (0, 0.4):  # pressed before it is explained, and afterwards
        nats.hover()
        page.wait_for_timeout(1000 * seconds)
        nats.click()
        page.mouse.move(1, 1)
        page.wait_for_timeout(700)
        expect(tip.locator("visible=true")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.browser
def test_a_word_below_the_fold_is_explained_when_the_keyboard_comes_to_it(
    page: Page, page_url: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 420})
    page.goto(f"{page_url}?tab=brackets")
    words = page.locator(".bracket-key .term")
    words.first.focus()
    page.evaluate("scrollTo(0, 0)")
    expect(words.nth(1)).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(words.nth(1)).to_be_focused()
    page.wait_for_timeout(100)  # some frames
    expect(page.locator(TIP)).to_have_text(glossary()["unmatched"])
    expect(page.locator(TIP)).to_be_in_viewport(ratio=1)
