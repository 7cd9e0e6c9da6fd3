"""The command that exports a checkpoint with float16 weights."""

from __future__ import annotations

import argparse
from pathlib import Path

from charlstm.checkpoints.files import WEIGHTS, checkpoint_path
from charlstm.checkpoints.float16 import store_in_16_bits
from charlstm.cli.output import Add, tell
from charlstm.counting import counted
from charlstm.errors import UserError


def add_commands(add: Add) -> None:
    """Declare the command and its arguments."""
    export = add("export", _export, "Write a copy of a checkpoint for shipping.")
    export.add_argument("checkpoint", type=Path, metavar="DIR")
    export.add_argument(
        "--half",
        action="store_true",
        required=True,
        help="weights in float16, half the bytes; score both with eval to compare them",
    )
    export.add_argument(
        "--out", type=checkpoint_path, metavar="DIR", help="default: DIR-16 beside it"
    )


def _export(options: argparse.Namespace) -> int:
    folder = options.checkpoint.resolve()
    out = options.out or folder.with_name(f"{folder.name}-16")
    try:
        store_in_16_bits(options.checkpoint, out)
    except OSError as error:
        raise UserError(
            f"{str(out)!r} can't be written ({error.strerror or error}).", "Give another --out."
        ) from error
    size = (out / WEIGHTS).stat().st_size
    result = {"checkpoint": str(out), "bytes": size}
    tell(
        options,
        result,
        f"{out}: {options.checkpoint} with {WEIGHTS} in float16, {counted(size, 'byte')}.",
    )
    return 0
