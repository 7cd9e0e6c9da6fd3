"""What the files of a checkpoint folder are called, and how one takes another's place."""

from __future__ import annotations

import os
import re
from pathlib import Path

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


def replace_file(new: Path, old: Path) -> None:
    """Put a finished file in another's place: flushed to disk first, then renamed."""
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    new.replace(old)
