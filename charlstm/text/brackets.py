"""Bracket matching of ``()``, ``[]`` and ``{}`` with a stack."""

from __future__ import annotations

import re
import unicodedata
from copy import copy
from dataclasses import dataclass

from charlstm.errors import UserError
from charlstm.texts import text

PAIRS = {"(": ")", "[": "]", "{": "}"}
OPENING = {closing: opening for opening, closing in PAIRS.items()}

_MOST_NAMED = 12  # brackets listed in a sentence
_UNSPACED = re.compile(r"(?<=\S)(?=[][(){}])|(?<=[][(){}])(?=\S)")


@dataclass(frozen=True)
class Scan:
    """The brackets of a text of n characters.

    Attributes:
        depth: n numbers, the brackets open at each character. An opening bracket and its closing
            bracket both have the depth inside them (the outermost pair: 1); a stray has the depth
            around it.
        pairs: (opening position, closing position), ordered by opening position.
        unclosed: positions of opening brackets without a closing one, ascending.
        strays: positions of closing brackets that close nothing, ascending.
    """

    depth: list[int]
    pairs: list[tuple[int, int]]
    unclosed: list[int]
    strays: list[int]


def scan(text: str) -> Scan:
    """Pair the brackets of a text.

    A closing bracket pairs with the innermost open bracket if that is of its kind. Otherwise it
    is a stray: it closes nothing, and the innermost bracket stays open.

    Example:
        >>> scan("[(])")
        Scan(depth=[1, 2, 2, 2], pairs=[(1, 3)], unclosed=[0], strays=[2])
    """
    depth: list[int] = []
    pairs: list[tuple[int, int]] = []
    strays: list[int] = []
    open_positions: list[int] = []
    for position, character in enumerate(text):
        if character in PAIRS:
            open_positions.append(position)
            depth.append(len(open_positions))
            continue
        depth.append(len(open_positions))
        if character in OPENING:
            if open_positions and text[open_positions[-1]] == OPENING[character]:
                pairs.append((open_positions.pop(), position))
            else:
                strays.append(position)
    return Scan(depth, sorted(pairs), open_positions, strays)


def other_brackets(text: str) -> list[str]:
    """The distinct brackets of other kinds in a text, such as “（” and “」”, in order of first
    occurrence: opening and closing punctuation that is mirrored in text from right to left."""
    return [
        c
        for c in dict.fromkeys(text)
        if unicodedata.category(c) in ("Ps", "Pe")
        and unicodedata.mirrored(c)
        and c not in PAIRS
        and c not in OPENING
    ]


def other_brackets_sentence(seed_text: str) -> str | None:
    """A sentence on why brackets of other kinds in a text are not counted; None if it has none."""
    found = other_brackets(seed_text)
    if not found:
        return None
    named = " ".join([*found[:_MOST_NAMED], *(["…"] if found[_MOST_NAMED:] else [])])
    return text("text.other_brackets", brackets=named)


def spaced(text: str) -> str:
    """The text with a space on both sides of each bracket, as in WikiText.

    No space is added at the ends of the text, or beside whitespace.

    Example:
        >>> spaced("born in London(UK), (")
        'born in London ( UK ) , ('
    """
    return _UNSPACED.sub(" ", text)


def with_comma(text: str, place: int) -> str:
    """The control text of a bracket: the bracket at position ``place`` replaced by a comma."""
    return f"{text[:place]},{text[place + 1 :]}"


class Target:
    """Detects when a continuation, fed character by character, closes the target bracket.

    The target is the innermost bracket that the seed text leaves open. As in `scan`, brackets that
    the continuation opens must be closed first.

    Attributes:
        position: index of the target in the seed text.
        closing: the closing bracket of the target's kind.
        closed: whether the characters fed so far have closed the target.

    Raises:
        UserError: the seed text leaves no bracket open.

    Example:
        >>> target = Target("He ( ")
        >>> [target.feed(character) for character in "a (b)) )"]
        [False, False, False, False, False, True, False, False]
    """

    def __init__(self, seed_text: str) -> None:
        unclosed = scan(seed_text).unclosed
        if not unclosed:
            closed = "closed" if any(c in PAIRS for c in seed_text) else "none"
            problem = text(f"text.no_target.{closed}")
            if others := other_brackets_sentence(seed_text):
                problem = text("text.no_target.others", problem=problem, others=others)
            raise UserError(problem, text("text.no_target.remedy"))
        self.position = unclosed[-1]
        self._kind = seed_text[self.position]
        self.closing = PAIRS[self._kind]
        self._start()

    def _start(self) -> None:
        self.closed = False
        # The stack from the target inwards. Brackets around the target don't matter: none of them
        # can be closed before it is.
        self._open = [self._kind]

    @property
    def innermost(self) -> bool:
        """Whether no bracket is open inside the target, so that ``closing`` would close it."""
        return len(self._open) == 1

    def feed(self, character: str) -> bool:
        """Read the next character; True if it closes the target, which happens once at most."""
        if self.closed:
            return False
        if character in PAIRS:
            self._open.append(character)
        elif OPENING.get(character) == self._open[-1]:
            self._open.pop()
            self.closed = not self._open
            return self.closed
        return False

    def again(self) -> Target:
        """A copy with the same target that has read no character yet."""
        another = copy(self)
        another._start()
        return another


class Stray:
    """Detects strays, closing brackets that close nothing, in a continuation fed by character.

    Args:
        seed_text: the text before the continuation; the brackets that it leaves open can be
            closed, innermost first.
        closing: the closing bracket whose strays are detected; strays of other kinds are ignored.

    Example:
        >>> stray = Stray("He ( ", ")")
        >>> [stray.feed(character) for character in "a] (b)) )"]
        [False, False, False, False, False, False, False, False, True]
    """

    def __init__(self, seed_text: str, closing: str) -> None:
        self._closing = closing
        self._outside = "".join(seed_text[position] for position in scan(seed_text).unclosed)
        self._start()

    def _start(self) -> None:
        # Copies share the seed text's open brackets and only count them down: there may be
        # thousands of brackets, and thousands of copies.
        self._outer = len(self._outside)
        self._inner: list[str] = []

    def feed(self, character: str) -> bool:
        """Read the next character; True if it is a stray of the kind ``closing``."""
        if character in PAIRS:
            self._inner.append(character)
        elif character in OPENING:
            if self._inner:
                innermost = self._inner[-1]
            else:
                innermost = self._outside[self._outer - 1] if self._outer else ""
            if innermost != OPENING[character]:
                return character == self._closing
            if self._inner:
                self._inner.pop()
            else:
                self._outer -= 1
        return False

    def again(self) -> Stray:
        """A copy after the same seed text that has read no character yet."""
        another = copy(self)
        another._start()
        return another
