"""How much of a text occurs in a training text: its words, and its longest verbatim copy.

Strings are looked up in a suffix array: the positions of the training text, sorted by the suffix
that begins at each. All occurrences of a string are then contiguous, and binary search locates them
(Manber and Myers, "Suffix Arrays: A New Method for On-Line String Searches", SIAM J. Computing 22
(1993) 935-948). The array is built once by prefix doubling: positions sorted by their first few
characters are sorted by twice as many, each time only those that still tie. It is stored in the
text's cache entry (4 bytes a character, memory-mapped; building takes some 40 bytes a character).
The training text itself (2 bytes a character, 4 if it holds an emoji) and its distinct words stay
in memory.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from charlstm.atomic import replacing
from charlstm.errors import user_error
from charlstm.text.corpus import Corpus

LONGEST = 1_000
"""The longest string that can be looked up: suffixes are sorted by this many characters."""

_FORMAT = 1  # part of the file's name: files of an earlier format are not read
_SLICE = 1_000_000  # ids decoded at a time: as Python numbers they take much memory
_WORD = re.compile(r"[^\W\d_]+")  # letters of any script


def words(text: str) -> list[str]:
    """The words of an excerpt: runs of letters, in lower case.

    A run at either end is left out, since the excerpt may have cut it.

    Example:
        >>> words("nd 2 Cats don't ba")
        ['cats', 'don', 't']
    """
    return [
        match[0].lower()
        for match in _WORD.finditer(text)
        if match.start() > 0 and match.end() < len(text)
    ]


def longest_repeat(text: str) -> str:
    """The longest string that occurs twice in a text; the occurrences may overlap.

    Of several, the first.

    Example:
        >>> longest_repeat("ha, ha, ha!")
        'ha, ha'
    """
    return _longest(text, lambda string, start: text.find(string, start + 1) >= 0)


@dataclass(frozen=True, eq=False)
class TrainingText:
    """A training text with an index for looking up words and strings.

    Attributes:
        text: the whole text.
        words: its distinct words, in lower case.
        places: the suffix array, int32 of shape (characters,): positions sorted by the `LONGEST`
            characters that begin at each.
    """

    text: str
    words: frozenset[str]
    places: np.ndarray

    @classmethod
    def of(cls, corpus: Corpus) -> TrainingText:
        """The training text of a corpus; the first call builds the suffix array.

        Raises:
            UserError: the suffix array can't be written to the cache folder.
        """
        text = "".join(
            corpus.vocab.decode(corpus.train[start : start + _SLICE].tolist())
            for start in range(0, len(corpus.train), _SLICE)
        )
        if corpus.folder is None:
            places = _in_order(corpus.train, len(corpus.vocab))
        else:
            kept = corpus.folder / f"places-{_FORMAT}.npy"
            if not kept.is_file():
                _store(_in_order(np.asarray(corpus.train), len(corpus.vocab)), kept)
            # A plain array over the mapped file: reading single elements is much faster.
            places = np.asarray(np.load(kept, mmap_mode="r"))
        return cls(text, frozenset(match[0].lower() for match in _WORD.finditer(text)), places)

    def known_words(self, text: str) -> float | None:
        """The share of a text's words that occur in the training text; None if it has no word."""
        own = words(text)
        return sum(word in self.words for word in own) / len(own) if own else None

    def longest_copy(self, text: str) -> str:
        """The longest substring of a text that occurs in the training text; of several, the first.

        Args:
            text: at most `LONGEST` characters.
        """
        return _longest(text, lambda string, _start: self._holds(string))

    def _holds(self, string: str) -> bool:
        def prefix(position: int) -> str:
            return self.text[position : position + len(string)]

        index = bisect_left(self.places, string, key=prefix)
        return index < len(self.places) and prefix(self.places[index]) == string


def _longest(text: str, stands: Callable[[str, int], bool]) -> str:
    """The longest substring for which ``stands(substring, start)`` is true.

    ``stands`` must be true of all substrings of a string it is true of. So at each start only a
    string one character longer than the best so far is tested: ``stands`` is called once a start,
    and once for each character gained.
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
    """The suffix array of a text, sorted by `LONGEST` ids; the text's end sorts before every id.

    Args:
        ids: int32 of shape (characters,), each below ``characters``.
    """
    n = len(ids)
    bits = characters.bit_length()
    reach = 63 // bits  # positions are sorted by this many ids: at first, as fit into an int64
    keys = np.zeros(n, np.int64)
    for offset in range(reach):
        keys <<= bits
        keys[: max(0, n - offset)] += ids[offset:] + 1  # 0 stands for the end
    places = np.argsort(keys).astype(np.int32)
    ranks = np.empty(n, np.int32)  # of each position: the first index in `places` of its ties
    tied = np.arange(n)  # indices in `places` of positions that tie with another
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
        raise user_error(
            "text.not_kept.index", folder=str(kept.parent), why=str(error.strerror)
        ) from error
