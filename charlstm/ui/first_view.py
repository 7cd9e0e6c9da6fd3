"""What a visitor reads while the browser builds the page: its title and the texts that it opens
with, where the page will have them.

Gradio's scripts build the page from a description of 1.4 MB, and for a second or more nothing would
be there. So the HTML that brings the description has the texts too. They cover the page until
``columns.js`` has drawn the same ones.
"""

from __future__ import annotations

from functools import cache
from html import escape
from string import Template
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from charlstm.export.palette import TEMPERATURES
from charlstm.language import language
from charlstm.ui.components.component import source
from charlstm.ui.style.theme import Mode, variables_of
from charlstm.ui.temperature.columns.question import Columns
from charlstm.ui.texts import filled_template

_BEFORE = b"<gradio-app"  # in Gradio's template
_PLAIN = {"lang", "__theme", "__sign", "logs"}  # settings of the page, of Gradio and of a Space
_SCHEMES: tuple[Mode, ...] = ("light", "dark")


class FirstView:
    """An ASGI middleware that adds the first view to the page's HTML.

    A link with settings may open with other texts, or in another tab, and gets none.

    Args:
        app: the application.
        columns: what the columns hold when the page opens; without texts there is no first view.
    """

    def __init__(self, app: ASGIApp, columns: Columns | None) -> None:
        self._app = app
        self._columns = columns if columns and columns.phase == "written" else None
        self._view = cache(self._made)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        page = scope["type"] == "http" and scope["method"] == "GET" and scope["path"] == "/"
        query = parse_qs(scope["query_string"].decode("latin-1")) if page else {}
        if self._columns is None or not page or query.keys() - _PLAIN:
            await self._app(scope, receive, send)
            return
        theme = query.get("__theme", [""])[0]
        view = self._view(language(), theme if theme in _SCHEMES else None)
        start: Message = {}
        body = b""

        async def sending(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            body = body.replace(_BEFORE, view + _BEFORE, 1)
            headers = [each for each in start["headers"] if each[0] != b"content-length"]
            headers.append((b"content-length", str(len(body)).encode()))
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, sending)

    def _made(self, _language: str, theme: str | None) -> bytes:
        assert self._columns
        light, dark = (variables_of("#first-view", mode) for mode in _SCHEMES)
        follows = f"{light} @media (prefers-color-scheme: dark) {{ {dark} }}"
        colours = {"light": light, "dark": dark, None: follows}[theme]
        seed = escape(self._columns.seed)
        columns = [
            f'<section><h2 style="color: var(--{TEMPERATURES[each.temperature]})">'
            f"T {each.temperature}</h2><pre><span>{seed}</span>{escape(each.text)}</pre></section>"
            for each in self._columns.columns
        ]
        template = Template(filled_template(source("first_view.html")))
        view = template.substitute(colours=colours, seed=seed, columns="".join(columns))
        return view.encode()
