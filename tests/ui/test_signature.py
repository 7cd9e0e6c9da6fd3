"""What the Hub adds to the address of a Space's frame, the visitor's signature among it, is in
nothing that can be taken away from the page: no file, no copied text or link, no QR code."""

from __future__ import annotations

import io
import re
import shutil
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.runs.manager import Runs
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import BRACKETS
from charlstm.ui.texts import UI
from tests.fixtures.pages import app_page
from tests.fixtures.small import small_config
from tests.ui.conftest import TINY
from tests.ui.temperature.page import written

WORD = "Quagglimory"
SIGNED = f"__sign={WORD}&__theme=dark"
ADDED = re.compile(rb"Quagglimory|__sign|__theme")
RUN = "ended"
SEED = "He ( "


@pytest.fixture(scope="module")
def address(app_folders: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a page with a checkpoint and a run that has ended."""
    folder = tmp_path_factory.mktemp("signature")
    shutil.copytree(app_folders / TINY, folder / TINY)
    settings = RunSettings(BRACKETS, "quick", small_config(steps=12))
    list(run(folder / RUN, settings, threading.Event()))
    with app_page(Checkpoints(folder, folder), Runs(folder)) as url:
        yield url


def write(page: Page) -> None:
    expect(page.locator("#seed-text textarea")).to_have_value(SEED)
    page.locator("#write").click()
    written(page, 50)


def ask(page: Page) -> None:
    page.locator("#ask").click()
    expect(page.locator(".probe-chart .dots")).to_have_attribute("data-phase", "done")
    expect(page.locator("#stop-asking")).to_have_count(0)


def ask_more(page: Page) -> None:
    page.locator("#ask-battery").click()
    expect(page.locator(".battery .probe-save")).to_be_visible()


def watch(page: Page) -> None:
    expect(page.locator("#loss-board [data-part=save]")).to_be_visible()


def open_room(page: Page) -> None:
    page.locator("#class-room [data-part=open]").click()
    page.get_by_role("button", name="Take part").click()
    expect(page.locator("[data-part=ask-checkpoint]")).to_have_value(TINY)
    page.locator("[data-part=ask-seed]").fill(SEED)
    page.locator("[data-part=ask-at]").fill("1")
    page.locator("[data-part=ask]").click()
    page.get_by_role("button", name="Add my 20 samples").click()
    expect(page.locator("[data-part=pressed]")).to_contain_text("You have added 20 samples")
    expect(page.locator("[data-part=qr] path")).to_have_count(1)


@dataclass(frozen=True)
class Offer:
    """A part of the page, and what it offers to take away.

    Attributes:
        script: the file that saves, below `UI`.
        query: of the link that opens the page there.
        make: lets it make something to save.
        box: a selector of what holds the buttons.
        files: the buttons that save a file -> what such a file begins with.
        holds: what at least one file holds.
    """

    script: str
    query: str
    make: Callable[[Page], None]
    box: str
    files: dict[str, bytes]
    holds: bytes


SEEDED = "samples=20&horizon=20&bracket_seed=He+%28+"
OFFERS = [
    Offer(
        "temperature/columns/exports.js", "seed=He+%28+&length=50", write, "#columns",
        {"Save texts and settings as text": b"Checkpoint", "Save texts and settings as JSON": b"{"},
        b"He ( ",
    ),
    Offer(
        "brackets/files.js", f"tab=brackets&{SEEDED}", ask, ".probe-answer .probe-save",
        {"CSV": b"", "JSON": b"{", "PNG": b"\x89PNG", "SVG": b"<?xml"}, b"He ( ",
    ),
    Offer(
        "brackets/files.js", f"tab=brackets&{SEEDED}", ask_more, ".battery .probe-save",
        {"JSON": b"{"}, b"tiny",
    ),
    Offer(
        "train/board/exports.js", f"tab=train&run={RUN}", watch, "#loss-board [data-part=save]",
        {"CSV": b"", "PNG": b"\x89PNG", "SVG": b"<?xml", "Checkpoint": b"PK"}, b"# ended",
    ),
    Offer(
        "classroom/desk.js", "tab=class", open_room, "#class-room",
        {"Save as CSV": b""}, b"He ( ",
    ),
]  # fmt: skip


def parts(file: bytes) -> Iterator[bytes]:
    """A file, with the members of a zip and the unpacked text chunks of a PNG."""
    yield file
    if file.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from parts(archive.read(name))
    at = 8
    while file.startswith(b"\x89PNG") and at < len(file):
        length, kind = int.from_bytes(file[at : at + 4], "big"), file[at + 4 : at + 8]
        data = file[at + 8 : at + 8 + length]
        if kind in (b"zTXt", b"iTXt"):
            for start in range(len(data)):  # the packed text comes after fields of any length
                try:
                    yield zlib.decompress(data[start:])
                except zlib.error:
                    continue
        at += 12 + length


def saved(page: Page, button: Locator) -> bytes:
    with page.expect_download() as download:
        button.click()
    return download.value.path().read_bytes()


def copied(page: Page, button: Locator) -> str:
    button.click()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.make.__name__)
def test_nothing_that_is_taken_away_holds_it(page: Page, address: str, offer: Offer) -> None:
    page.context.grant_permissions(["clipboard-read"])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(unquote(request.post_data or "")))
    page.goto(f"{address}?{offer.query}&{SIGNED}")
    offer.make(page)
    assert WORD in page.url  # as long as the page is open, the Hub's own stays in the address
    found = []
    for name, beginning in offer.files.items():
        button = page.locator(offer.box).get_by_role("button", name=name, exact=True)
        found.append(saved(page, button))
        assert found[-1].startswith(beginning), name
        for part in parts(found[-1]):
            assert not ADDED.search(part), name
    assert any(offer.holds in part for file in found for part in parts(file))
    links = page.get_by_role("button", name="Copy link", exact=True).locator("visible=true")
    assert links.count() > 0
    for button in links.all():
        link = copied(page, button)
        assert link.startswith(address)
        assert not ADDED.search(link.encode())
    for button in page.get_by_role("button", name="Copy texts and settings").all():
        assert not ADDED.search(copied(page, button).encode())
    for name in ("href", "src"):
        addresses = page.locator(f"[{name}]").evaluate_all(
            f"found => found.map((one) => one.{name})"
        )
        assert not [one for one in addresses if ADDED.search(str(one).encode())]
    # Neither does the server get it in a question, as the one for a QR code of a link.
    assert not [body for body in sent if ADDED.search(body.encode())]


def test_every_script_that_saves_is_among_them() -> None:
    saving = {
        str(path.relative_to(UI))
        for path in UI.rglob("*.js")
        if re.search(r"charlstmSave\w*\(", path.read_text())
    }
    assert saving == {offer.script for offer in OFFERS} | {"components/saving.js"}
