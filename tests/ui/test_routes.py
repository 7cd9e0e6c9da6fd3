"""Gradio's own routes answer whatever is sent to them with a sentence, and go on serving."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fixtures.doors import contents
from tests.fixtures.hostile import DEPTH
from tests.ui.conftest import TINY


@pytest.fixture
def complaints() -> Iterator[io.StringIO]:
    """What the page's server writes into its log while a test runs."""
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    loggers = [logging.getLogger(name) for name in ("uvicorn.error", "asyncio")]
    for logger in loggers:
        logger.addHandler(handler)
    with contextlib.redirect_stderr(log):
        yield log
    for logger in loggers:
        logger.removeHandler(handler)


def routes(config: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Routes of Gradio that a page or a program asks, each with a body that it could take."""
    event = {"data": [], "fn_index": 1, "session_hash": "s", "trigger_id": None}
    [status] = [c["id"] for c in config["components"] if c["props"].get("elem_id") == "run-status"]
    called = {"data": {}, "component_id": status, "session_hash": "s", "fn_name": "training"}
    return {
        "queue/join": event,
        "run/predict": event,
        "run/sample": {"data": []},
        "call/sample": {"data": []},
        "call/v2/sample": {"checkpoint": "tiny"},
        "call/v2/nothing": {},
        "component_server": called,
        "cancel": {"session_hash": "s", "fn_index": 1, "event_id": "e"},
        "reset": {"event_id": "e"},
    }


BAD = [None, "\ud800", 10**400, math.nan, -1, [], {}, [[]], "x" * 100_000, "__class__"]


def bodies(good: dict[str, Any]) -> Iterator[bytes]:
    """What no page sends to such a route."""
    yield from (b"", b"null", b"[]", b"{", b"\xff", b"[" * DEPTH, b"1" * 10_000)
    yield b'{"data": ' + b"[" * DEPTH + b"]" * DEPTH + b"}"
    for name in good:
        yield json.dumps({key: value for key, value in good.items() if key != name}).encode()
        for value in BAD:
            yield json.dumps(good | {name: value}).encode()
    yield json.dumps(good | {"extra": 1, "event_id": "x", "batched": True}).encode()


@pytest.mark.slow
def test_no_route_fails_without_a_word(
    page_url: str, complaints: io.StringIO, app_folders: Path
) -> None:
    """After each bad request an ordinary one gets its answer; after each route, a program's."""
    before = contents(app_folders)
    headers = {"content-type": "application/json"}
    with httpx.Client(base_url=f"{page_url}gradio_api/", timeout=60, headers=headers) as http:
        known = routes(http.get("../config").json())

        def served() -> str:
            return http.post("component_server", json=known["component_server"]).text

        def written() -> str:
            asked = {"data": [TINY, "a", [1.0], 5, 7, 1, 0, 1.0, 0.0]}
            event = http.post("call/sample", json=asked).json()["event_id"]
            return http.get(f"call/sample/{event}").text

        ordinary = served(), written()
        assert '"sentence"' in ordinary[0]
        assert "event: complete" in ordinary[1]
        for route, good in known.items():
            for body in bodies(good):
                answer = http.post(route, content=body)
                said = answer.text
                assert answer.status_code != 500 or json.loads(said)["error"], (route, body[:200])
                assert said not in ("", "Internal Server Error"), (route, body[:200])
                assert served() == ordinary[0], (route, body[:200])
            assert written() == ordinary[1], route
        for path in ("queue/data?session_hash=nobody", "call/sample/nothing", "heartbeat"):
            http.get(path)
    httpx.post(f"{page_url}gradio_api/component_server", files={"a": b"b"})
    assert complaints.getvalue().count("Traceback") == 0, complaints.getvalue()[-3000:]
    assert contents(app_folders) == before
