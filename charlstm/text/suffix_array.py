"""What of a text stands in a training text: its words, and the strings copied word for word.

Strings are found in a suffix array: the places of the training text in the order of what begins
there, so that all places where a string begins lie side by side and are found by halving (Manber
and Myers, "Suffix Arrays: A New Method for On-Line String Searches", SIAM J. Computing 22 (1993)
935-948). It is built once by doubling, from the order of the first few characters to that of twice
as many, each time only where places still tie, and kept beside the text's entry in the cache:
4 bytes a character there, memory-mapped, some 40 bytes a character while it is built. In memory
stay the training text itself (2 bytes a character, 4 where it holds an emoji) and its distinct
words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from charlstm.atomic import replacing
from charlstm.errors import UserError
from charlstm.text.corpus import Corpus

LONGEST = 1_000
"""Characters of the longest text that can be looked up: places are in order this far."""

_FORMAT = 1  # part of the file's name: a change of what is stored makes old ones unread
_SLICE = 1_000_000  # ids that are decoded at a time: as numbers of Python's they take much memory
_WORD = re.compile(r"[^\W\d_]+")  # letters of any script


def words(text: str) -> list[str]:
    """The words of a piece of text: runs of letters, in lower case.

    A run at either end is left out: the cut may have gone through it.

    Example:
        >>> words("nd 2 Cats don't ba")
        ['cats', 'don', 't']
    """
    return [
        found[0].lower()
        for found in _WORD.finditer(text)
        if found.start() > 0 and found.end() < len(text)
    ]


def longest_repeat(text: str) -> str:
    """The longest string that stands at two places of a text; the places may overlap.

    Of several, the one that comes first.

    Example:
        >>> longest_repeat("ha, ha, ha!")
        'ha, ha'
    """
    return _longest(text, lambda string, start: text.find(string, start + 1) >= 0)


@dataclass(frozen=True, eq=False)
class TrainingText:
    """A training text in which words and strings are looked up.

    Attributes:
        text: the whole of it.
        words: its distinct words, as `words` has them.
        places: int32 of shape (characters,): places of the text in the order of the `LONGEST`
            characters that begin there.
    """

    text: str
    words: frozenset[str]
    places: np.ndarray

    @classmethod
    def of(cls, corpus: Corpus) -> TrainingText:
        """The training text of a corpus; the first time, its places are put in order.

        Raises:
            UserError: they can't be kept in the cache folder.
        """
        text = "".join(
            corpus.vocab.decode(corpus.train[start : start + _SLICE].tolist())
            for start in range(0, len(corpus.train), _SLICE)
        )
        if corpus.folder is None:  # not from the cache: nothing to stand beside
            places = _in_order(corpus.train, len(corpus.vocab))
        else:
            kept = corpus.folder / f"places-{_FORMAT}.npy"
            if not kept.is_file():
                _store(_in_order(np.asarray(corpus.train), len(corpus.vocab)), kept)
            # A plain array over the mapped file: single numbers are read from it much faster.
            places = np.asarray(np.load(kept, mmap_mode="r"))
        return cls(text, frozenset(found[0].lower() for found in _WORD.finditer(text)), places)

    def known_words(self, text: str) -> float | None:
        """The share of a text's words that occur in the training text; None if it has no word."""
        found = words(text)
        return sum(word in self.words for word in found) / len(found) if found else None

    def longest_copy(self, text: str) -> str:
        """The longest string of a text that stands in the training text; of several, the first.

        Args:
            text: at most `LONGEST` characters.
        """
        return _longest(text, lambda string, _start: self._holds(string))

    def _holds(self, string: str) -> bool:
        def begins(place: int) -> str:
            return self.text[place : place + len(string)]

        found = bisect_left(self.places, string, key=begins)
        return found < len(self.places) and begins(self.places[found]) == string


def _longest(text: str, stands: Callable[[str, int], bool]) -> str:
    """The longest string of a text that stands somewhere else.

    A string that does is made of shorter ones that do, so the best can only be beaten by one that
    is a character longer: each place is asked about once, and once for each character gained.
    """
    best = ""
    for start in range(len(text)):
        while start + len(best) < len(text):
            longer = text[start : start + len(best) + 1]
            if not stands(longer, start):
                break
            best = longer
    return best


def _in_order(ids: np.ndarray, characters: int) -> np.ndarray:
    """Places of a text in the order of the `LONGEST` ids that begin there; its end comes first.

    Args:
        ids: int32 of shape (characters,), each below ``characters``.
    """
    n = len(ids)
    bits = characters.bit_length()
    reach = 63 // bits  # characters that places are in order by: first what one int64 can hold
    keys = np.zeros(n, np.int64)
    for offset in range(reach):
        keys <<= bits
        keys[: max(0, n - offset)] += ids[offset:] + 1  # 0 stands for the end
    places = np.argsort(keys).astype(np.int32)
    ranks = np.empty(n, np.int32)  # of each place: where in `places` those that tie with it begin
    tied = np.arange(n)  # where in `places` the order is not known yet
    moved, keys = places, keys[places]
    while True:
        begins = np.append(True, keys[1:] != keys[:-1])
        starts = np.flatnonzero(begins)
        ranks[moved] = np.repeat(tied[starts], np.diff(np.append(starts, len(moved))))
        alone = begins & np.append(begins[1:], True)
        tied = tied[~alone]
        if reach >= LONGEST or not len(tied):
            return places
        moved = places[tied]
        after = moved + reach
        keys = ranks[moved].astype(np.int64) * (n + 1)
        keys += np.where(after < n, ranks[np.minimum(after, n - 1)] + 1, 0)
        order = np.argsort(keys)
        moved, keys = moved[order], keys[order]
        places[tied] = moved
        reach *= 2


def _store(places: np.ndarray, kept: Path) -> None:
    try:
        with replacing(kept.parent, kept.name) as aside:
            np.save(aside / kept.name, places)
    except OSError as error:
        raise UserError(
            f"The order of the training text can't be written below {kept.parent} "
            f"({error.strerror}).",
            "Free some space, or set XDG_CACHE_HOME to a folder that can be written.",
        ) from error
