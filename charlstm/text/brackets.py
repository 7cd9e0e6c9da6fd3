"""Which bracket belongs to which: a stack scan of ``()``, ``[]`` and ``{}``."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass

from charlstm.errors import UserError

PAIRS = {"(": ")", "[": "]", "{": "}"}
OPENING = {closing: opening for opening, closing in PAIRS.items()}

_UNSPACED = re.compile(r"(?<=\S)(?=[][(){}])|(?<=[][(){}])(?=\S)")


@dataclass(frozen=True)
class Scan:
    """The brackets of a text of n characters.

    Attributes:
        depth: n numbers, how many brackets are open at each character. An opening bracket and
            its closing bracket both carry the depth that they enclose (the outermost pair: 1);
            a stray carries the depth around it.
        pairs: (opening position, closing position), by opening position.
        unclosed: positions of opening brackets that nothing closes, ascending.
        strays: positions of closing brackets that close nothing, ascending.
    """

    depth: list[int]
    pairs: list[tuple[int, int]]
    unclosed: list[int]
    strays: list[int]


def scan(text: str) -> Scan:
    """Pair the brackets of a text.

    A closing bracket pairs with the innermost open bracket when their kinds agree. Otherwise it
    is a stray and changes nothing.

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


def spaced(text: str) -> str:
    """The same text with a space on both sides of each bracket, as WikiText is written.

    Nothing is added at the ends of the text, or where whitespace stands already.

    Example:
        >>> spaced("born in London(UK), (")
        'born in London ( UK ) , ('
    """
    return _UNSPACED.sub(" ", text)


def with_comma(text: str, place: int) -> str:
    """The control of a bracket: the same text with a comma in its place."""
    return f"{text[:place]},{text[place + 1 :]}"


class Target:
    """Watches one open bracket of a seed text while a continuation arrives.

    The bracket is the innermost one that the seed text leaves open. Brackets that the
    continuation opens must close first, as in ``scan``, whose rule this follows.

    Attributes:
        position: where that bracket stands in the seed text.
        closing: the bracket that would close it.
        closed: whether the characters fed so far have closed it.

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
            closed = ": each is closed already" if any(c in PAIRS for c in seed_text) else ""
            raise UserError(
                f"The seed text leaves no bracket open{closed}.",
                'Let it end inside one, for example with "( ".',
            )
        self.position = unclosed[-1]
        self._kind = seed_text[self.position]
        self.closing = PAIRS[self._kind]
        self._start()

    def _start(self) -> None:
        self.closed = False
        # What stands open from the watched bracket inwards. Brackets around it don't matter:
        # nothing can close them before it is closed itself.
        self._open = [self._kind]

    @property
    def innermost(self) -> bool:
        """Whether nothing stands open inside the bracket, so that ``closing`` would close it."""
        return len(self._open) == 1

    def feed(self, character: str) -> bool:
        """Take the next character; True once, when it closes the bracket."""
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
        """Another watch of the same bracket, with nothing fed yet."""
        another = copy(self)
        another._start()
        return another


class Stray:
    """Watches a continuation for a closing bracket that closes nothing.

    Args:
        seed_text: brackets that it leaves open may be closed by the continuation, innermost first.
        closing: the kind of bracket to watch for; strays of other kinds are passed over.

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
        # The seed text's open brackets are shared and only counted down: there may be thousands
        # of them, and thousands of watches.
        self._outer = len(self._outside)
        self._inner: list[str] = []

    def feed(self, character: str) -> bool:
        """Take the next character; True whenever it is a stray of the watched kind."""
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
        """Another watch after the same seed text, with nothing fed yet."""
        another = copy(self)
        another._start()
        return another
