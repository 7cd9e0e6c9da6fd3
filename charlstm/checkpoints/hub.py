"""Pull checkpoints from the Hugging Face Hub, and push them there, by id.

Only JSON, safetensors and the card are transferred: a repository's other files are ignored, and
weights that are only there as a pickle are refused. File sizes are checked before anything is
fetched, and the configuration before the weights are. Files are downloaded into hidden folders
beside the target, which is created only when all of them have arrived and been loaded once.

Authorization is `huggingface_hub`'s login (``hf auth login``, or ``HF_TOKEN``). No token is an
argument, so that none ends up in a shell's history or in a list of processes. The page offers
neither command, since a visitor would read and write with the rights of this machine's owner.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import CommitOperationAdd, HfApi, get_token
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)
from huggingface_hub.hf_api import RepoSibling

# Public and documented, and yet not marked as exported.
from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

from charlstm.atomic import replacing
from charlstm.checkpoints.checkpoint import load_checkpoint, parameter_count, read_config
from charlstm.checkpoints.files import CARD, CELLS, CONFIG, LEARNED, PULLED, VOCAB, WEIGHTS
from charlstm.errors import UserError, user_error
from charlstm.texts import text

LARGEST = {
    CONFIG: 65_536,
    VOCAB: 4_000_000,
    CARD: 262_144,
    LEARNED: 4_000_000,
    CELLS: 1_000_000,
    WEIGHTS: 1_000_000_000,
}
"""The files that are transferred, in this order, and the most bytes accepted of each."""
NEEDED = (CONFIG, VOCAB, WEIGHTS)
"""The files that every checkpoint has."""

_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_FEWEST_BYTES, _MOST_BYTES = 2, 8  # of a parameter: float16 and float64
_HEADER = 1_000_000  # bytes, more than the header of a safetensors file takes


def pull(repo_id: str, folder: Path) -> Path:
    """Fetch a checkpoint from the Hub, as its main branch has it.

    Args:
        repo_id: "owner/name".
        folder: the folder to create; nothing of that name may exist.

    Returns:
        ``folder``; its ``pulled.json`` names the repository and the commit.

    Raises:
        UserError: it can't be fetched, or it is no usable checkpoint; no file is left behind.
    """
    _check_id(repo_id)
    api = HfApi()
    try:
        if folder.exists():
            raise user_error("checkpoints.hub.taken", folder=repr(str(folder)))
        info = api.model_info(repo_id, files_metadata=True)
        files = _checked_files(repo_id, info.siblings or [])
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=folder.parent, prefix=".pulling-") as arriving,
            replacing(folder.parent, folder.name) as aside,
        ):
            whole = aside / folder.name
            whole.mkdir()
            for name, file in files.items():
                if name == WEIGHTS:  # fetched last, so the configuration has arrived
                    _check_config(whole, file.size)
                arrived = api.hf_hub_download(repo_id, name, revision=info.sha, local_dir=arriving)
                _check_arrived(repo_id, Path(arrived), file)
                Path(arrived).replace(whole / name)
            load_checkpoint(whole)
            origin = {"repository": repo_id, "revision": info.sha}
            (whole / PULLED).write_text(json.dumps(origin, indent=1), encoding="utf-8")
    except UserError:
        raise
    except Exception as error:  # the client raises what its several back ends raise
        raise _in_words(repo_id, error, folder) from error
    return folder


def push(folder: Path, repo_id: str, *, public: bool = False) -> str:
    """Send a checkpoint and its card to the Hub, as one commit.

    The folder's other files are not sent: a run's settings may hold paths of this machine.

    Args:
        folder: of the checkpoint.
        repo_id: "owner/name"; the repository is created if it does not exist.
        public: whether a new repository is public. By default it is private, since a model can
            repeat passages of its text. An existing repository's visibility is not changed.

    Returns:
        the URL of the commit.

    Raises:
        UserError: it is no usable checkpoint, it has no card, or the Hub refuses it.
    """
    _check_id(repo_id)
    load_checkpoint(folder)
    if not (folder / CARD).is_file():
        raise user_error("checkpoints.hub.no_card", checkpoint=repr(folder.name), file=CARD)
    api = HfApi()
    try:
        if get_token() is None:
            raise user_error("checkpoints.hub.no_login")
        api.create_repo(repo_id, private=not public, exist_ok=True)
        commit = api.create_commit(
            repo_id,
            [
                CommitOperationAdd(name, folder / name)
                for name in LARGEST
                if (folder / name).is_file()
            ],
            commit_message=f"Checkpoint {folder.name}",
        )
    except UserError:
        raise
    except Exception as error:  # as for `pull`
        if str(error).startswith("Invalid metadata in README.md"):
            why = " ".join(str(error).split())[:500]
            raise user_error("checkpoints.hub.bad_card", why=why, file=CARD) from error
        raise _in_words(repo_id, error, folder) from error
    return commit.commit_url


def _check_id(repo_id: str) -> None:
    try:
        validate_repo_id(repo_id)  # the Hub's own rules, such as the length limit
        known = _ID.fullmatch(repo_id)
    except HFValidationError:
        known = None
    if not known:
        raise user_error("checkpoints.hub.no_id", id=repr(repo_id[:100]))


@dataclass(frozen=True)
class _HubFile:
    """The Hub's metadata of a file.

    Attributes:
        size: in bytes.
        sha256: in hex digits; None for a file that is not in large-file storage.
    """

    size: int
    sha256: str | None


def _checked_files(repo_id: str, listed: list[RepoSibling]) -> dict[str, _HubFile]:
    """The files to fetch of a repository's listed ones, by name, in the order of `LARGEST`.

    Raises:
        UserError: a needed file is missing, or one is too large.
    """
    files = {file.rfilename: file for file in listed}
    if WEIGHTS not in files and any(name.endswith(_PICKLES) for name in files):
        raise user_error("checkpoints.hub.pickle", id=repr(repo_id), file=WEIGHTS)
    for name in NEEDED:
        if name not in files:
            raise user_error("checkpoints.hub.other", id=repr(repo_id), file=name)
    checked = {}
    for name in LARGEST:
        if name not in files:
            continue
        file = files[name]
        if file.size is None or file.size > LARGEST[name]:
            unknown = text("checkpoints.hub.unknown_size")
            size = unknown if file.size is None else _bytes(file.size)
            raise user_error(
                "checkpoints.hub.large", file=name, id=repr(repo_id), size=size, most=LARGEST[name]
            )
        checked[name] = _HubFile(file.size, None if file.lfs is None else file.lfs.sha256)
    return checked


def _check_config(folder: Path, weights_size: int) -> None:
    """Check that the size of the weights, in bytes, is plausible for the configuration."""
    numbers = parameter_count(read_config(folder))
    if not _FEWEST_BYTES * numbers <= weights_size <= _MOST_BYTES * numbers + _HEADER:
        raise user_error(
            "checkpoints.hub.sizes",
            config=CONFIG,
            parameters=numbers,
            weights=WEIGHTS,
            size=_bytes(weights_size),
        )


def _check_arrived(repo_id: str, path: Path, file: _HubFile) -> None:
    """Check a file's size and SHA-256 against the Hub's metadata."""
    whole = path.stat().st_size == file.size
    if whole and file.sha256 is not None:
        with path.open("rb") as arrived:
            whole = hashlib.file_digest(arrived, "sha256").hexdigest() == file.sha256
    if not whole:
        raise _not_whole(repo_id)


def _not_whole(repo_id: str) -> UserError:
    return user_error("checkpoints.hub.not_whole", id=repr(repo_id))


def _bytes(size: int) -> str:
    return text("checkpoints.hub.bytes", n=size)


def _in_words(repo_id: str, error: BaseException, folder: Path) -> UserError:
    """The `UserError` for an error of the Hub's client, the network or the disk."""
    while isinstance(error, LocalEntryNotFoundError | RuntimeError) and error.__cause__:
        error = error.__cause__  # the client wraps any failure with one file in these
    match error:
        case GatedRepoError():
            return user_error("checkpoints.hub.gated", id=repr(repo_id))
        case RepositoryNotFoundError():
            return user_error("checkpoints.hub.missing", id=repr(repo_id))
        case HfHubHTTPError() if error.response.status_code in (401, 403):
            return user_error("checkpoints.hub.refused", status=error.response.status_code)
        case HfHubHTTPError():
            return user_error("checkpoints.hub.status", status=error.response.status_code)
        case OSError() if error.errno is not None and not isinstance(error, ConnectionError):
            reason = str(error.strerror)
            return user_error("checkpoints.hub.disk", folder=repr(str(folder)), reason=reason)
        case OSError() if "Consistency check failed" in str(error):
            return _not_whole(repo_id)
    return user_error("checkpoints.hub.unreachable", reason=type(error).__name__)
