"""Characters and their ids (notebook section 2).

The vocabulary is the sorted distinct characters of a training text, then `UNK`, which stands for
every other character. A character that ends a line, such as a form feed, is read as a newline if
the vocabulary has that and not the character itself, as corpora are (`charlstm.text.decoding`). The
notebook's example, where UNK takes the id after the last character:

    >>> vocab = Vocabulary.from_text("mississippi")
    >>> vocab.characters
    ('i', 'm', 'p', 's')
    >>> vocab.encode("mississippi").tolist()
    [1, 0, 3, 3, 0, 3, 3, 0, 2, 2, 0]
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from charlstm.errors import user_error
from charlstm.text.decoding import LINE_ENDS

UNK = "<UNK>"
"""The name of the unknown character."""

UNK_SHOWN = "\N{REPLACEMENT CHARACTER}"
"""The unknown character in decoded text: a single one, so that text and ids have one length."""


@dataclass(frozen=True)
class Vocabulary:
    """The characters that a model knows, sorted; a character's id is its index.

    Args:
        characters: sorted, distinct, each a single character; UNK is not among them.

    Raises:
        UserError: the characters are not sorted, distinct and single.
    """

    characters: tuple[str, ...]
    _codes: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        single = all(isinstance(c, str) and len(c) == 1 for c in self.characters)
        if not single or list(self.characters) != sorted(set(self.characters)):
            raise user_error("text.vocabulary.unsorted")
        object.__setattr__(self, "_codes", _code_points("".join(self.characters)))

    @classmethod
    def from_text(cls, text: str) -> Vocabulary:
        """The vocabulary of a training text: its sorted distinct characters."""
        return cls(tuple(sorted(set(text))))

    @property
    def unk_id(self) -> int:
        """The id of UNK: the number of characters."""
        return len(self.characters)

    def __len__(self) -> int:
        """The number of ids, UNK's included: the notebook's ``vocab_size``."""
        return len(self.characters) + 1

    def encode(self, text: str) -> np.ndarray:
        """The ids of a text.

        Returns:
            int32 array of shape (len(text),); a character outside the vocabulary becomes `unk_id`,
            or the id of a newline if it ends a line.
        """
        if not self.characters:
            return np.full(len(text), self.unk_id, dtype=np.int32)
        codes = _code_points(text)
        ids = np.searchsorted(self._codes, codes).astype(np.int32)
        np.minimum(ids, len(self.characters) - 1, out=ids)
        unknown = np.flatnonzero(self._codes[ids] != codes)
        ids[unknown] = self.unk_id
        if "\n" in self.characters:
            ends = unknown[np.isin(codes[unknown], _code_points(LINE_ENDS))]
            ids[ends] = self.characters.index("\n")
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """The text of some ids, one character each; `unk_id` becomes `UNK_SHOWN`."""
        by_id = (*self.characters, UNK_SHOWN)
        return "".join(by_id[i] for i in ids)

    def unknown(self, text: str) -> list[str]:
        """The distinct characters of a text that become UNK, in order of first occurrence."""
        known = {*self.characters, *(LINE_ENDS if "\n" in self.characters else "")}
        return [c for c in dict.fromkeys(text) if c not in known]

    def read_as_newline(self, text: str) -> list[str]:
        """The distinct characters of a text, none of them a newline, that are read as one."""
        ends = {*LINE_ENDS}.difference(self.characters) if "\n" in self.characters else {}
        return [c for c in dict.fromkeys(text) if c in ends]

    def save(self, path: Path) -> None:
        """Write ``{"characters": [...]}`` as JSON (ASCII with escapes, so any tool reads it)."""
        path.write_text(json.dumps({"characters": list(self.characters)}), encoding="ascii")

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read a vocabulary that `save` wrote.

        Raises:
            UserError: the file is missing or is not a vocabulary.
        """
        try:
            characters = json.loads(path.read_text(encoding="utf-8"))["characters"]
            "".join(characters).encode()  # half a character, which no text on a page can hold
            return cls(tuple(characters))
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise user_error(
                "text.vocabulary.unreadable", file=path.name, why=type(error).__name__
            ) from error


def _code_points(text: str) -> np.ndarray:
    # "surrogatepass", since text from a browser may hold lone surrogates.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
