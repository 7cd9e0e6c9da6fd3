"""`Fastest` with a simulated clock."""

from __future__ import annotations

import pytest

from charlstm.model import fastest
from charlstm.model.fastest import Fastest


class Clock:
    """A simulated clock for `fastest`, which `work` advances."""

    def __init__(self):
        self.now = 100.0

    def perf_counter(self):
        return self.now

    monotonic = perf_counter


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(fastest, "time", clock)
    return clock


def work(clock, ways, costs, seconds):
    """Work for so many seconds, where ``costs`` has the seconds of each way."""
    taken = []
    until = clock.now + seconds
    while clock.now < until:
        with ways.timed() as way:
            clock.now += costs[way]
        taken.append(way)
    return taken


def test_it_takes_the_faster_way_and_changes_when_that_changes(clock):
    ways = Fastest("two", "one")
    idle, busy = {"two": 0.01, "one": 0.016}, {"two": 0.4, "one": 0.02}
    taken = work(clock, ways, idle, 60)
    assert taken.count("two") > 0.98 * len(taken)
    taken = work(clock, ways, busy, 120)
    assert taken.count("one") > 0.95 * len(taken)
    taken = work(clock, ways, idle, 120)
    assert taken[-500:].count("two") > 480


def test_comparing_costs_little_where_the_other_way_is_much_slower(clock):
    ways, costs = Fastest("two", "one"), {"two": 0.02, "one": 5.0}
    taken = work(clock, ways, costs, 3600)
    assert taken.count("one") * costs["one"] < 0.03 * 3600


def test_a_difference_that_may_be_chance_changes_nothing(clock):
    ways = Fastest("two", "one")
    assert work(clock, ways, {"two": 0.0102, "one": 0.01}, 60)[-100:] == ["two"] * 100


def test_amounts_of_work_are_taken_into_account(clock):
    """A way does not count as slower because its turns had more work."""
    ways = Fastest("a", "b")
    for _ in range(40):
        with ways.timed() as way:
            pass
        del way
    ways = Fastest("a", "b")
    seconds = {"a": 0.01, "b": 0.02}
    for number in range(200):
        amount = 10 if number % 2 == 0 else 1
        with ways.timed(amount) as way:
            clock.now += seconds[way] * amount
    with ways.timed() as way:
        assert way == "a"
