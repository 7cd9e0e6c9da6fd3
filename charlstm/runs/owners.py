"""The owner of a run: a browser keeps a token, the run's folder keeps the token's hash.

A run started on the command line has no such file and no browser owns it.
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
    """Return a browser's token unchanged if it is one.

    Raises:
        UserError: it is not 32 hexadecimal digits.
    """
    if isinstance(token, str) and _TOKEN.fullmatch(token):
        return token
    raise UserError("This browser did not say who it is.", "Reload the page.")


def claim(folder: Path, token: str) -> None:
    """Make a token the owner of the run in a folder.

    Raises:
        OSError: the folder can't be written.
    """
    (folder / OWNER).write_text(_hash(token), encoding="ascii")


def owns(folder: Path, token: str | None) -> bool:
    """Whether a token owns the run in a folder; None stands for this program, which owns every
    run."""
    if token is None:
        return True
    try:
        kept = (folder / OWNER).read_bytes()
    except OSError:
        return False
    return hmac.compare_digest(kept, _hash(token).encode("ascii"))


def check_owner(folder: Path, token: str | None) -> None:
    """Refuse a browser that does not own the run in a folder.

    Raises:
        UserError: the token does not own it.
    """
    if not owns(folder, token):
        raise UserError(
            f"The run {folder.name!r} was not started in this browser.",
            "You can watch it; only the browser that started it can stop or resume it.",
        )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
