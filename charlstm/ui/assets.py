"""What runs in the browser lives in files of its own kind beside this one."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def asset(name: str) -> str:
    """The text of a ``.js`` or ``.css`` file of this folder."""
    return (_FOLDER / name).read_text(encoding="utf-8")
