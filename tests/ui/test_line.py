"""The queue of events: each address has a share, and who has had least comes next."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import gradio as gr
import httpx
import pytest
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event
from starlette.requests import Request

from charlstm.ui.components.events import QUEUE_SIZE
from charlstm.ui.components.visitor import COOKIE, address_of
from charlstm.ui.components.waiting import LinePlace
from charlstm.ui.line import SHARE, Line
from charlstm.ui.page import Page
from tests.fixtures.pages import finished
from tests.ui.conftest import TINY

BROWSERS, EVENTS = 30, 4
"""What a class sends at once, from one address."""


def request(address: str, person: str = "", forwarded: str = "") -> Request:
    headers = [(b"cookie", f"{COOKIE}={person}".encode()), (b"x-forwarded-for", forwarded.encode())]
    return Request({"type": "http", "client": (address, 1), "headers": headers})


@pytest.fixture(scope="module")
def page() -> Page:
    """A page with one event."""

    async def build() -> Page:
        with Page(str, analytics_enabled=False) as page:
            gr.Button().click(lambda: None, queue=True)
        return page

    return finished(build())


@pytest.fixture
def line(page: Page) -> Line:
    """Its queue, a new one, before it is started: nothing leaves it by itself."""

    async def build() -> Line:
        page.queue(max_size=QUEUE_SIZE)
        queue = page._queue
        assert isinstance(queue, Line)
        queue.active_jobs = [None] * 100
        return queue

    return finished(build())


async def push(line: Line, session: str, address: str, person: str = "") -> str:
    """Send an event; the sentence of a refusal, or "" if it was taken."""
    sent = request(address, person)
    body = PredictBodyInternal(data=[], fn_index=0, session_hash=session, request=sent)
    taken, answer, _ = await line.push(body, sent, None)
    if not taken:
        return str(answer)
    messages = line.pending_messages_per_session[session]
    while not messages.empty():
        message = messages.get_nowait()
        if message.msg == "process_completed":
            return str(message.output["error"])
    return ""


def run_next(line: Line) -> Event:
    """Take the next event out of the line, as its worker does."""
    found = line.get_events()
    assert found is not None
    [event] = found[0]
    line.active_jobs[line.active_jobs.index(None)] = [event]
    return event


def test_a_program_fills_its_share_and_no_more(line: Line) -> None:
    async def ask() -> None:
        said = [await push(line, f"program{number}", "10.0.0.1") for number in range(200)]
        assert said[:SHARE] == [""] * SHARE
        sentence = rf"{SHARE} requests from your address .* Try again in about \d+ seconds?\."
        assert all(re.fullmatch(sentence, each) for each in said[SHARE:])
        assert len(line) == SHARE
        assert [await push(line, "visitor", "10.0.0.2") for _ in range(2)] == ["", ""]
        order = [run_next(line).session_hash for _ in range(4)]
        assert order[:3] == ["program0", "visitor", "program1"]
        assert order[3] == "visitor"

    finished(ask())


def test_the_wait_is_that_of_ones_own_events(line: Line) -> None:
    async def ask() -> None:
        for number in range(SHARE):
            await push(line, f"s{number}", "10.0.0.1")
        for _ in range(5):
            event = run_next(line)
        line.process_time_per_fn[event.fn].add(60.0)
        assert "in about 12 seconds" in await push(line, "more", "10.0.0.1")

    finished(ask())


def test_a_class_behind_one_router_is_never_refused(line: Line) -> None:
    async def ask() -> None:
        for number in range(EVENTS):
            for browser in range(BROWSERS):
                assert await push(line, f"tab{browser}.{number}"[:9].replace(".", "-"),
                                  "10.0.0.1", f"{browser:032x}") == ""  # fmt: skip
        people = [run_next(line).request.cookies[COOKIE] for _ in range(BROWSERS)]
        assert len(set(people)) == BROWSERS

    finished(ask())


def test_ones_own_events_stay_in_order(line: Line) -> None:
    async def ask() -> None:
        for number in range(6):
            await push(line, f"s{number}", "10.0.0.1", "a" * 32)
        await push(line, "other", "10.0.0.1", "b" * 32)
        order = [run_next(line).session_hash for _ in range(7)]
        assert order == ["s0", "other", "s1", "s2", "s3", "s4", "s5"]

    finished(ask())


def test_a_place_in_line_is_the_number_that_come_first(line: Line) -> None:
    async def ask() -> None:
        for number in range(6):
            await push(line, f"s{number}", "10.0.0.1", "a" * 32)
        await push(line, "own", "10.0.0.2", "b" * 32)
        [work] = line.event_queue_per_concurrency_id
        place = partial(line.place, "10.0.0.2", "b" * 32, work)
        assert place() == LinePlace(ahead=6)
        assert line.place("10.0.0.2", "c" * 32, work) == LinePlace()
        event = run_next(line)
        line.process_time_per_fn[event.fn].add(7.0)
        # Its address has nothing that runs, so it comes first: after what takes 7 seconds.
        assert place() == LinePlace(ahead=0, seconds=7)
        assert run_next(line).session_hash == "own"
        assert place() == LinePlace()

    finished(ask())


def test_a_full_line_is_said(line: Line) -> None:
    async def ask() -> None:
        for number in range(QUEUE_SIZE):
            assert not await push(line, f"s{number}", f"10.0.{number % 9}.1")
        assert "too many at the moment. Try again" in await push(line, "visitor", "10.1.0.1")

    finished(ask())


@pytest.mark.parametrize("session", ["\ud800", "a b", "x" * 101, "<b>"])
def test_a_strange_session_gets_a_sentence(line: Line, session: str) -> None:
    """One with half of a character would end every later event in an error: Gradio keeps it."""
    assert "does not know" in finished(push(line, session, "10.0.0.1"))


def test_an_address_is_the_one_that_the_spaces_proxy_saw(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = request("10.1.2.3", forwarded="9.9.9.9, 8.8.8.8, 10.0.0.1, nonsense")
    assert address_of(visitor) == "10.1.2.3"
    monkeypatch.setenv("SPACE_ID", "somebody/charlstm")
    assert address_of(visitor) == "8.8.8.8"
    assert address_of(request("10.1.2.3")) == "10.1.2.3"


@pytest.fixture
def program(page_url: str) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=None)
    with httpx.Client(base_url=f"{page_url}gradio_api/call/", timeout=120, limits=limits) as http:
        yield http


@pytest.mark.slow
def test_a_visitor_is_answered_while_a_program_asks_two_hundred_times(
    program: httpx.Client,
) -> None:
    asked = [TINY, "The ", [0.3, 0.6, 0.9, 1.2], 2_000, 7, 1, 0, 1.0, 0.0]

    def ask(number: int) -> str:
        body = {"data": asked, "session_hash": f"program{number}"}
        return str(program.post("sample", json=body).raise_for_status().json()["event_id"])

    with ThreadPoolExecutor(20) as pool:
        events = list(pool.map(ask, range(200)))
        # Another address of this machine: a visitor of its own.
        transport = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(base_url=program.base_url, timeout=120, transport=transport) as http:
            event = http.post("sample", json={"data": [TINY, "a", [1.0], 5, 7, 1, 0, 1.0, 0.0]})
            said = http.get(f"sample/{event.json()['event_id']}").text
        assert said.startswith("event: complete"), said[:200]
        answers = list(pool.map(lambda event: program.get(f"sample/{event}").text, events))
    refused = [answer for answer in answers if answer.startswith("event: error")]
    assert len(answers) - len(refused) >= SHARE
    for answer in refused:
        sentence = json.loads(answer.split("data: ", 1)[1])["error"]
        assert re.search(r"Try again in about \d+ seconds?\.", sentence)
