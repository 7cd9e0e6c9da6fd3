"""The commands that pull a checkpoint from the Hub, and push one there."""

from __future__ import annotations

import argparse
from pathlib import Path

from charlstm.checkpoints.files import checkpoint_path
from charlstm.checkpoints.hub import pull, push
from charlstm.cli.output import Add, tell
from charlstm.folders import checkpoints_folder


def add_commands(add: Add) -> None:
    """Declare the commands and their arguments."""
    fetch = add("pull", _pull, "Fetch a checkpoint from the Hugging Face Hub.")
    fetch.add_argument("repository", metavar="OWNER/NAME")
    fetch.add_argument(
        "--out",
        type=checkpoint_path,
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
        help="if the repository is new: make it public, not private",
    )


def _pull(options: argparse.Namespace) -> int:
    folder = options.out or checkpoints_folder() / options.repository.rpartition("/")[2]
    pull(options.repository, folder)
    result = {"checkpoint": str(folder), "repository": options.repository}
    tell(options, result, f"{options.repository} is in {folder}.")
    return 0


def _push(options: argparse.Namespace) -> int:
    address = push(options.checkpoint, options.repository, public=options.public)
    result = {"checkpoint": str(options.checkpoint), "commit": address}
    tell(options, result, f"{options.checkpoint} is at {address}.")
    return 0
