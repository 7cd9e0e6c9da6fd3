"""What is kept in the memory of the process for a while: the latest, as much as fits."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from charlstm.errors import UserError

T = TypeVar("T")


class Kept(Generic[T]):
    """The latest of something, by key, as many as fit; threads may share it.

    Args:
        most: total size of what is kept, the latest excepted.
    """

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._found: OrderedDict[str, tuple[T, int]] = OrderedDict()

    def keep(self, question: tuple[Any, ...], answer: T, size: int) -> str:
        """Keep an answer, in place of an earlier one to the same question.

        Returns:
            its key, which a browser may know: whoever can ask the question gets the same answer.
        """
        key = hashlib.sha256(repr(question).encode()).hexdigest()[:16]
        with self._lock:
            self._found.pop(key, None)
            self._found[key] = (answer, size)
            total = sum(size for _, size in self._found.values())
            while total > self._most and len(self._found) > 1:
                _, (_, dropped) = self._found.popitem(last=False)
                total -= dropped
        return key

    def get(self, key: str) -> T:
        """The answer.

        Raises:
            UserError: it is no longer kept.
        """
        with self._lock:
            if key not in self._found:
                raise UserError(
                    "The server no longer keeps this answer.",
                    "Ask again: with the same dice it is the same.",
                )
            self._found.move_to_end(key)
            return self._found[key][0]

    def all(self) -> list[T]:
        """What is kept, the latest last."""
        with self._lock:
            return [answer for answer, _ in self._found.values()]


class Latest(Generic[T]):
    """The latest few values, by key; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> T | None:
        """The value, or None if it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: Hashable, value: T) -> None:
        """Keep a value; the one that was asked for longest ago goes."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
