"""Helpers of the browser tests of the Temperature tab."""

from __future__ import annotations

from playwright.sync_api import Page

from charlstm.checkpoints.catalog import Checkpoints

SEED = "The meaning of life is "
TEMPERATURES = [0.2, 0.5, 1.0]
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "${alert(1)} `${alert(1)}` {{value}}",
    "</textarea><script>alert(1)</script>",
    "caf\u00e9 \N{GRINNING FACE} \\n",
    "a\0b",
    "two\nlines",
]
"""Seed texts that a page must show as they are."""


def opened(page: Page) -> None:
    """Wait until the page has read its settings from the link: what is done before is undone."""
    page.wait_for_function("typeof charlstmLink !== 'undefined' && charlstmLink.isOpen")


def written(page: Page, length: int, columns: int = 3) -> list[str]:
    """Wait until each column has `length` written characters, and return the columns' texts."""
    page.wait_for_function(
        "([length, columns]) => { const shown = [...document.querySelectorAll('.written')]; return "
        "shown.length === columns && shown.every(s => [...s.textContent].length === length) &&"
        " document.querySelector('.text-columns').getAttribute('aria-busy') === 'false' }",
        arg=[length, columns],
    )
    return page.locator(".written").all_text_contents()


def expected(
    checkpoints: Checkpoints,
    seed: str,
    length: int,
    dice: int,
    name: str = "tiny",
    temperatures: list[float] = TEMPERATURES,
) -> list[str]:
    """The oracle: `Sampler.sample`'s text for each temperature, without the seed text."""
    texts = checkpoints.sampler(name).sample(seed, temperatures, length, dice)
    return [samples[0][len(seed) :] for samples in texts]


def marked(page: Page, name: str) -> list[str]:
    """The texts under a CSS highlight, in the order of the page."""
    return page.evaluate(
        """name => [...(CSS.highlights.get(name) ?? [])].map(marked => {
            const range = document.createRange();
            range.setStart(marked.startContainer, marked.startOffset);
            range.setEnd(marked.endContainer, marked.endOffset);
            return range.toString();
        })""",
        name,
    )
