"""The folders that this project writes into.

``CHARLSTM_HOME`` names one folder for all of them: ``checkpoints`` (runs, each with its own text,
and pulled checkpoints), ``cache`` (encoded texts, and the caches of libraries) and ``rooms``.
Without it, checkpoints go to the project's own ``checkpoints``, caches to the user's
(``$XDG_CACHE_HOME/charlstm``, else ``~/.cache/charlstm``), and rooms to ``rooms`` beside the runs.
``CHARLSTM_CHECKPOINTS`` names the folder of checkpoints alone, and precedes ``CHARLSTM_HOME``.

A temporary folder takes the place of a usual folder that can't be written, and of a cache that
can't; `remarks` says so. A folder of checkpoints that somebody named is never replaced: the runs in
it would disappear from the list.
"""

from __future__ import annotations

import functools
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from charlstm.environment import variable

SHIPPED = Path(__file__).resolve().parents[1] / "checkpoints"
"""The folder of the project's own checkpoints."""

_REMEDY = "Set CHARLSTM_HOME to a folder that can be written."


def checkpoints_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of runs and pulled checkpoints; `SHIPPED` as a relative path if the working folder
    is above it."""
    if named := _named_checkpoints(environment):
        return named
    if not _is_writable(SHIPPED):
        return _temporary_folder() / "checkpoints"
    here = Path.cwd()
    return SHIPPED.relative_to(here) if SHIPPED.is_relative_to(here) else SHIPPED


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of what can be computed or fetched again: encoded texts, libraries' caches."""
    usual = _usual_cache(environment)
    if usual is None or not _is_writable(usual):
        return _temporary_folder() / "cache"
    return usual


def rooms_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of rooms, which need not exist yet."""
    home = variable("CHARLSTM_HOME", environment)
    return Path(home) / "rooms" if home else checkpoints_folder(environment) / "rooms"


def library_folders(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables by which libraries are told where to write, for those that are unset; none if
    ``CHARLSTM_HOME`` is unset and the user's own cache can be written.

    The libraries read them when they are imported.
    """
    usual = _usual_cache({**environment, "CHARLSTM_HOME": ""})
    if not variable("CHARLSTM_HOME", environment) and usual is not None and _is_writable(usual):
        return {}
    cache = cache_folder(environment)
    folders = {
        "HF_HOME": cache / "huggingface",
        "MPLCONFIGDIR": cache / "matplotlib",
        "GRADIO_TEMP_DIR": cache / "uploads",
    }
    return {
        name: str(folder) for name, folder in folders.items() if not variable(name, environment)
    }


def is_lasting(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether runs are kept where they were meant to be, and not in a temporary folder."""
    return _named_checkpoints(environment) is not None or _is_writable(SHIPPED)


def remarks(environment: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence, with its remedy, on each folder that can't be written, for whoever starts the
    program; the sentences have paths of this machine."""
    found = []
    named = _named_checkpoints(environment)
    if named is not None and not _is_writable(named):
        found.append(f"The folder {str(named)!r} can't be written: no run can start. {_REMEDY}")
    elif not is_lasting(environment):
        found.append(
            f"The folder {str(SHIPPED)!r} can't be written: runs are kept in "
            f"{str(checkpoints_folder(environment))!r}, which may not outlast this machine's next "
            f"start. {_REMEDY}"
        )
    usual = _usual_cache(environment)
    if usual is None or not _is_writable(usual):
        why = "There is no home folder" if usual is None else f"{str(usual)!r} can't be written"
        found.append(
            f"{why}: encoded texts are kept in {str(cache_folder(environment))!r}. {_REMEDY}"
        )
    return found


def _named_checkpoints(environment: Mapping[str, str]) -> Path | None:
    if named := variable("CHARLSTM_CHECKPOINTS", environment):
        return Path(named)
    home = variable("CHARLSTM_HOME", environment)
    return Path(home) / "checkpoints" if home else None


def _usual_cache(environment: Mapping[str, str]) -> Path | None:
    if home := variable("CHARLSTM_HOME", environment):
        return Path(home) / "cache"
    if caches := variable("XDG_CACHE_HOME", environment):
        return Path(caches) / "charlstm"
    try:
        return Path.home() / ".cache" / "charlstm"
    except RuntimeError:  # neither HOME nor an entry in the list of users
        return None


def _is_writable(folder: Path) -> bool:
    """Whether a folder, which is made if need be, can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


@functools.cache
def _temporary_folder() -> Path:
    """This user's folder below the system's temporary one: the same one after a restart of the
    program, unless another user has made one of that name."""
    if not hasattr(os, "getuid"):  # Windows, where the temporary folder is the user's own
        return Path(tempfile.gettempdir()) / "charlstm"
    folder = Path(tempfile.gettempdir()) / f"charlstm-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return Path(tempfile.mkdtemp(prefix="charlstm-"))
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if ours and not found.st_mode & 0o077:
        return folder
    return Path(tempfile.mkdtemp(prefix="charlstm-"))
