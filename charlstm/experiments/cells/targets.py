"""What a unit may tell: whether a character stands inside a bracket, a heading, a number, ...

A character's label says what is true once it has been read: the opening bracket is inside, the
closing one no longer. A newline ends what it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from charlstm.text.brackets import PAIRS, scan

Spans = list[tuple[int, int]]
"""(first, end) positions, ascending: the characters from first to before end are inside."""

_ROW = re.compile(r"[^\n]+")
_HEADING = re.compile(r"^ (=(?: =)*) (?!=).* \1 $", re.MULTILINE)
_ARTICLE = re.compile(r"^ = (?!=).* = $", re.MULTILINE)
_FEWEST_ARTICLES = 8
_PIECES = 40  # of a text without articles
_FEWEST_CHARACTERS = 500  # of such a piece


def _rows(text: str) -> Iterator[tuple[int, str]]:
    for row in _ROW.finditer(text):
        yield row.start(), row.group()


def _bracketed(kind: str) -> Callable[[str], Spans]:
    def spans(text: str) -> Spans:
        found: Spans = []
        for start, row in _rows(text):
            if kind in row:
                pairs = [pair for pair in scan(row).pairs if row[pair[0]] == kind]
                found += [(start + opening, start + closing) for opening, closing in pairs]
        return found

    return spans


def _quoted(text: str) -> Spans:
    found: Spans = []
    for start, row in _rows(text):
        marks = [start + mark.start() for mark in re.finditer('"', row)]
        found += zip(marks[::2], marks[1::2], strict=False)
    return found


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Spans]:
    return lambda text: [found.span() for found in pattern.finditer(text)]


TARGETS: dict[str, Callable[[str], Spans]] = {
    "(": _bracketed("("),
    "[": _bracketed("["),
    "quote": _quoted,
    "heading": lambda text: [(found.start() + 1, found.end()) for found in _HEADING.finditer(text)],
    "number": _matches(re.compile(r"[0-9]+")),
    "capital": _matches(re.compile(r"\b[A-Z]\w*")),
}
"""Name -> the spans of a text that are inside: round brackets, square ones, quotes, headings in
WikiText's form, runs of digits, and words that begin with a capital letter."""

CLOSED = {name: PAIRS[name] for name in ("(", "[")}
"""The targets that a bracket closes, and that bracket: what can be asked causally."""


def labels(spans: Spans, length: int) -> np.ndarray:
    """Whether each character of a text is inside one of the spans: bool of shape (length,)."""
    change = np.zeros(length + 1, np.int32)
    for first, end in spans:
        change[first] += 1
        change[end] -= 1
    inside: np.ndarray = change.cumsum()[:-1] > 0
    return inside


def articles(text: str) -> list[tuple[int, int]]:
    """The articles of a text in WikiText's form, as (start, end); of another text, forty pieces of
    equal length, or fewer of 500 characters."""
    starts = [found.start() for found in _ARTICLE.finditer(text)]
    if len(starts) < _FEWEST_ARTICLES:
        length = max(_FEWEST_CHARACTERS, -(-len(text) // _PIECES))
        starts = list(range(0, len(text), length))
    return list(zip(starts, [*starts[1:], len(text)], strict=True))
