"""Appends a run's records to its history."""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from charlstm.runs.record import HistoryRecord, line_of

FLUSH_SECONDS = 0.25


class HistoryWriter(AbstractContextManager["HistoryWriter"]):
    """A history that grows at its end.

    Steps become visible to readers within `FLUSH_SECONDS`, all other records at once.

    Args:
        path: of the ``history.jsonl``, which is made if there is none.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._flushed = time.monotonic()

    def append(self, record: HistoryRecord) -> None:
        """Append a record."""
        self._file.write(line_of(record))
        if time.monotonic() - self._flushed > FLUSH_SECONDS or record.kind != "step":
            self._file.flush()
            self._flushed = time.monotonic()

    def flush_to_disk(self) -> None:
        """Return when all records lie on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    @property
    def size(self) -> int:
        """Bytes of the records that readers see."""
        return os.fstat(self._file.fileno()).st_size

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()
