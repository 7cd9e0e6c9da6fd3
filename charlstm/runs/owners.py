"""Whose a run is: a browser keeps a token, and the run's folder that token's hash.

A run of the command line has no such file and belongs to nobody's browser.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

from charlstm.errors import UserError

OWNER = "owner.txt"

_TOKEN = re.compile(r"[0-9a-f]{32}")


def check_token(token: object) -> str:
    """The token, unchanged; what a browser sends may be anything.

    Raises:
        UserError: it is no token.
    """
    if isinstance(token, str) and _TOKEN.fullmatch(token):
        return token
    raise UserError("This browser did not say who it is.", "Reload the page.")


def claim(folder: Path, token: str) -> None:
    """Make the run in a folder this token's.

    Raises:
        OSError: the folder can't be written.
    """
    (folder / OWNER).write_text(_hash(token), encoding="ascii")


def owns(folder: Path, token: str | None) -> bool:
    """Whether the run in a folder is this token's; None is this program itself, and owns all."""
    if token is None:
        return True
    try:
        kept = (folder / OWNER).read_bytes()
    except OSError:
        return False
    return hmac.compare_digest(kept, _hash(token).encode("ascii"))


def check_owner(folder: Path, token: str | None) -> None:
    """Let nobody else's browser pass.

    Raises:
        UserError: the run in the folder is not this token's.
    """
    if not owns(folder, token):
        raise UserError(
            f"The run {folder.name!r} was not started in this browser.",
            "You can watch it; where it was started it can be stopped and resumed.",
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
