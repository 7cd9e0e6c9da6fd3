"""Numbers of things in words."""

from __future__ import annotations

import ast
import itertools
import re

from charlstm.counting import counted
from tests.fixtures.small import ROOT


def test_one_and_many() -> None:
    assert counted(0, "sample") == "0 samples"
    assert counted(1, "sample") == "1 sample"
    assert counted(1234, "sample") == "1,234 samples"
    assert counted(0.7, "second") == "1 second"
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(2, "entry", "entries") == "2 entries"


PLURALS = re.compile(
    r" (?:(?:seed|training|validation) )?"
    r"(?:characters|samples|steps|seconds|texts|runs|bytes|brackets|streams|units|ids)\b"
)


def fixed(value: ast.expr) -> bool:
    """Whether an expression is a constant of the code, whose plural its author has seen."""
    name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
    return name.isupper()


def test_no_sentence_counts_things_by_itself() -> None:
    found = []
    for path in (ROOT / "charlstm").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.JoinedStr):
                continue
            for value, text in itertools.pairwise(node.values):
                if (
                    isinstance(value, ast.FormattedValue)
                    and isinstance(text, ast.Constant)
                    and PLURALS.match(text.value)
                    and not fixed(value.value)
                ):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}")
    assert found == []
