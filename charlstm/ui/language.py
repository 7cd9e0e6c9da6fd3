"""The language that a visitor reads the page in.

A link names it (``lang=de``); otherwise it is the first of the browser's languages that the page
has. What the page asks the server later carries the address of the page, so that a sentence in an
answer is in the language of the page that it appears on. A program that names no language gets
English.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gradio.context import LocalContext
from starlette.requests import Request
from starlette.types import Scope

from charlstm.language import ENGLISH, LANGUAGES

_ARRIVED: ContextVar[str] = ContextVar("arrived", default=ENGLISH)


def visitors_language() -> str:
    """The language of the request that is being handled; English outside of all requests."""
    # An event's handler runs in a task of the queue, which some earlier request may have started.
    event = LocalContext.request.get(None)
    # Of a body with "batched" Gradio makes a list of requests, which no handler here takes.
    return _of_request(event) if hasattr(event, "headers") else _ARRIVED.get()


@contextmanager
def answering(scope: Scope) -> Iterator[None]:
    """Use the language of a request that has just arrived for the length of the block."""
    token = _ARRIVED.set(_of_request(Request(scope)))
    try:
        yield
    finally:
        _ARRIVED.reset(token)


def preferred(accepted: str) -> str:
    """The first language of a browser's list that the page has, else English.

    Args:
        accepted: an ``Accept-Language`` header, as ``de-CH,de;q=0.9,en;q=0.5`` (RFC 9110, 12.5.4).
    """
    weighed = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";")
        try:
            share = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            share = 0.0
        weighed.append((share, tag.strip().lower().partition("-")[0]))
    for share, code in sorted(weighed, key=lambda pair: -pair[0]):
        if share > 0 and code in LANGUAGES:
            return code
    return ENGLISH


def _of_request(request: Any) -> str:
    headers = request.headers
    for named in (request.query_params.get("lang"), _named_in(headers.get("referer", ""))):
        if named in LANGUAGES:
            return str(named)
    return preferred(headers.get("accept-language", ""))


def _named_in(address: str) -> str | None:
    try:
        return parse_qs(urlsplit(address).query).get("lang", [None])[0]
    except ValueError:  # no address at all
        return None
