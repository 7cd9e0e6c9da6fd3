"""The language that sentences are made in.

It is English for the command line, files and logs; the page (`charlstm.ui.language`) says which one
the visitor reads whose request is being handled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español", "zh": "中文"}
"""The languages by their code, each called as it calls itself."""

ENGLISH = next(iter(LANGUAGES))
"""The language that every text is first written in."""

_SPOKEN: ContextVar[str | None] = ContextVar("spoken", default=None)
_READERS: list[Callable[[], str]] = []


def language() -> str:
    """The code of the language that sentences are made in here and now."""
    return _SPOKEN.get() or (_READERS[-1]() if _READERS else ENGLISH)


def follow(reader: Callable[[], str]) -> None:
    """Have a function say the language from now on, wherever no block of `speaking` does."""
    _READERS[:] = [reader]


@contextmanager
def speaking(spoken: str) -> Iterator[None]:
    """Use a language for the length of the block."""
    token = _SPOKEN.set(spoken)
    try:
        yield
    finally:
        _SPOKEN.reset(token)
