"""A private text is its owner's alone: whatever another browser or a program asks, no answer holds
a word of it, its file's name or its digest, and its model is there for them only if it is lent."""

from __future__ import annotations

import base64
import io
import json
import random
import re
import threading
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.files import OWN_TEXT
from charlstm.checkpoints.owners import claim
from charlstm.errors import UserError
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.limits import Limits
from charlstm.runs.manager import Runs
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import CorpusKind, CorpusSpec
from charlstm.ui.components.visitor import COOKIE
from tests.fixtures.client import Client, PageConfig
from tests.fixtures.pages import app_page, finished
from tests.fixtures.processes import PATIENCE
from tests.fixtures.small import small_config

WORD = "Quagglimory"
TITLE = "Zanzibarine"  # of the run that nobody else may use
HERS, LENT = "hers", "lent"
OWNER, STRANGER = "a" * 32, "b" * 32

SEED = "The cab ( "
CUT = {"top_k": 0, "top_p": 1.0, "min_p": 0.0}
VIEW = {"unit": "bits", "by": "step", "log_x": False, "log_y": False}
SERVED: dict[str, list[dict[str, Any]]] = {
    "training": [{}],
    "read_text": [{"checkpoint": "NAME", "text": SEED, "fingerprint": "WEIGHTS"}],
    "why_character": [
        {
            **{"checkpoint": "NAME", "text": SEED, "fingerprint": "WEIGHTS", "place": 4},
            "drawn": {"given": 4, "temperatures": [1.0], "dice": 7, "truncation": CUT},
        }
    ],
    "write_variants": [
        {
            **{"checkpoint": "NAME", "text": SEED, "fingerprint": "WEIGHTS", "step": 0},
            **{"length": 20, "temperatures": [1.0], "dice": 7, "truncation": CUT},
        }
    ],
    "strip": [{"checkpoint": "NAME", "text": SEED, "temperature": 1.0}],
    "likely": [{"checkpoint": "NAME", "text": SEED, "temperature": 1.0, "place": 4}],
    "sample": [
        {
            **{"checkpoint": "NAME", "seed": SEED, "temperature": 1.0},
            **{"number": 1, "horizon": 20, "dice": 7},
        }
    ],
    "place_in_line": [{}],
    "gallery": [{"key": "KEY", "row": 0, "first": 0, "most": 20}],
    "save": [{"kind": kind, "key": "KEY"} for kind in ("csv", "json", "svg")],
    "look": [
        {"run": "NAME", "offset": 0, "series": None},
        {"code": "CODE", "since": 0, "token": "TOKEN", "teacher": "TEACHER"},
    ],
    "others": [{}],
    "export": [{"kind": kind, "runs": ["NAME"], "view": VIEW} for kind in ("csv", "svg", "zip")],
    "watch_units": [{"checkpoint": "NAME", "text": SEED, "units": "1:0", "gates": True}],
    "known_units": [{"checkpoint": "NAME", "target": "(", "whole": False}],
    "units_like": [{"checkpoint": "NAME", "text": SEED, "first": 0, "end": 3}],
    "open_room": [{}],
    "desk": [{}],
    "ask": [
        {
            **{"code": "CODE", "teacher": "TEACHER", "kind": kind, "checkpoint": "NAME"},
            **{"seed_text": SEED, "temperatures": [1.0], "horizon": 20},
        }
        for kind in ("blind", "brackets")
    ],
    "join": [{"code": "CODE", "token": "TOKEN"}],
    "rename": [{"code": "CODE", "token": "TOKEN", "name": "Ada"}],
    "latest_round": [{"code": "CODE", "token": "TOKEN"}],
    "pick_text": [{"code": "CODE", "token": "TOKEN", "number": 1, "place": 0}],
    "qr_code": [{"link": "http://127.0.0.1/"}],
    "order": [{"code": "CODE", "teacher": "TEACHER", "order": "show"}],
    "table": [{"code": "CODE", "teacher": "TEACHER"}],
    "encode": [{"learnt": SEED, "read": SEED}],
    "character": [{"checkpoint": "NAME", "text": SEED, "layer": 1, "typed": 1}],
    "passage": [{"checkpoint": "NAME", "number": 0}],
}
"""Questions to each server function of the page; words in capitals are filled in."""
HELD = {"checkpoint": "NAME", "text": SEED, "units": "1:0"}
TRIGGERED: dict[str, Any] = {
    "write_on": HELD | {"gates": True, "taken": "comma"},
    "count_held": HELD | {"closing": ")", "instead": ","},
}
"""What the page's scripts trigger events with, by the name of the event's handler."""
PROGRAMS: dict[str, list[Any]] = {
    "sample": ["NAME", SEED, [1.0], 40, 7, 1, 0, 1.0, 0.0],
    "score": ["NAME", SEED],
    "probe": ["NAME", SEED, [1.0], 20, 20, 7],
    "room": ["state", "CDFGHJ", "", 0],
    "cells": ["NAME", SEED, ["1:2"], True, True, 20, 1.0, 7],
}
"""Arguments of each endpoint for programs."""
SMALL = {
    "Characters a sample may take, 1 to 2,000": 20,
    "Samples at each temperature, 20 to 5,000": 20,
    "Length in characters": 40,
    "Seed text": SEED,
    "Text to read": SEED,
    "Round": "7",
    "Hidden size": "9",  # above the page's limit: no run starts
}


def secret_text() -> str:
    """Paragraphs in which every word but the bracketed ones is `WORD` or a short one."""
    rng = random.Random(0)
    words = [WORD, WORD, "the", "cab", "( bed )", "( a hag )", "."]
    return "\n\n".join("The " + " ".join(rng.choices(words, k=120)) for _ in range(100))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs on the same private text of one browser; others may use the model of one of them."""
    folder = tmp_path_factory.mktemp("private")
    for name in (HERS, LENT):
        (folder / name).mkdir()
        (folder / name / OWN_TEXT).write_text(secret_text())
        spec = CorpusSpec(CorpusKind.FILE, str(folder / name / OWN_TEXT))
        title = TITLE if name == HERS else ""
        settings = RunSettings(spec, "quick", small_config(steps=3), title=title)
        list(run(folder / name, settings, threading.Event()))
        claim(folder / name, OWNER, shared=name == LENT)
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with app_page(Checkpoints(folder, folder), Runs(folder, replace(Limits(), hidden=8))) as url:
        yield url


async def asked(client: Client, event: dict[str, Any], values: list[Any], sent: Any = None) -> str:
    """All that comes back on an event, as text.

    Args:
        sent: the event's own data, as a script of the page triggers it with.
    """
    question = {
        **{"data": values, "fn_index": event["id"], "session_hash": client.session},
        "event_data": sent,
    }
    if not event["queue"]:
        return (await client.http.post("/gradio_api/run/predict", json=question)).text
    await client.http.post("/gradio_api/queue/join", json=question)
    session, found = {"session_hash": client.session}, []
    async with client.http.stream("GET", "/gradio_api/queue/data", params=session) as response:
        async for line in response.aiter_lines():
            found.append(line)
            if '"process_completed"' in line or '"unexpected_error"' in line:
                break
    return "\n".join(found)


def filled(value: Any, **names: str) -> Any:
    """A question with the placeholders replaced."""
    text = json.dumps(value)
    for placeholder, name in names.items():
        text = text.replace(f'"{placeholder}"', json.dumps(name))
    return json.loads(text)


async def everything(client: Client, name: str, weights: str) -> AsyncIterator[tuple[str, str]]:
    """Ask for a checkpoint and its run with all that a session can send.

    Yields:
        what was asked, and all that came back.
    """
    page, keys = client.page, {""}
    yield "config", (await client.http.get("/config")).text
    for event in page.events:
        if not event["backend_fn"]:
            continue
        for sent in sendings(page, event, name, client.token):
            answer = await asked(client, event, *sent)
            yield event["api_name"], answer
            keys |= set(re.findall(r'"key": ?"([0-9a-f]{16})"', answer))
    functions = {
        (number, function)
        for number, props in page.components.items()
        for function in props.get("server_fns") or ()
    }
    assert {function for _, function in functions} == SERVED.keys()
    [room] = [number for number, function in functions if function == "open_room"]
    opened = await served(client, room, "open_room", {})
    keys_of_room = {"CODE": opened["code"], "TEACHER": opened["teacher"], "TOKEN": client.token}
    for number, function in sorted(functions):
        for question in SERVED[function]:
            for key in keys if "KEY" in question.values() else {""}:
                names = {"NAME": name, "WEIGHTS": weights, "KEY": key, **keys_of_room}
                answer = await served(client, number, function, filled(question, **names))
                yield function, json.dumps(answer)


async def served(client: Client, number: int, function: str, question: Any) -> Any:
    """The answer of a component's server function."""
    body = {
        "session_hash": client.session,
        **{"component_id": number, "fn_name": function, "data": question},
    }
    return (await client.http.post("/gradio_api/component_server", json=body)).json()


def sendings(
    page: PageConfig, event: dict[str, Any], name: str, token: str
) -> Iterator[tuple[list[Any], Any]]:
    """Values and event data to send on an event, so that they name a checkpoint or run."""
    if not event["targets"]:
        yield filled(PROGRAMS[event["api_name"]], NAME=name), None
        return
    components = [page.components[number] for number in event["inputs"]]
    is_owned = bool(components) and components[-1].get("visible") is False
    kinds = {kind for _, kind in event["targets"]}
    for picked in (
        (name, None) if "Run" in [props.get("label") for props in components] else (name,)
    ):
        values = page.values(
            event, {**SMALL, "Checkpoint": name, "Run": picked}, token if is_owned else ""
        )
        sent = {"run": name} if kinds & {"arrive", "choose", "turn", "news", "use"} else None
        yield values, filled(TRIGGERED.get(event["api_name"], sent), NAME=name)


def opened(answer: str) -> str:
    """An answer, with the contents of the files that are in it as text."""
    texts = [answer]
    for data in re.findall(r'"data": ?"([A-Za-z0-9+/=]{40,})"', answer):
        file = base64.b64decode(data)
        texts.append(file.decode("latin-1"))
        if zipfile.is_zipfile(io.BytesIO(file)):
            with zipfile.ZipFile(io.BytesIO(file)) as bundle:
                texts += [bundle.read(part).decode("latin-1") for part in bundle.namelist()]
    return "\n".join(texts)


async def _visit(url: str, token: str, name: str, weights: str) -> list[tuple[str, str]]:
    cookies = {COOKIE: token} if token else {}
    async with httpx.AsyncClient(base_url=url, cookies=cookies, timeout=PATIENCE) as http:
        client = Client(http, await PageConfig.read(http), token=token or "c" * 32)
        await client.open()
        return [(what, opened(answer)) async for what, answer in everything(client, name, weights)]


def visit(url: str, token: str, folder: Path, name: str) -> list[tuple[str, str]]:
    """What a browser with a token gets of a checkpoint and its run; without one, a program."""
    weights = Checkpoints(folder, folder).info(name).fingerprint
    return finished(_visit(url, token, name, weights))


@pytest.mark.parametrize(
    ("token", "name"),
    [
        pytest.param(STRANGER, LENT, marks=pytest.mark.slow),
        pytest.param(STRANGER, HERS, marks=pytest.mark.slow),
        pytest.param("", LENT, marks=pytest.mark.slow),
        pytest.param("", HERS, marks=pytest.mark.slow),
    ],
)
def test_nobody_else_gets_a_word_of_it(folder: Path, url: str, token: str, name: str) -> None:
    text = RunSettings.load(folder / name).text
    assert text is not None
    secrets = (WORD, TITLE, text.digest, str(folder))
    for what, answer in visit(url, token, folder, name):
        for secret in secrets:
            assert secret not in answer, f"{what} gives {secret!r} away"
        assert f'"{HERS}"' not in answer, f"{what} tells of the model"


@pytest.mark.slow
def test_its_owner_gets_what_is_made_of_it(folder: Path, url: str) -> None:
    """Without this control the other test could pass because nothing was answered."""
    own = dict[str, str]()
    for what, answer in visit(url, OWNER, folder, HERS):
        own[what] = own.get(what, "") + answer
    with_word = {what for what, answer in own.items() if WORD in answer}
    assert len(with_word) >= 3  # the battery, its file, and the blind round
    assert "save" in with_word
    assert f'"{HERS}"' in own["others"]
    assert TITLE in own["others"]
    assert TITLE in own["use"]
    assert f'"{HERS}"' in own["sample"]
    assert '"written"' in own["write_on"]
    assert '"done"' in own["count_held"]


def test_what_is_not_offered_seems_not_to_exist(folder: Path) -> None:
    offered = Checkpoints(folder, folder).offered_to(lambda: STRANGER)
    runs = RunCatalog(folder).offered_to(lambda: STRANGER)
    assert offered.names() == [status.name for status in runs.list()] == [LENT]
    for ask in (offered.info, offered.load, offered.sampler):
        with pytest.raises(UserError, match="There is no checkpoint called 'hers'"):
            ask(HERS)
    for ask_run in (runs.status, runs.folder, runs.learned, lambda name: runs.history(name, 0)):
        with pytest.raises(UserError, match="There is no run called 'hers'"):
            ask_run(HERS)
    lent = offered.info(LENT)
    assert lent.corpus is None
    assert lent.is_private
    assert lent.reader == ""
    mine = Checkpoints(folder, folder).offered_to(lambda: OWNER).info(HERS)
    assert mine.corpus is not None
    assert mine.reader == OWNER
