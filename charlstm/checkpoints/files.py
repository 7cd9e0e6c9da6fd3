"""The names of a checkpoint folder's files, and the folders that hold checkpoints."""

from __future__ import annotations

import re
from pathlib import Path

from charlstm.environment import variable

CONFIG, WEIGHTS, VOCAB, CARD = "config.json", "model.safetensors", "vocab.json", "README.md"
SETTINGS, PULLED = "train.json", "pulled.json"
"""A run's settings; the Hub repository that a checkpoint was pulled from. Shipped checkpoints have
neither."""
HISTORY, RESUME, LOCK = "history.jsonl", "resume.safetensors", "run.lock"
"""A run's other files, described in `charlstm.runs.runner`."""
LEARNED = "learned.json"
"""The history of a shipped checkpoint's training (`charlstm.runs.shipped_history`)."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
"""Valid names of checkpoint folders."""

SHIPPED = Path(__file__).resolve().parents[2] / "checkpoints"
"""The folder of the project's own checkpoints."""


def checkpoints_folder() -> Path:
    """The folder of runs and pulled checkpoints: the one that ``CHARLSTM_CHECKPOINTS`` names, or
    `SHIPPED`, as a relative path if the working folder is above it."""
    named = variable("CHARLSTM_CHECKPOINTS")
    if named is not None:
        return Path(named)
    here = Path.cwd()
    return SHIPPED.relative_to(here) if SHIPPED.is_relative_to(here) else SHIPPED
