"""What stands between the network and Gradio's routes: requests that Gradio can't handle get a
sentence, where it would log a traceback and answer "Internal Server Error"; the page itself is
compressed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from fastapi.exceptions import RequestValidationError
from gradio.brotli_middleware import BrotliMiddleware
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from charlstm.ui.components.contract import asked_strangely
from charlstm.ui.first_view import FirstView
from charlstm.ui.language import answering
from charlstm.ui.temperature.columns.question import Columns

_PACKAGE = Path(__file__).resolve().parents[1]
_WRAPPERS = {_PACKAGE / "ui" / name for name in ("gate.py", "first_view.py", "page.py")}
_LOG = logging.getLogger(__name__)


def gate_options(most: int, columns: Columns | None) -> dict[str, Any]:
    """Keyword arguments of the web application, for ``launch``'s ``app_kwargs``.

    Args:
        most: the largest body of a request, bytes; uploads have a limit of their own.
        columns: as for `FirstView`.
    """
    return {
        "middleware": [
            Middleware(Compression, quality=4),
            Middleware(Gate, most=most),
            Middleware(FirstView, columns=columns),
        ],
        "exception_handlers": {RequestValidationError: _malformed},
    }


def _malformed(_request: Request, _error: Exception) -> JSONResponse:
    # Not FastAPI's answer, which quotes what was sent: JSON can't hold half of a character.
    return _refusal(400)


def _refusal(status: int) -> JSONResponse:
    return JSONResponse({"detail": str(asked_strangely())}, status)


class Compression(BrotliMiddleware):
    """Compresses the page, whose components bring their scripts: 1.4 MB become a seventh. Gradio
    compresses only what has the address of a file."""

    # Gradio's class offers no public way to name what it compresses, only what it leaves out.
    # Starlette's `GZipMiddleware` compresses everything, but makes the page half as large again.
    def _is_compressible_file_type(self, scope: Scope) -> bool:
        return scope["path"] in ("/", "/config")


class Gate:
    """An ASGI middleware.

    Args:
        app: the application.
        most: as for `gate_options`.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with answering(scope):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def sending(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        if not scope["path"].rstrip("/").endswith("/upload"):
            if _length(scope) > self._most:
                return await _refusal(413)(scope, receive, send)
            receive = _bounded(receive, self._most)
        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            if any(map(_is_ours, _single(error))):
                raise
            _LOG.warning("%s %.100s: %.100r", scope["method"], scope["path"], error)
            if began:  # a stream that Gradio breaks off has said why
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                await _refusal(400)(scope, receive, send)


def _length(scope: Scope) -> int:
    given = dict(scope["headers"]).get(b"content-length", b"0")
    return int(given) if given.isdigit() else 0


def _bounded(receive: Receive, most: int) -> Receive:
    """The same body, which fails where it gets longer than its sender may make it."""
    length = 0

    async def receiving() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        if length > most:
            raise ValueError("the body is too long")
        return message

    return receiving


def _single(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _single(part)
    else:
        yield error


def _is_ours(error: BaseException) -> bool:
    """Whether an error passed through this project's code: then it is a fault, and is logged."""
    at: TracebackType | None = error.__traceback__
    while at is not None:
        file = Path(at.tb_frame.f_code.co_filename)
        if file.is_relative_to(_PACKAGE) and file not in _WRAPPERS:
            return True
        at = at.tb_next
    return False
