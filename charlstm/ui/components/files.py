"""A file that the server makes and the browser saves."""

from __future__ import annotations

import base64
from dataclasses import dataclass

TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "zip": "application/zip",
}
"""Kind of a file -> its media type."""


@dataclass(frozen=True)
class SavedFile:
    """What `saving.js` saves.

    Attributes:
        type: its media type.
        data: base64.
    """

    name: str
    type: str
    data: str


def saved_file(name: str, kind: str, data: bytes) -> SavedFile:
    """A file of a kind in `TYPES`; its name without the ending that says so."""
    return SavedFile(f"{name}.{kind}", TYPES[kind], base64.b64encode(data).decode("ascii"))
