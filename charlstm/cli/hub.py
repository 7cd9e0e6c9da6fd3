"""The commands that fetch a checkpoint from the Hub, and send one there."""

from __future__ import annotations

import argparse
from pathlib import Path

from charlstm.checkpoints.files import checkpoints_folder
from charlstm.checkpoints.hub import pull, push
from charlstm.cli.output import Add, tell


def add_commands(add: Add) -> None:
    """Declare them with their arguments."""
    fetch = add("pull", _pull, "Fetch a checkpoint from the Hugging Face Hub.")
    fetch.add_argument("repository", metavar="OWNER/NAME")
    fetch.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="default: NAME below the folder that CHARLSTM_CHECKPOINTS names, or below the "
        "project's checkpoints",
    )

    send = add("push", _push, "Send a checkpoint and its card to the Hugging Face Hub.")
    send.add_argument("checkpoint", type=Path, metavar="DIR")
    send.add_argument("repository", metavar="OWNER/NAME")
    send.add_argument(
        "--public",
        action="store_true",
        help="if the repository has to be made: let everybody see it, and not only its owner",
    )


def _pull(given: argparse.Namespace) -> int:
    folder = given.out or checkpoints_folder() / given.repository.rpartition("/")[2]
    pull(given.repository, folder)
    result = {"checkpoint": str(folder), "repository": given.repository}
    tell(given, result, f"{given.repository} is in {folder}.")
    return 0


def _push(given: argparse.Namespace) -> int:
    address = push(given.checkpoint, given.repository, public=given.public)
    result = {"checkpoint": str(given.checkpoint), "commit": address}
    tell(given, result, f"{given.checkpoint} is at {address}.")
    return 0
