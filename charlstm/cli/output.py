"""What commands of several kinds share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from charlstm.text.spec import CorpusSpec

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""``add(name, command, text)`` makes a command that has ``--json``, and gives back its parser."""

INTERRUPTED_STATUS = 130

CORPUS: dict[str, Any] = {
    "metavar": "SPEC",
    "type": CorpusSpec.parse,
    "help": '"wikitext2", "brackets", the path of a .txt file, or "hub:owner/name:column"',
}


def tell(given: argparse.Namespace, result: dict[str, Any], text: str) -> None:
    """Print what a command found: one JSON document where that is asked for, else in words."""
    print(json.dumps(result) if given.json else text)
