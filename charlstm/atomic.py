"""Atomic replacement of files and folders: written aside, flushed to disk, then renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_PREFIX = ".saving-"


@contextmanager
def replacing(folder: Path, *names: str) -> Iterator[Path]:
    """Yield an empty folder to write ``names`` into; at the end of the block they are moved to
    ``folder``.

    They are moved one by one, in the order of ``names``, each by an atomic rename: a reader sees
    the old file or the new one, never a part of it. If the block raises, nothing is moved and the
    new files are deleted. A name may also be that of a folder, if ``folder`` has none of that name.

    Raises:
        OSError: ``folder`` can't be written; files not moved by then are as before.

    Example:
        >>> with replacing(Path("run"), "card.md") as aside:  # doctest: +SKIP
        ...     (aside / "card.md").write_text("# A model")
    """
    with TemporaryDirectory(dir=folder, prefix=_PREFIX) as aside:
        yield Path(aside)
        for name in names:
            new = Path(aside) / name
            for path in new.rglob("*") if new.is_dir() else [new]:
                if path.is_file():
                    _flush(path)
            new.replace(folder / name)


def remove_leftovers(folder: Path) -> None:
    """Remove what processes that were killed in `replacing` left in a folder, which nobody else may
    be writing to."""
    for path in folder.glob(f"{_PREFIX}*"):
        shutil.rmtree(path, ignore_errors=True)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
