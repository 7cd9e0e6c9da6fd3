from __future__ import annotations

from charlstm.cli import bench_beside
from charlstm.cli.bench_beside import BUSY, HELD_TO, beside, busy_processes


def test_busy_processes_live_as_long_as_the_block():
    with busy_processes(2) as processes:
        assert [process.poll() for process in processes] == [None, None]
    assert all(process.poll() is not None for process in processes)


def test_a_row_alone_and_one_beside_each_number_of_busy_processes(monkeypatch):
    """The work is created anew for each row, and its rate counts the characters it returns."""
    monkeypatch.setattr(bench_beside, "SECONDS", 0.02)
    monkeypatch.setattr(bench_beside, "WARM_UP", 0.0)
    made = []

    def make():
        made.append(len(made))
        return lambda: 7

    alone, *others = beside("sampling", "1 x 8", make)
    assert made == list(range(len(BUSY)))
    assert (alone.what, alone.ratio, alone.floor) == ("sampling, alone", None, None)
    assert alone.ours > 0
    for row, busy in zip(others, BUSY[1:], strict=True):
        assert row.what.startswith(f"sampling, beside {busy} busy process")
        assert row.ratio == row.ours / alone.ours
        assert row.floor == HELD_TO.get(busy)
