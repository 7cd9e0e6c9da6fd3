"""Who asks: the browser whose event or call is being handled.

A browser has one token, however many tabs it has (``components/owner.js``), and sends it with every
request in a cookie. A browser that refuses cookies, as in a frame of another site, sends none, and
neither does a program: it is nobody, and may use what everybody may use.
"""

from __future__ import annotations

import ipaddress

import gradio as gr
from gradio.context import LocalContext
from starlette.requests import Request

from charlstm.checkpoints.owners import is_token
from charlstm.environment import variable
from charlstm.model.jobs import Asker

COOKIE = "charlstm-owner"
"""The name of the cookie, as in owner.js."""


def visitor() -> str:
    """The browser's token, a viewer of `charlstm.checkpoints.owners`; "" if it sent none, and
    outside of all events."""
    request = LocalContext.request.get(None)
    token = "" if request is None else request.cookies.get(COOKIE)
    return token if isinstance(token, str) and is_token(token) else ""


def asker(*, urgent: bool = False) -> Asker:
    """The browser as the sampling engine counts it, which shares its steps evenly among browsers.

    Of those that send no token each tab counts, and each session of a program.

    Args:
        urgent: whether the person watches the text being written.
    """
    session = getattr(LocalContext.request.get(None), "session_hash", None)
    return Asker(visitor() or session or "", urgent)


def person_of(request: Request, session: str) -> str:
    """The browser that sent a request, as `asker` counts it."""
    return request.cookies.get(COOKIE) or session


def address() -> str:
    """The network address of the event or call that is being handled; "" outside of all."""
    request = LocalContext.request.get(None)
    return "" if request is None else address_of(request)


def address_of(request: Request | gr.Request) -> str:
    """The network address that a request came from.

    In a Space every request comes from the Hub's proxy, which appends the address of the one who
    asked it to a header; what stands before it is what the visitor claims. Elsewhere the header may
    be made up. (Behind another proxy, uvicorn's ``FORWARDED_ALLOW_IPS`` names who may send it.)
    """
    if variable("SPACE_ID"):
        for part in reversed(request.headers.get("x-forwarded-for", "").split(",")):
            if _is_public(part.strip()):
                return part.strip()
    return request.client.host if request.client else ""


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
