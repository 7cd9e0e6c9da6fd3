"""Files and folders that appear whole: written aside, flushed to disk, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def replacing(folder: Path, *names: str) -> Iterator[Path]:
    """An empty folder to write ``names`` into; at the end they take their places in ``folder``.

    They do so one by one, in the order given, each in one stroke: a reader sees the old file or the
    new one. Where the block raises, none does, and nothing is left behind. A name may also be that
    of a folder, if nothing stands in its place.

    Raises:
        OSError: the folder can't be written; what stood there before still stands.

    Example:
        >>> with replacing(Path("run"), "card.md") as aside:  # doctest: +SKIP
        ...     (aside / "card.md").write_text("# A model")
    """
    with TemporaryDirectory(dir=folder, prefix=".saving-") as aside:
        yield Path(aside)
        for name in names:
            new = Path(aside) / name
            for path in new.rglob("*") if new.is_dir() else [new]:
                if path.is_file():
                    _flush(path)
            new.replace(folder / name)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
