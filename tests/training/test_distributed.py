"""A team of one process, for what holds with any number of them."""

import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from charlstm.training.distributed import Team
from tests.fixtures.processes import output_of

ALONE = {
    **{"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0"},
    **{"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0", "CUDA_VISIBLE_DEVICES": ""},
}
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def gloo_threads() -> int:
    tasks = Path("/proc/self/task")
    return sum("gloo" in (task / "comm").read_text() for task in tasks.iterdir())


def gloo_threads_during_and_after() -> tuple[int, int]:
    """The number of gloo threads while a team works, and after it has left."""
    team = Team()
    nn.parallel.DistributedDataParallel(nn.Linear(2, 2))(torch.ones(1, 2)).sum().backward()
    during = gloo_threads()
    team.leave()
    return during, gloo_threads()


@pytest.mark.skipif(torch.cuda.is_available(), reason="a team on a CUDA card needs no gloo")
def test_no_thread_of_gloo_outlives_the_team(monkeypatch):
    """A thread that outlives it may abort Python at its end."""
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)
    during, after = gloo_threads_during_and_after()
    assert during > 0
    assert after == 0


@pytest.mark.slow  # in a new process, since earlier imports decide whether threads stay alive
def test_nor_where_nothing_was_imported_before():
    code = (
        "from tests.training.test_distributed import gloo_threads_during_and_after\n"
        "print(*gloo_threads_during_and_after())"
    )
    during, after = map(int, output_of("-c", code, **ALONE).split())
    assert during > 0
    assert after == 0
