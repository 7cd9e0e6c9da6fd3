"""A bracket language that needs no download and whose entropy is known exactly.

Spaces separate words of a few letters, and brackets too, as in WikiText-2:
``ab ( c ( da ) bb ) a``. The process is a Markov chain whose state, (depth, kind of the last
character), is determined by the text so far. So the probability of each next character is known
exactly, and so is the entropy rate: the loss that no model can beat.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, product
from typing import TypeAlias

import numpy as np

from charlstm.errors import user_error

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
# The probability that a word ends after a letter: 2.9 letters a word on average.
_WORD_END = 0.35
# Probabilities after a space. Together they set the distance from a bracket to its partner:
# quartiles 5, 14 and 34 characters (the median on WikiText-2's training text is 16).
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

    A letter is followed by another letter or a space; a space by a letter, "(" (only below
    ``max_depth``) or ")" (only inside a bracket); a bracket always by a space. A text starts
    at depth 0 as if after a space.

    Args:
        max_depth: the most brackets open at once, at least 1.

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
            # In blocks, since Python floats are several times as fast one by one as numpy's, and
            # a list of all of them would take much memory.
            for number in random.random(min(65536, length - len(written))).tolist():
                thresholds, characters, rows = row
                choice = bisect_right(thresholds, number)
                written.append(characters[choice])
                row = rows[choice]
        return "".join(written)

    def next_probabilities(self, text: str) -> dict[str, float]:
        """The probability of each character that may follow `text`, without impossible ones.

        Raises:
            UserError: `text` is not a text of this language.
        """
        state = _START
        for position, character in enumerate(text):
            if character not in self._follow(state):
                raise user_error(
                    "text.not_in_language",
                    place=position + 1,
                    character=repr(character),
                    first=min(_LETTERS),
                    last=max(_LETTERS),
                    n=self.max_depth,
                )
            state = self._after(state, character)
        return dict(self._follow(state))

    def entropy_rate(self) -> float:
        """Entropy rate in nats per character: the least loss that any model can reach.

        The mean, over the stationary distribution of the states, of the entropy of the next
        character.
        """
        states = list(product(range(self.max_depth + 1), _KINDS))
        index = {state: i for i, state in enumerate(states)}
        transitions = np.zeros((len(states), len(states)))
        entropies = np.zeros(len(states))
        for state, i in index.items():
            follow = self._follow(state)
            for character, chance in follow.items():
                transitions[i, index[self._after(state, character)]] += chance
            chances = np.array(list(follow.values()))
            entropies[i] = -(chances * np.log(chances)).sum()
        # The stationary row vector: w P = w with sum 1. The stacked system is consistent and has
        # one solution because every state reaches every other one.
        system = np.vstack([transitions.T - np.eye(len(states)), np.ones(len(states))])
        target = np.append(np.zeros(len(states)), 1.0)
        weights = np.linalg.lstsq(system, target, rcond=None)[0]
        return float(weights @ entropies)

    def _follow(self, state: _State) -> dict[str, float]:
        """The probability of each character that may come next in `state`."""
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
        """The state that `character` leads to from `state`."""
        depth, _ = state
        if character == " ":
            return depth, _SPACE
        if character in "()":
            return depth + (1 if character == "(" else -1), _BRACKET
        return depth, _LETTER

    @cached_property
    def _table(self) -> dict[_State, _Row]:
        """For each state: cumulative probabilities, characters, and the rows they lead to."""
        table: dict[_State, _Row] = {
            state: ([], [], []) for state in product(range(self.max_depth + 1), _KINDS)
        }
        for state, (thresholds, characters, rows) in table.items():
            follow = self._follow(state)
            # Without the last threshold: rounding could put it below 1, and a number above it.
            thresholds.extend(list(accumulate(follow.values()))[:-1])
            characters.extend(follow)
            rows.extend(table[self._after(state, character)] for character in follow)
        return table
