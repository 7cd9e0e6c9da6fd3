"""Whose a run is, and who may use its model and read its text.

The browser that starts a run keeps a token; the run's folder keeps the token's hash, and below it
`SHARED` if everybody may use the model. A model gives away much of its text: its vocabulary, and
whatever it repeats in what it writes. So a run on a private text is shared only if its owner said
so, and the text itself is read for its owner alone.

A run started on the command line has no such file: no browser owns it, and everybody may use its
model, since whoever started it put it into the folder that the page offers.

A *viewer* is the browser that asks: its token, "" if it sent none, or None for this program, which
may do everything.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import re
from collections.abc import Callable
from pathlib import Path
from typing import Self

from charlstm.checkpoints.title import called, given_title
from charlstm.errors import user_error
from charlstm.text.spec import CorpusSpec

OWNER = "owner.txt"
SHARED = "shared"

_TOKEN = re.compile(r"[0-9a-f]{32}")


def is_token(token: object) -> bool:
    """Whether a value is a browser's token: 32 hexadecimal digits."""
    return isinstance(token, str) and _TOKEN.fullmatch(token) is not None


def check_token(token: object) -> str:
    """Return a browser's token unchanged if it is one.

    Raises:
        UserError: it is not 32 hexadecimal digits.
    """
    if isinstance(token, str) and is_token(token):
        return token
    raise user_error("checkpoints.nobody")


def claim(folder: Path, token: str, *, shared: bool) -> None:
    """Make a token the owner of the run in a folder.

    Args:
        shared: whether everybody may use its model.

    Raises:
        OSError: the folder can't be written.
    """
    lines = [_hash(token), *([SHARED] if shared else [])]
    (folder / OWNER).write_text("\n".join(lines), encoding="ascii")


def owns(folder: Path, viewer: str | None) -> bool:
    """Whether a viewer owns the run in a folder."""
    if viewer is None:
        return True
    kept = _lines(folder)
    return kept is not None and hmac.compare_digest(kept[0], _hash(viewer).encode("ascii"))


def may_use(folder: Path, viewer: str | None) -> bool:
    """Whether a viewer may watch the run in a folder, and use its model."""
    kept = _lines(folder)
    return kept is None or SHARED.encode("ascii") in kept[1:] or owns(folder, viewer)


def may_read(folder: Path, text: CorpusSpec, viewer: str | None) -> bool:
    """Whether a viewer may read the text that the run in a folder trains on."""
    return text.is_public or owns(folder, viewer)


def check_owner(folder: Path, viewer: str | None) -> None:
    """Refuse a browser that does not own the run in a folder.

    Raises:
        UserError: the viewer does not own it.
    """
    if not owns(folder, viewer):
        run = called(folder.name, given_title(folder))
        raise user_error("checkpoints.not_owned", run=run)


class Offered:
    """Checkpoints or runs as far as a viewer may use them: all others seem not to exist. The first
    viewer is this program."""

    _viewer: Callable[[], str | None] = staticmethod(lambda: None)

    def offered_to(self, viewer: Callable[[], str | None]) -> Self:
        """The same ones, for another viewer.

        Args:
            viewer: returns the viewer at the moment of a call.
        """
        offered = copy.copy(self)
        offered._viewer = viewer
        return offered


def _lines(folder: Path) -> list[bytes] | None:
    """The lines of the file; None if there is none, an empty line if it can't be read."""
    path = folder / OWNER
    try:
        return path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    except OSError:
        return [b""]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
