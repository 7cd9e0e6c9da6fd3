"""The Train tab as tests meet it."""

from __future__ import annotations

import re

from playwright.sync_api import Frame, Locator, Page, Request, expect

PATIENCE = 90_000  # ms: a busy machine takes its time to start a process and to score a text

Shown = Page | Frame
"""Where the page is shown: a window of its own, or a frame of another page."""


def open_train(page: Page, url: str) -> None:
    page.goto(url)
    to_train(page)


def to_train(page: Shown) -> None:
    """Go to the tab in a page that is open."""
    page.get_by_role("tab", name="Train").click()
    expect(page.locator("#loss-board canvas")).to_be_visible()


def asks(request: Request, function: str) -> bool:
    return f'"fn_name":"{function}"' in (request.post_data or "")


def part(page: Shown, name: str) -> Locator:
    return page.locator(f'#loss-board [data-part="{name}"]')


def shown_step(page: Shown) -> int:
    text = part(page, "progress").text_content() or ""
    found = re.match(r"step ([\d,]+)", text)
    return int(found[1].replace(",", "")) if found else 0


def wait_past(page: Shown, step: int) -> None:
    """Wait until a step other than this is displayed; steps only grow."""
    expect(part(page, "progress")).to_have_text(
        re.compile(rf"^step (?!{step:,}\b)\d"), timeout=PATIENCE
    )


def button(page: Shown, name: str) -> Locator:
    return page.get_by_role("tabpanel").get_by_role("button", name=name, exact=True)


def choose_text(page: Shown, name: str) -> None:
    page.get_by_role("combobox", name="Text").click()
    page.get_by_role("option", name=name).click()


def own_settings(page: Shown, **values: str) -> None:
    if not page.get_by_label("Hidden size").is_visible():
        page.get_by_role("tabpanel").get_by_role("button", name="Own settings").click()
    for label, value in values.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)


def start_small(page: Shown, text: str = "Bracket language") -> None:
    """Start a run that lasts until it is stopped."""
    choose_text(page, text)
    own_settings(page, or_steps="90000", Hidden_size="8")
    button(page, "Start").click()


def record_dots(page: Page) -> None:
    """Before the page is opened: keep the place of each dot that the plot draws."""
    page.add_init_script(
        """const { prototype } = CanvasRenderingContext2D;
        const arc = prototype.arc;
        window.dots = [];
        prototype.arc = function (x, y, radius, ...angles) {
          if (radius === 2.2 || radius === 1.6) dots.push([x, y]);
          return arc.call(this, x, y, radius, ...angles);
        };"""
    )


def last_dots(page: Page, number: int) -> list[tuple[float, float]]:
    """The places of the last dots that were drawn, once there are so many."""
    page.wait_for_function("number => dots.length >= number", arg=number)
    return [(x, y) for x, y in page.evaluate("number => dots.slice(-number)", number)]
