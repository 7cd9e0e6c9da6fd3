"""The endpoint /room of a running page, as a program uses it, and as thirty use it at once."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace

import gradio as gr
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.question import BLOCK, ask_blind
from charlstm.classroom.rooms import Opened, Rooms
from charlstm.experiments.probe import probe
from charlstm.ui.classroom.api import add_room_api
from tests.fixtures.classroom import (
    KNOWN_TEXT,
    LIVELY,
    about_brackets,
    class_checkpoints,
    room_about_brackets,
)
from tests.fixtures.pages import launched
from tests.fixtures.processes import PATIENCE, app_process

TOKEN = "0123456789abcdef" * 2
PATIENT = {"timeout": PATIENCE}  # by default httpx waits for five seconds


@dataclass(frozen=True)
class RoomPage:
    """A page with the endpoint alone, and what it was made of."""

    url: str
    rooms: Rooms
    checkpoints: Checkpoints


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomPage]:
    folder = tmp_path_factory.mktemp("class")
    checkpoints, rooms = class_checkpoints(folder), Rooms(folder / "rooms.sqlite")

    def build() -> gr.Blocks:
        with gr.Blocks(analytics_enabled=False) as demo:
            add_room_api(checkpoints, rooms)
        page: gr.Blocks = demo.queue()
        return page

    with launched(build) as url:
        yield RoomPage(url, rooms, checkpoints)
    rooms.close()


@pytest.fixture
def room(served: RoomPage) -> Opened:
    return room_about_brackets(served.rooms, served.checkpoints)


@pytest.fixture(scope="module")
def client(served: RoomPage) -> Iterator[Client]:
    client = Client(served.url, verbose=False)
    yield client
    client.close()


def ask(client: Client, *call: object) -> dict[str, object]:
    return client.predict(*call, api_name="/room")


@pytest.mark.slow
def test_a_program_joins_adds_and_reads(client, served, room):
    joined = ask(client, "join", room.code.lower(), TOKEN)
    assert joined == {"code": room.code, "token": TOKEN, "name": joined["name"]}
    assert ask(client, "join", room.code, TOKEN) == joined
    assert ask(client, "join", room.code)["token"] != TOKEN
    before = ask(client, "state", room.code)
    added = ask(client, "add", room.code, TOKEN)
    question = replace(about_brackets(served.checkpoints).probe, samples=BLOCK)
    found = probe(served.checkpoints.sampler(LIVELY), question)
    assert added == {
        "first": 1,
        "last": BLOCK,
        "samples": [[asdict(sample) for sample in at.samples] for at in found.temperatures],
        "strays": [at.control.closed for at in found.temperatures],
    }
    state = ask(client, "state", room.code, TOKEN, before["version"])
    assert state == json.loads(json.dumps(asdict(served.rooms.state(room.code, token=TOKEN)))) | {
        "changed": True
    }
    assert (state["counted"], state["own"], state["name"]) == (BLOCK, BLOCK, joined["name"])
    assert ask(client, "state", room.code, TOKEN, state["version"]) == {
        "version": state["version"],
        "changed": False,
    }


def test_hidden_answers_are_not_sent(client, served, room):
    ask(client, "join", room.code, TOKEN)
    served.rooms.show(room.code, room.teacher, False)
    assert ask(client, "add", room.code, TOKEN) == {
        "first": 1, "last": BLOCK, "samples": None, "strays": None
    }  # fmt: skip
    state = ask(client, "state", room.code, TOKEN)
    assert (state["counted"], state["brackets"]) == (BLOCK, None)
    # The dice of blind rounds would give their sources away.
    served.rooms.ask(room.code, room.teacher, ask_blind(served.checkpoints, KNOWN_TEXT))
    assert ask(client, "state", room.code, TOKEN)["question"] == {
        "checkpoint": KNOWN_TEXT,
        "fingerprint": served.checkpoints.info(KNOWN_TEXT).fingerprint,
    }


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("join", "nowhere"), "not the code of a room"),
        (("state", "CDFGHJ"), "no room with the code CDFGHJ"),
        (("join", None, "a"), "did not say who"),
        (("add", None, TOKEN[::-1]), "You have not joined this room"),
        (("add", None), "did not say who"),
        (("open", None), "no request to a room"),
        (("state", 5), "no request to a room"),
        (("state", None, TOKEN, 1.5), "no request to a room"),
        (("state", None, None), "no request to a room"),
        (("state", None, TOKEN, "1"), "no request to a room"),
        (({"a": 1}, ["b"], [], {}), "no request to a room"),
    ],
)
def test_mistakes_get_sentences(client, room, call, message):
    action, code, *rest = call
    with pytest.raises(AppError, match=message):
        ask(client, action, code or room.code, *rest)


@pytest.mark.slow  # thirty programs, each with a session of its own
def test_thirty_programs_at_once_lose_nothing_and_count_nothing_twice(served, room):
    with ThreadPoolExecutor(30) as people:
        clients = list(
            people.map(lambda _: Client(served.url, verbose=False, httpx_kwargs=PATIENT), range(30))
        )

        def take_part(client: Client) -> list[int]:
            token = ask(client, "join", room.code)["token"]
            firsts = []
            for _ in range(3):
                firsts.append(ask(client, "add", room.code, token)["first"])
                assert ask(client, "state", room.code, token)["people"] <= 30
            return firsts

        firsts = [first for drawn in people.map(take_part, clients) for first in drawn]
        assert sorted(firsts) == list(range(1, 90 * BLOCK, BLOCK))
        late = ask(clients[0], "join", room.code)
        states = list(people.map(lambda client: ask(client, "state", room.code), clients))
    late_state = ask(clients[0], "state", room.code, late["token"])
    question = replace(about_brackets(served.checkpoints).probe, samples=90 * BLOCK)
    found = probe(served.checkpoints.sampler(LIVELY), question)
    for state in (*states, late_state):
        assert (state["people"], state["counted"], state["waiting"]) == (31, 90 * BLOCK, 0)
        assert state["brackets"] == late_state["brackets"]
    for shown, at in zip(late_state["brackets"], found.temperatures, strict=True):
        assert (shown["closed"]["events"], shown["closed"]["n"]) == (at.closed, at.n)
        assert (shown["control"]["events"], shown["control"]["n"]) == (at.control.closed, at.n)
    names = {ask(client, "join", room.code)["name"] for client in clients}
    assert len(names) == 30
    for client in clients:
        client.close()


@pytest.mark.slow  # two servers, each a process of its own
def test_a_page_that_is_killed_loses_nothing_that_it_showed(tmp_path):
    """``app.py`` is killed while people add samples; the next one on the same folder goes on."""
    checkpoints = class_checkpoints(tmp_path)
    rooms = Rooms(tmp_path / "rooms" / "rooms.sqlite")  # another process with the same file
    room = room_about_brackets(rooms, checkpoints)
    shown: list[int] = []

    def add_until_killed(url: str) -> str:
        client = Client(url, verbose=False, httpx_kwargs=PATIENT)
        token = ask(client, "join", room.code)["token"]
        try:
            while True:
                ask(client, "add", room.code, token)
                shown.append(ask(client, "state", room.code, token)["counted"])
        except AppError:  # a sentence of the page
            raise
        except Exception:  # each client finds its own way to say that the server is gone
            return token

    with app_process(tmp_path) as (app, url), ThreadPoolExecutor(4) as people:
        tokens = [people.submit(add_until_killed, url) for _ in range(4)]
        while len(shown) < 6:
            assert app.poll() is None
            time.sleep(0.01)
        app.kill()
        joined = [token.result() for token in tokens]
    counted = rooms.state(room.code).counted
    assert counted >= max(shown)
    with app_process(tmp_path) as (_, url):
        client = Client(url, verbose=False, httpx_kwargs=PATIENT)
        for token in joined:  # whoever had a block open gets it again
            ask(client, "add", room.code, token)
        late = ask(client, "state", room.code, ask(client, "join", room.code)["token"])
        client.close()
    assert (late["people"], late["waiting"]) == (5, 0)
    assert late["counted"] >= counted + BLOCK
    question = replace(about_brackets(checkpoints).probe, samples=late["counted"])
    for found, at in zip(
        late["brackets"], probe(checkpoints.sampler(LIVELY), question).temperatures, strict=True
    ):
        assert (found["closed"]["events"], found["control"]["events"]) == (
            at.closed,
            at.control.closed,
        )
    rooms.close()
