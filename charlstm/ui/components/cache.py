"""A cache in the memory of the process, limited in size."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import Cache as SizedCache
from cachetools import LRUCache

T = TypeVar("T")


class Cache(Generic[T]):
    """Values by key; when it is full, the least recently used one is dropped (LRU).

    Threads may share it.

    Args:
        most: the largest total size of the values; the latest value is kept whatever its size.
        size: computes the size of a value; without it each counts as 1.
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
        """All values, in the order in which they were last kept."""
        with self._lock:
            # Not the cache's own method, by which each value would count as just used.
            return [SizedCache.__getitem__(self._values, key) for key in self._values]
