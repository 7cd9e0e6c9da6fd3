"""No script joins words of the page by hand: Chinese has its own marks (components/joins.js)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from charlstm.language import LANGUAGES
from charlstm.ui.texts import UI
from tests.ui.temperature.page import opened

ALIKE = {
    "brackets/cells/cells.js": 'join(", "',  # in a box that is read again
    "brackets/cells/lanes.js": 'join(" ")',  # coordinates
    "brackets/finding/tables.js": 'join(" ")',  # units in a cell, which a spreadsheet divides
    "classroom/desk.js": 'join(", "',  # in a box that is read again
    "classroom/figures.js": "${span(rate.interval)} · ",  # a sign that all languages have
    "components/owner.js": "${token}; ",  # a cookie
    "notebook/course.js": "${i + 1}. ",  # a number before a title
    "notebook/sheet.js": "${i + 1}. ",  # the same on paper
    "notebook/vocabulary.js": 'join(", "',  # seen by nobody
    "opening.js": 'join(", "',  # a style
    "temperature/reading/why.js": 'join(" ")',  # names of classes
    "train/plot/draw.js": '${colour("prob")}, ',  # a colour
    "train/plot/plot.js": '${colour("prob")}, ',  # a colour
}
"""The one place in a script that joins what is no two words, or is written alike everywhere."""

_MARK = r" ?[,;:.·]\s"  # a comma and its like, as they stand in English
_FILLED = r"\$\{[^{}`]*(?:\{[^{}`]*\}[^{}`]*)*\}"  # in a template; it may hold one pair of braces
BY_HAND = re.compile(
    rf'(?:join\(|\+ )"{_MARK}"|join\(" "\)|{_FILLED}{_MARK}|{_FILLED}\.`',
)
_COMMENT = re.compile(r"^\s*(?://|\*|/\*).*$|\s// .*$", re.MULTILINE)


def found(script: str) -> list[str]:
    """The places in a script where it joins by hand."""
    return BY_HAND.findall(_COMMENT.sub("", script))


def test_no_script_joins_words_by_hand() -> None:
    scripts = {
        str(path.relative_to(UI)): found(path.read_text(encoding="utf-8"))
        for path in sorted(UI.rglob("*.js"))
    }
    by_hand = {name: places for name, places in scripts.items() if places}
    assert by_hand == {name: [place] for name, place in ALIKE.items()}


@pytest.mark.parametrize(
    "script",
    [
        'names.join(", ")',
        "const said = `${title}: `;",
        'make("p", "", box, `${phrase("a.b", { n })}, ${more}`);',
        "told = `${name.textContent}: ${fate}.`;",
        'said = one + "; " + other;',
        'sentences(value).join(" ")',
    ],
)
def test_what_the_search_finds(script: str) -> None:
    assert found(script)


@pytest.mark.parametrize(
    "script",
    ['key.split(",")', "part(`.${name}`)", 'enumerated(["a", "b"])', "f({ a }, `${b}`)", "// a, b"],
)
def test_what_the_search_passes_over(script: str) -> None:
    assert not found(script)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("spoken", LANGUAGES)
def test_texts_are_joined_as_the_language_does(page: Page, page_url: str, spoken: str) -> None:
    page.goto(f"{page_url}?lang={spoken}")
    opened(page)
    said = page.evaluate(
        "[enumerated([1, 2]), joined(['a', '', 'b']), besides(['a', undefined, 'b', 'c']),"
        " clauses(['a', 'b']), besides([]), fullStop('a'), withLabel('a', '{b} $&')]"
    )
    chinese = ["1、2", "ab", "a，b，c", "a；b", "", "a。", "a：{b} $&"]
    others = ["1, 2", "a b", "a, b, c", "a; b", "", "a.", "a: {b} $&"]
    assert said == (chinese if spoken == "zh" else others)
