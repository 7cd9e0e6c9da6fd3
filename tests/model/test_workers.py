from __future__ import annotations

import threading

import pytest
import torch

from charlstm.environment import cores
from charlstm.model.workers import FEWEST_ROWS, Workers, share_count, shares


@pytest.mark.parametrize(("rows", "count"), [(7, 1), (7, 2), (7, 3), (48, 2), (3, 3)])
def test_shares_are_all_rows_once_and_nearly_equal(rows, count):
    results = shares(rows, count)
    assert [row for part in results for row in range(rows)[part]] == list(range(rows))
    sizes = [len(range(rows)[part]) for part in results]
    assert len(sizes) == count
    assert max(sizes) - min(sizes) <= 1


def test_a_share_a_core_where_there_are_rows_enough(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    assert share_count(1) == share_count(FEWEST_ROWS) == 1
    assert share_count(2 * FEWEST_ROWS) == 2
    assert share_count(100 * FEWEST_ROWS) == 4
    monkeypatch.setenv("OMP_NUM_THREADS", "4,2")
    assert cores() == 4
    monkeypatch.setenv("OMP_NUM_THREADS", "")
    assert cores() >= 1


def test_results_come_in_order_from_threads_that_compute_alone(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    workers = Workers()

    def work(number):
        return number, torch.get_num_threads(), threading.current_thread() is caller

    caller = threading.current_thread()
    for count in (1, 2, 3, 8):
        for _ in range(8):  # both ways are tried
            results = workers.map(work, range(count))
            assert results == [(number, 1, False) for number in range(count)]


def test_what_goes_wrong_in_a_share_is_raised():
    with pytest.raises(ZeroDivisionError):
        Workers().map(lambda number: 1 / number, [1, 0])
