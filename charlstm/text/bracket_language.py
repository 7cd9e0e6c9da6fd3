"""A bracket language that needs no download and whose entropy is known exactly.

Words of a few letters stand between spaces; brackets stand between spaces too, as they do in
WikiText-2: ``ab ( c ( da ) bb ) a``. The state of the process is (depth, kind of the last
character) and can be read off the text, so the chance of each next character is known at each
place, and so is the entropy rate: the loss that no model can beat.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product
from typing import TypeAlias

import numpy as np

from charlstm.errors import UserError

# Unequal, so that a model has frequencies to learn before it has brackets to learn.
_LETTERS = {
    "a": 0.26,
    "b": 0.20,
    "c": 0.16,
    "d": 0.12,
    "e": 0.10,
    "f": 0.08,
    "g": 0.05,
    "h": 0.03,
}
# Words end with this chance after each letter: 2.9 letters on average.
_WORD_END = 0.35
# After a space. Together they set the distance from a bracket to its partner: quartiles 5, 14
# and 34 characters (the median on WikiText-2's training text is 16).
_OPEN = 0.10
_CLOSE = 0.20

_LETTER, _SPACE, _BRACKET = "letter", "space", "bracket"
_KINDS = (_LETTER, _SPACE, _BRACKET)
_START = (0, _SPACE)

_State = tuple[int, str]
_Row: TypeAlias = "tuple[list[float], list[str], list[_Row]]"


@dataclass(frozen=True)
class BracketLanguage:
    """A random process over letters, space, "(" and ")".

    After a letter comes another letter or a space; after a space a letter, "(" (only below
    ``max_depth``) or ")" (only inside a bracket); after a bracket always a space. A text starts
    at depth 0 as if after a space.

    Args:
        max_depth: how many brackets may be open at once, at least 1.

    Raises:
        ValueError: ``max_depth`` is less than 1.

    Example:
        >>> BracketLanguage().next_probabilities("ab (")
        {' ': 1.0}
    """

    max_depth: int = 4

    def __post_init__(self) -> None:
        if self.max_depth < 1:
            raise ValueError(f"max_depth must be at least 1, not {self.max_depth}")

    @property
    def alphabet(self) -> tuple[str, ...]:
        """Every character of the language, sorted."""
        return tuple(sorted([*_LETTERS, " ", "(", ")"]))

    def sample(self, length: int, seed: int) -> str:
        """A text of `length` characters; the same seed gives the same text, and a shorter text
        is the beginning of a longer one."""
        random = np.random.default_rng(seed)
        written: list[str] = []
        row = self._table[_START]
        while len(written) < length:
            # Python's floats are several times faster one by one than numpy's, in blocks that
            # keep memory flat.
            for number in random.random(min(65536, length - len(written))).tolist():
                thresholds, characters, rows = row
                choice = bisect_right(thresholds, number)
                written.append(characters[choice])
                row = rows[choice]
        return "".join(written)

    def next_probabilities(self, text: str) -> dict[str, float]:
        """The chance of each character that may follow `text`; impossible ones are left out.

        Raises:
            UserError: `text` is not a text of this language.
        """
        state = _START
        for position, character in enumerate(text):
            if character not in self._follow(state):
                raise UserError(
                    f"Character {position + 1} of the text, {character!r}, can't stand there "
                    f"in the bracket language.",
                    f"Use the letters {min(_LETTERS)} to {max(_LETTERS)} in words, with one space "
                    f"around each bracket and at most {self.max_depth} brackets open.",
                )
            state = self._after(state, character)
        return dict(self._follow(state))

    def entropy_rate(self) -> float:
        """Nats per character of an endless text: the floor under any model's loss.

        The mean, over the stationary distribution of the states, of the entropy of the next
        character.
        """
        states = list(product(range(self.max_depth + 1), _KINDS))
        place = {state: i for i, state in enumerate(states)}
        transitions = np.zeros((len(states), len(states)))
        entropies = np.zeros(len(states))
        for state, i in place.items():
            follow = self._follow(state)
            for character, chance in follow.items():
                transitions[i, place[self._after(state, character)]] += chance
            chances = np.array(list(follow.values()))
            entropies[i] = -(chances * np.log(chances)).sum()
        # The stationary row vector: w P = w with sum 1. The stacked system is consistent and has
        # one solution because every state reaches every other one.
        system = np.vstack([transitions.T - np.eye(len(states)), np.ones(len(states))])
        target = np.append(np.zeros(len(states)), 1.0)
        weights = np.linalg.lstsq(system, target, rcond=None)[0]
        return float(weights @ entropies)

    def _follow(self, state: _State) -> dict[str, float]:
        """What may come next in `state`, with its chance."""
        depth, kind = state
        if kind == _BRACKET:
            return {" ": 1.0}
        if kind == _LETTER:
            rest = {" ": _WORD_END}
        else:
            rest = {}
            if depth < self.max_depth:
                rest["("] = _OPEN
            if depth > 0:
                rest[")"] = _CLOSE
        share = 1.0 - sum(rest.values())
        return rest | {letter: share * chance for letter, chance in _LETTERS.items()}

    @staticmethod
    def _after(state: _State, character: str) -> _State:
        """The state once `character` has been written in `state`."""
        depth, _ = state
        if character == " ":
            return depth, _SPACE
        if character in "()":
            return depth + (1 if character == "(" else -1), _BRACKET
        return depth, _LETTER

    @cached_property
    def _table(self) -> dict[_State, _Row]:
        """For each state: cumulative chances, the characters, and the rows of the states after."""
        table: dict[_State, _Row] = {
            state: ([], [], []) for state in product(range(self.max_depth + 1), _KINDS)
        }
        for state, (thresholds, characters, rows) in table.items():
            follow = self._follow(state)
            # The last threshold is left out: rounding must not let a number fall behind it.
            thresholds.extend(list(accumulate(follow.values()))[:-1])
            characters.extend(follow)
            rows.extend(table[self._after(state, character)] for character in follow)
        return table
