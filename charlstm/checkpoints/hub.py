"""Checkpoints from and to the Hugging Face Hub, by id.

Only JSON, safetensors and the card travel: a repository's other files are neither read nor missed,
and weights that come as a pickle are refused. Sizes are looked at before anything is fetched, the
configuration before the weights are. What arrives stands in a hidden folder beside its place, and
takes its name only when all of it is there and has been loaded once.

Whose eyes and hands: `huggingface_hub`'s own login (``hf auth login``, or ``HF_TOKEN``). No token
is an argument here, so that none ends in a shell's history or in a list of processes. The page
offers neither command: a visitor would read and write as this machine's owner.
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
from charlstm.checkpoints.files import CARD, CONFIG, LEARNED, PULLED, VOCAB, WEIGHTS
from charlstm.errors import UserError

LARGEST = {
    CONFIG: 65_536,
    VOCAB: 4_000_000,
    CARD: 262_144,
    LEARNED: 4_000_000,
    WEIGHTS: 1_000_000_000,
}
"""What travels, in this order, and how many bytes of it are taken at most."""
NEEDED = (CONFIG, VOCAB, WEIGHTS)
"""What no checkpoint can do without."""

_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_FEWEST_BYTES, _MOST_BYTES = 2, 8  # of a number: float16 and float64
_HEADER = 1_000_000  # bytes that a safetensors file spends on names and shapes, and more
_LOGIN = "log in with `hf auth login`, or set HF_TOKEN"


def pull(repo_id: str, folder: Path) -> Path:
    """Fetch a checkpoint from the Hub, as its main branch has it.

    Args:
        repo_id: "owner/name".
        folder: where it is to stand; nothing may be there yet.

    Returns:
        ``folder``; its ``pulled.json`` says which commit it holds.

    Raises:
        UserError: it can't be had, or it is no checkpoint that can be used; nothing is left behind.
    """
    _check_id(repo_id)
    api = HfApi()
    try:
        if folder.exists():
            raise UserError(
                f"There is something at {str(folder)!r} already.",
                "Choose another place with --out, or move it away.",
            )
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
                if name == WEIGHTS:  # the last one: the configuration is there
                    _check_config(whole, file.size)
                arrived = api.hf_hub_download(repo_id, name, revision=info.sha, local_dir=arriving)
                _check_arrived(repo_id, Path(arrived), file)
                Path(arrived).replace(whole / name)
            load_checkpoint(whole)
            said = {"repository": repo_id, "revision": info.sha}
            (whole / PULLED).write_text(json.dumps(said, indent=1), encoding="utf-8")
    except UserError:
        raise
    except Exception as error:  # the client raises what its several back ends raise
        raise _in_words(repo_id, error, folder) from error
    return folder


def push(folder: Path, repo_id: str, *, public: bool = False) -> str:
    """Send a checkpoint and its card to the Hub, as one commit.

    Nothing else of the folder is sent: a run's settings may hold paths of this machine.

    Args:
        repo_id: "owner/name"; the repository is made where there is none yet.
        public: whether everybody may see a repository that is made now. A model can repeat
            passages of its text, so without this it is private. One that was there stays as it was.

    Returns:
        the address of the commit.

    Raises:
        UserError: it is no checkpoint that can be used, it has no card, or the Hub does not take
            it.
    """
    _check_id(repo_id)
    load_checkpoint(folder)
    if not (folder / CARD).is_file():
        raise UserError(
            f"{folder.name!r} has no model card ({CARD}).",
            "Write down what it was trained on and what it scores, so that others can tell.",
        )
    api = HfApi()
    try:
        if get_token() is None:
            raise UserError("Nobody is logged in to the Hub.", f"First {_LOGIN}.")
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
            raise UserError(
                f"The Hub does not take the card: {' '.join(str(error).split())[:500]}",
                f"Mend the lines between --- at the start of {CARD}.",
            ) from error
        raise _in_words(repo_id, error, folder) from error
    return commit.commit_url


def _check_id(repo_id: str) -> None:
    try:
        validate_repo_id(repo_id)  # the Hub's own rules, of length for one
        known = _ID.fullmatch(repo_id)
    except HFValidationError:
        known = None
    if not known:
        raise UserError(
            f"{repo_id[:100]!r} is no id of a model on the Hub.",
            'An id is "owner/name", as in its address: huggingface.co/owner/name.',
        )


@dataclass(frozen=True)
class _HubFile:
    """What the Hub says of a file.

    Attributes:
        size: in bytes.
        sha256: in hex digits; None of a file that is not kept in large-file storage.
    """

    size: int
    sha256: str | None


def _checked_files(repo_id: str, found: list[RepoSibling]) -> dict[str, _HubFile]:
    """What is fetched of a repository's files, in order; the others are left where they are."""
    files = {file.rfilename: file for file in found}
    if WEIGHTS not in files and any(name.endswith(_PICKLES) for name in files):
        raise UserError(
            f"{repo_id!r} has its weights as a pickle only, which is never opened: it could run "
            "code.",
            f"Ask its owner for {WEIGHTS}, or choose another model.",
        )
    for name in NEEDED:
        if name not in files:
            raise UserError(
                f"{repo_id!r} is no checkpoint of a char-LSTM: it has no {name}.",
                "Choose a model that was sent with `python -m charlstm push`.",
            )
    checked = {}
    for name in LARGEST:
        if name not in files:
            continue
        file = files[name]
        if file.size is None or file.size > LARGEST[name]:
            size = "an unknown number of" if file.size is None else f"{file.size:,}"
            raise UserError(
                f"{name} of {repo_id!r} has {size} bytes; at most {LARGEST[name]:,} are taken.",
                "Choose another model.",
            )
        checked[name] = _HubFile(file.size, None if file.lfs is None else file.lfs.sha256)
    return checked


def _check_config(folder: Path, weights_size: int) -> None:
    """Whether weights of this size can be those that the configuration asks for."""
    numbers = parameter_count(read_config(folder))
    if not _FEWEST_BYTES * numbers <= weights_size <= _MOST_BYTES * numbers + _HEADER:
        raise UserError(
            f"{CONFIG} asks for {numbers:,} parameters, and {WEIGHTS} has {weights_size:,} bytes: "
            "they do not belong together.",
            "Choose another model.",
        )


def _check_arrived(repo_id: str, path: Path, file: _HubFile) -> None:
    """Whether a file is what the Hub says it is."""
    whole = path.stat().st_size == file.size
    if whole and file.sha256 is not None:
        with path.open("rb") as arrived:
            whole = hashlib.file_digest(arrived, "sha256").hexdigest() == file.sha256
    if not whole:
        raise _not_whole(repo_id)


def _not_whole(repo_id: str) -> UserError:
    return UserError(f"{repo_id!r} did not arrive whole.", "Try again; nothing was left behind.")


def _in_words(repo_id: str, error: BaseException, folder: Path) -> UserError:
    """What an error of the Hub's client, the network or the disk means."""
    while isinstance(error, LocalEntryNotFoundError | RuntimeError) and error.__cause__:
        error = error.__cause__  # the client's words for any failure with one file
    match error:
        case GatedRepoError():
            return UserError(
                f"{repo_id!r} is given only to those whom its owner has let in.",
                f"Ask on its page on the Hub, then {_LOGIN}.",
            )
        case RepositoryNotFoundError():
            return UserError(
                f"There is no model {repo_id!r} on the Hub, or it is private.",
                f"Check its id; for what is private, {_LOGIN}.",
            )
        case HfHubHTTPError() if error.response.status_code in (401, 403):
            return UserError(
                f"The Hub does not let this login do that ({error.response.status_code}).",
                f"For a token that may, {_LOGIN}.",
            )
        case HfHubHTTPError():
            return UserError(
                f"The Hub answered with status {error.response.status_code}.", "Try again later."
            )
        case OSError() if error.errno is not None and not isinstance(error, ConnectionError):
            return UserError(
                f"{str(folder)!r} can't be read or written ({error.strerror}).",
                "Free some space, or choose another folder.",
            )
        case OSError() if "Consistency check failed" in str(error):
            return _not_whole(repo_id)
    return UserError(
        f"The Hugging Face Hub can't be reached, or broke off ({type(error).__name__}).",
        "Check the connection, and try again.",
    )
