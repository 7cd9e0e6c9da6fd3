"""The cache drops the least recently used values first."""

from __future__ import annotations

from charlstm.ui.components.cache import Cache


def test_the_value_asked_for_longest_ago_goes():
    cache: Cache[str] = Cache(2)
    cache.keep("a", "1")
    cache.keep("b", "2")
    assert cache.get("a") == "1"  # now b is the least recently used
    cache.keep("c", "3")
    assert cache.get("b") is None
    assert cache.values() == ["1", "3"]
    cache.keep("a", "4")
    assert cache.values() == ["3", "4"]  # the latest last


def test_sizes_count_and_the_latest_is_always_kept():
    cache: Cache[str] = Cache(10, len)
    for text in ("four", "five5", "one"):
        cache.keep(text, text)
    assert cache.values() == ["five5", "one"]
    cache.keep("big", "x" * 99)
    assert cache.values() == ["x" * 99]
    cache.keep("one", "one")
    assert cache.values() == ["one"]


def test_a_list_of_all_values_counts_as_use_of_none():
    cache: Cache[str] = Cache(2)
    cache.keep("a", "1")
    cache.keep("b", "2")
    cache.get("a")
    assert cache.values() == ["1", "2"]
    cache.keep("c", "3")
    assert cache.get("b") is None
