"""A team of one process: what holds for any number needs no second one."""

import os
import subprocess
import sys

import pytest

from tests.fixtures.processes import PATIENCE
from tests.fixtures.small import ROOT

LEAVING = """
import os
from pathlib import Path
import torch
from torch import nn
from charlstm.training.distributed import Team

def gloo_threads():
    names = [Path(f"/proc/self/task/{id}/comm").read_text() for id in os.listdir("/proc/self/task")]
    return sum("gloo" in name for name in names)

team = Team()
nn.parallel.DistributedDataParallel(nn.Linear(2, 2))(torch.ones(1, 2)).sum().backward()
during = gloo_threads()
team.leave()
print(during, gloo_threads())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_no_thread_of_gloo_outlives_the_team():
    """One that does may abort Python at its end."""
    alone = {"RANK": "0", "WORLD_SIZE": "1", "LOCAL_RANK": "0"}
    address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0", "CUDA_VISIBLE_DEVICES": ""}
    found = subprocess.run(
        [sys.executable, "-c", LEAVING],
        cwd=ROOT,
        env={**os.environ, **alone, **address},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    during, after = map(int, found.stdout.split())
    assert during > 0
    assert after == 0
