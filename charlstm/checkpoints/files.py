"""What the files of a checkpoint folder are called, and where such folders stand."""

from __future__ import annotations

import re
from pathlib import Path

from charlstm.environment import variable

CONFIG, WEIGHTS, VOCAB, CARD = "config.json", "model.safetensors", "vocab.json", "README.md"
SETTINGS, PULLED = "train.json", "pulled.json"
"""What a run keeps its settings in, and what says where on the Hub a checkpoint came from: what
ships has neither."""
HISTORY, RESUME, LOCK = "history.jsonl", "resume.safetensors", "run.lock"
"""A run's files beside the checkpoint's own; `charlstm.runs.runner` says what they are."""
LEARNED = "learned.json"
"""Beside a shipped checkpoint: how it learnt (`charlstm.runs.shipped_history`)."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
"""What a folder may be called."""

SHIPPED = Path(__file__).resolve().parents[2] / "checkpoints"
"""Where the project's own checkpoints stand."""


def checkpoints_folder() -> Path:
    """Where runs write and pulled checkpoints go: the folder that ``CHARLSTM_CHECKPOINTS`` names,
    or the project's own, by its short name where the working folder is above it."""
    named = variable("CHARLSTM_CHECKPOINTS")
    if named is not None:
        return Path(named)
    here = Path.cwd()
    return SHIPPED.relative_to(here) if SHIPPED.is_relative_to(here) else SHIPPED
