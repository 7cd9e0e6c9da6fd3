"""The names of a checkpoint folder's files, and reading those that hold JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NoReturn, TypeVar

from pydantic import TypeAdapter

from charlstm.errors import UserError, user_error
from charlstm.text.decoding import is_whole, readable

CONFIG, WEIGHTS, VOCAB, CARD = "config.json", "model.safetensors", "vocab.json", "README.md"
SETTINGS, PULLED = "train.json", "pulled.json"
"""A run's settings; the Hub repository that a checkpoint was pulled from. Shipped checkpoints have
neither."""
HISTORY, RESUME, LOCK, OWN_TEXT = "history.jsonl", "resume.safetensors", "run.lock", "text.txt"
"""A run's other files, described in `charlstm.runs.runner`."""
SNAPSHOTS = "snapshots"
"""The folder, in a run's own, of its checkpoints of earlier steps, each named by its step."""
CELLS = "cells.json"
"""The units of a shipped checkpoint (`charlstm.experiments.cells.report`)."""
LEARNED = "learned.json"
"""The history of a shipped checkpoint's training (`charlstm.runs.shipped_history`)."""

T = TypeVar("T")

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
"""Valid names of checkpoint folders."""


def checkpoint_path(path: str | Path) -> Path:
    """The path of a checkpoint's folder.

    Raises:
        UserError: it holds bytes that are no characters: safetensors opens no file in such a one.
    """
    if not is_whole(str(path)):
        raise user_error("checkpoints.folder_name", folder=repr(readable(str(path))))
    return Path(path)


def checked_json(path: Path, adapter: TypeAdapter[T], most: int, unreadable: UserError) -> T:
    """The value in a JSON file of a checkpoint that may be untrusted.

    Args:
        adapter: of the value's dataclass; nothing is converted into what it asks for.
        most: bytes.
        unreadable: the error to raise.

    Raises:
        UserError: the file can't be read, is longer, or holds another value.
    """
    try:
        if path.stat().st_size > most:
            raise ValueError("too long")
        data = path.read_bytes()
        json.loads(data, parse_constant=_refuse)  # pydantic takes NaN and Infinity
        return adapter.validate_json(data, strict=True)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, UserError) as error:
        raise unreadable from error


def is_file(path: Path) -> bool:
    """Whether there is a file that this program may look at."""
    try:
        return path.is_file()
    except OSError:
        return False


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
