"""Copies of runs on a disk that outlasts the machine, as the storage that a Space mounts.

Such storage has no locks and may not rename; a file in it is safe once it is closed. So runs train
on the machine's own disk, and each save is copied as one new file, a zip archive, before the one
before it is removed. An archive that was still being written when the machine ended fails zip's own
checks, and the one before it counts.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from charlstm.checkpoints.files import HISTORY, LOCK, NAME, RESUME, SETTINGS, WEIGHTS
from charlstm.errors import user_error
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.process import LOG
from charlstm.runs.status import TRAINS

_KEPT = 2  # archives of a run
_LOOK_SECONDS = 1.0
_REST = 4  # times as long as a copy took, at least, until the next one


class Archive:
    """Archives of runs below a folder: ``NAME/000001.zip`` and so on.

    Args:
        mount: the folder.
    """

    def __init__(self, mount: Path) -> None:
        self._mount = mount

    def put(self, run: Path) -> None:
        """Copy a run's folder, while its process may be writing it.

        Raises:
            OSError: the mount can't be written, or a file of the run was removed; the archives
                before it are unchanged.
        """
        folder = self._mount / run.name
        folder.mkdir(exist_ok=True)
        old = self._archives(folder)
        number = int(old[-1].stem) + 1 if old else 1
        with zipfile.ZipFile(folder / f"{number:06d}.zip", "x") as archive:
            for file in _files(run):
                archive.write(file, file.name)
        for archive_before in old[: -(_KEPT - 1)]:
            archive_before.unlink()

    def take_up(self, runs: Path) -> list[str]:
        """Restore the newest whole copy of each run that a folder of runs does not have.

        Args:
            runs: the folder that holds a folder for each run.

        Returns:
            the names of the runs that were restored.

        Raises:
            OSError: the folder of runs can't be written.
        """
        restored = []
        for folder in sorted(self._mount.iterdir()):
            if NAME.fullmatch(folder.name) and not (runs / folder.name).exists():
                for archive in reversed(self._archives(folder)):
                    if _restored(archive, runs / folder.name):
                        restored.append(folder.name)
                        break
        return restored

    def _archives(self, folder: Path) -> list[Path]:
        return sorted(path for path in folder.glob("*.zip") if path.stem.isdecimal())


def _files(run: Path) -> list[Path]:
    """A run's files in the order of copying. The settings first: they may be older than the state
    but not newer. The history after the state, which must not be ahead of it."""
    first = [run / name for name in (SETTINGS, RESUME, HISTORY)]
    others = [path for path in sorted(run.iterdir()) if path.name not in (LOCK, LOG)]
    files = [*first, *(path for path in others if path not in first)]
    return [path for path in files if path.is_file() and not path.name.startswith(".")]


def _restored(archive: Path, run: Path) -> bool:
    """Whether an archive was whole, and is now the folder of a run."""
    run.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            zipfile.ZipFile(archive) as saved,
            TemporaryDirectory(dir=run.parent, prefix=".taking-") as aside,
        ):
            if any(Path(name).name != name for name in saved.namelist()):
                return False
            saved.extractall(Path(aside) / run.name)  # checks each file's sum
            (Path(aside) / run.name).rename(run)
    except (zipfile.BadZipFile, EOFError):
        return False
    return True


@contextmanager
def archiving(runs: RunCatalog, folder: Path, mount: Path) -> Iterator[None]:
    """Restore the runs of a mount that are not here; then copy each save to it while the block
    runs, and the last ones at its end.

    A save is copied as soon as the one before it has been, however slow the mount is. What can't be
    copied is reported on standard error, and tried again with the next save.

    Args:
        runs: the catalogue of ``folder``, which holds a folder for each run.

    Raises:
        UserError: the mount is not a folder, or ``folder`` can't be written.
    """
    archive = Archive(mount)
    try:
        for name in archive.take_up(folder):
            print(f"The run {name!r} was restored from {str(mount)!r}.", file=sys.stderr)
    except OSError as error:
        folder_named = repr(str(mount))
        raise user_error("runs.not_restored", folder=folder_named, reason=str(error)) from error
    over = threading.Event()
    copied: dict[str, object] = {}

    def look() -> None:
        for status in runs.list():
            run = runs.folder(status.name)
            save = _save_of(run, ended=status.state not in TRAINS)
            if save is not None and copied.get(status.name) != save:
                copied[status.name] = save
                try:
                    archive.put(run)
                except OSError as error:
                    print(f"The run {status.name!r} was not copied: {error}.", file=sys.stderr)

    def keep_looking() -> None:
        pause = _LOOK_SECONDS
        while not over.wait(pause):
            started = time.monotonic()
            look()
            pause = max(_LOOK_SECONDS, _REST * (time.monotonic() - started))

    thread = threading.Thread(target=keep_looking, name="archive", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        look()


def _save_of(run: Path, *, ended: bool) -> object:
    """What differs between two saves of a run; None if it was never saved."""
    with contextlib.suppress(FileNotFoundError):
        files = [run / RESUME, run / WEIGHTS]
        return ended, *((file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    return None
