"""Shared by the commands: the corpus argument, and printing results."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from charlstm.text.spec import CorpusSpec

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""``add(name, command, text)`` adds a command, which has ``--json``, and returns its parser."""

INTERRUPTED_STATUS = 130

CORPUS: dict[str, Any] = {
    "metavar": "SPEC",
    "type": CorpusSpec.parse,
    "help": '"wikitext2", "brackets", the path of a .txt file, or "hub:owner/name:column"',
}


def tell(options: argparse.Namespace, result: dict[str, Any], text: str) -> None:
    """Print a command's result: as a JSON document with ``--json``, else as text."""
    print(json.dumps(result) if options.json else text)
