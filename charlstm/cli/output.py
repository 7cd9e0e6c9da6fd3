"""Shared by the commands: the arguments that name texts, reading them, and printing results."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from charlstm.errors import UserError
from charlstm.text.corpus import Corpus, load_corpus
from charlstm.text.decoding import is_whole, plain, readable
from charlstm.text.spec import CorpusSpec

Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""``add(name, command, text)`` adds a command, which has ``--json``, and returns its parser."""

INTERRUPTED_STATUS = 130

CORPUS: dict[str, Any] = {
    "metavar": "SPEC",
    "type": CorpusSpec.parse,
    "help": '"wikitext2", "brackets", the path of a .txt file, or "hub:owner/name:column"',
}


def seed_text(given: str) -> str:
    """The type of the argument ``--seed-text``: its line ends become newlines, which is told on
    standard error.

    Raises:
        UserError: it holds bytes that are no characters.
    """
    if not is_whole(given):
        raise UserError(
            f"The seed text {readable(given)[:100]!r} holds bytes that are no characters.",
            "Set the terminal to UTF-8, and type it again.",
        )
    text = plain(given)
    if remark := text.remark("seed_text"):
        print(remark, file=sys.stderr)
    return text.text


SEED_TEXT: dict[str, Any] = {"type": seed_text, "metavar": "T"}


def read_corpus(spec: CorpusSpec) -> Corpus:
    """The corpus of a spec, as `load_corpus` reads it; `tell_remark` of it is printed."""
    corpus = load_corpus(spec)
    tell_remark(corpus)
    return corpus


def tell_remark(corpus: Corpus) -> None:
    """Print on standard error what was changed as a corpus was read, if anything was."""
    if corpus.remark:
        print(corpus.remark, file=sys.stderr)


def tell(options: argparse.Namespace, result: dict[str, Any], text: str) -> None:
    """Print a command's result: as a JSON document with ``--json``, else as text."""
    print(json.dumps(result) if options.json else text)
