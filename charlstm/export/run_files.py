"""What a run leaves to take away: its history as a table, its checkpoint as one file."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from charlstm.checkpoints.files import CARD, CONFIG, HISTORY, LEARNED, VOCAB, WEIGHTS
from charlstm.errors import UserError
from charlstm.runs.record import HistoryRecord, ScoringRecord

COLUMNS = (
    "run",
    "kind",
    "step",
    "seconds",
    "characters",
    "loss",
    "learning_rate",
    "gradient_norm",
    "nats",
    "characters_scored",
    "temperature",
    "sample",
    "reason",
    "message",
)
"""Of the table: the run's name, then the names that a history uses. Losses are in nats."""
ZIPPED = (CONFIG, WEIGHTS, VOCAB, CARD, HISTORY, LEARNED)


def history_csv(histories: Mapping[str, Sequence[HistoryRecord]]) -> str:
    """Every record of some runs, a row each, but for those of how far the last score had come; what
    a record does not have stays empty.

    Args:
        histories: records by the name of their run.
    """
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    table.writeheader()
    for name, records in histories.items():
        table.writerows(
            {"run": name, **asdict(record)}
            for record in records
            if not isinstance(record, ScoringRecord)
        )
    return text.getvalue()


def checkpoint_zip(folder: Path) -> bytes:
    """A checkpoint folder as a zip file, with its history where there is one; nothing else of it.

    Raises:
        UserError: no checkpoint was saved there yet.
    """
    if not all((folder / name).is_file() for name in (CONFIG, WEIGHTS, VOCAB)):
        raise UserError(
            f"The run {folder.name!r} has not saved a checkpoint yet.",
            "It saves about every ten seconds while it trains.",
        )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in ZIPPED:
            path = folder / name
            if path.is_file():
                # Weights are noise to a compressor.
                how = zipfile.ZIP_STORED if name == WEIGHTS else zipfile.ZIP_DEFLATED
                bundle.writestr(f"{folder.name}/{name}", path.read_bytes(), how)
    return file.getvalue()
