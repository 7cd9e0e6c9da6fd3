"""The command line: ``python -m charlstm COMMAND``; ``--help`` lists the commands.

After a `UserError` there is one line on standard error, and the exit status is 2. With ``--json`` a
command prints one JSON document on standard output; progress goes to standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from io import TextIOWrapper
from typing import NoReturn

from charlstm.cli import ask, cells, export, hub, runs, train
from charlstm.cli.bench import bench
from charlstm.cli.bench_ratios import table
from charlstm.cli.output import INTERRUPTED_STATUS, tell
from charlstm.errors import USER_ERROR_STATUS, UserError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message[0].upper()}{message[1:]}.", f"See {self.prog} --help.")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status.

    Args:
        arguments: those of the command line; None for `sys.argv`.
    """
    _print_anything()
    try:
        options = _parser().parse_args(arguments)
        status: int = options.command(options)
        return status
    except UserError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return USER_ERROR_STATUS
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED_STATUS
    except BrokenPipeError:  # the reader of the output has closed it, so write no more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _print_anything() -> None:
    """Let standard output and error print every character: one that their encoding lacks, or half
    of one in the name of a file, as an escape. An error after an hour's work would lose its result.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m charlstm", description="Train and question a char-LSTM.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> _Parser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(command=command)
        added.add_argument("--json", action="store_true", help="print one JSON document")
        return added

    for kind in (train, runs, ask, cells, export, hub):
        kind.add_commands(add)
    add("bench", _bench, "Ratios of speed, each measured within this one run.")
    return parser


def _bench(options: argparse.Namespace) -> int:
    rows = list(bench())
    tell(options, {"rows": [asdict(row) for row in rows]}, table(rows))
    return 0
