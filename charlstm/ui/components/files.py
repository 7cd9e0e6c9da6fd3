"""Files that the server creates and the browser saves."""

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
"""File name ending -> media type."""


@dataclass(frozen=True)
class SavedFile:
    """A file that `saving.js` saves.

    Attributes:
        name: with its ending.
        type: media type.
        data: the content in base64.
    """

    name: str
    type: str
    data: str


def saved_file(name: str, kind: str, data: bytes) -> SavedFile:
    """Make a `SavedFile`.

    Args:
        name: without its ending.
        kind: the ending, a key of `TYPES`.
        data: the content.
    """
    return SavedFile(f"{name}.{kind}", TYPES[kind], base64.b64encode(data).decode("ascii"))
