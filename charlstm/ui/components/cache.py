"""What is kept in the memory of the process for a while: the latest, as much as fits."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class Cache(Generic[T]):
    """The latest values, by key, as many as fit; the one asked for longest ago goes first.

    Threads may share it.

    Args:
        most: total size of what is kept; the latest value is kept whatever its size.
        size: of a value; without it each counts as 1.
    """

    def __init__(self, most: int, size: Callable[[T], int] | None = None) -> None:
        self._values: LRUCache[Hashable, T] = LRUCache(
            most, size and (lambda value: min(size(value), most))
        )
        self._lock = Lock()

    def get(self, key: Hashable) -> T | None:
        """The value, or None if it is not kept."""
        with self._lock:
            return self._values.get(key)

    def keep(self, key: Hashable, value: T) -> None:
        """Keep a value, in place of an earlier one with the same key."""
        with self._lock:
            self._values.pop(key, None)
            self._values[key] = value

    def values(self) -> list[T]:
        """What is kept, the latest last."""
        with self._lock:
            return [value for _, value in self._values.items()]
