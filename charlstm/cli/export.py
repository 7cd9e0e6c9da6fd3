"""The command that writes a checkpoint in another form."""

from __future__ import annotations

import argparse
from pathlib import Path

from charlstm.checkpoints.files import WEIGHTS
from charlstm.checkpoints.float16 import store_in_16_bits
from charlstm.cli.output import Add, tell
from charlstm.errors import UserError


def add_commands(add: Add) -> None:
    """Declare it with its arguments."""
    export = add("export", _export, "Write a copy of a checkpoint for shipping.")
    export.add_argument("checkpoint", type=Path, metavar="DIR")
    export.add_argument(
        "--half",
        action="store_true",
        required=True,
        help="weights in float16, half the bytes; score both with eval to see what it cost",
    )
    export.add_argument("--out", type=Path, metavar="DIR", help="default: DIR-16 beside it")


def _export(given: argparse.Namespace) -> int:
    folder = given.checkpoint.resolve()
    out = given.out or folder.with_name(f"{folder.name}-16")
    try:
        store_in_16_bits(given.checkpoint, out)
    except OSError as error:
        raise UserError(
            f"{str(out)!r} can't be written ({error.strerror or error}).", "Give another --out."
        ) from error
    size = (out / WEIGHTS).stat().st_size
    result = {"checkpoint": str(out), "bytes": size}
    tell(given, result, f"{out}: {given.checkpoint} with {WEIGHTS} in float16, {size:,} bytes.")
    return 0
