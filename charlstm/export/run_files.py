"""Downloads of a run: its history as a CSV table, its checkpoint as a zip file."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from charlstm.checkpoints.files import CARD, CELLS, CONFIG, HISTORY, LEARNED, NAME, VOCAB, WEIGHTS
from charlstm.checkpoints.title import file_name, given_title, in_folder
from charlstm.errors import user_error
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
"""Of the CSV table: the run's name, then the fields of the records. Losses are in nats."""
ZIPPED = (CONFIG, WEIGHTS, VOCAB, CARD, HISTORY, LEARNED, CELLS)


def history_csv(histories: Mapping[str, Sequence[HistoryRecord]]) -> str:
    """A CSV table with a row for each record of the runs but the scoring records. Fields that a
    record does not have stay empty.

    Args:
        histories: the records of each run, by what it is called in the table.
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
    """A checkpoint as a zip file, with the run's history if there is one.

    The folder in it has the run's title, if that is a valid name of a checkpoint's folder.

    Raises:
        UserError: the folder has no checkpoint yet.
    """
    if not all((folder / name).is_file() for name in (CONFIG, WEIGHTS, VOCAB)):
        raise user_error("export.no_checkpoint", run=in_folder(folder))
    titled = file_name(folder.name, given_title(folder))
    inside = titled if NAME.fullmatch(titled) else folder.name
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in ZIPPED:
            path = folder / name
            if path.is_file():
                # Weights do not compress.
                how = zipfile.ZIP_STORED if name == WEIGHTS else zipfile.ZIP_DEFLATED
                bundle.writestr(f"{inside}/{name}", path.read_bytes(), how)
    return file.getvalue()
