"""The precision of a training is what the processor can do, tried in processes that oneDNN holds to
fewer instructions than the processor has."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys

import pytest
import torch

from charlstm.training.precision import fast_precision, is_supported
from tests.fixtures.small import ROOT

CPU = torch.device("cpu")
TRY = """
import torch
from charlstm.training.precision import fast_precision, is_supported, name_of
cpu = torch.device("cpu")
print(name_of(fast_precision(cpu)), is_supported(torch.bfloat16, cpu))
"""
held = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64") or torch.cuda.is_available(),
    reason="oneDNN is held to AVX2, which this processor or card has not",
)


def python(*arguments):
    """A process that knows no instruction beyond AVX2."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_float32_is_always_supported():
    assert is_supported(torch.float32, CPU)
    assert fast_precision(CPU) in (torch.float32, torch.bfloat16)
    assert is_supported(fast_precision(CPU), CPU)


def test_trying_draws_no_random_number():
    state = torch.get_rng_state()
    is_supported.__wrapped__(torch.float32, CPU)
    assert torch.equal(torch.get_rng_state(), state)


@held
def test_a_processor_held_to_avx2_trains_in_float32():
    assert python("-c", TRY).stdout.split() == ["float32", "False"]


@held
def test_a_run_begun_in_bfloat16_goes_on_in_float32_and_says_so(tmp_path):
    """The same folder as a machine with bfloat16 leaves it, resumed on one without."""
    run = tmp_path / "run"
    new = ("--corpus", "brackets", "--preset", "quick", "--steps", "4", "--out", run)
    begun = python("-m", "charlstm", "train", *new)
    assert begun.returncode == 0, begun.stderr
    settings = json.loads((run / "train.json").read_text())
    assert settings["precision"] == "float32"
    settings |= {"precision": "bfloat16", "total_steps": 8}
    (run / "train.json").write_text(json.dumps(settings))
    resumed = python("-m", "charlstm", "train", "--resume", run)
    assert resumed.returncode == 0, resumed.stderr
    assert "multiplied in bfloat16, which this processor can't do" in resumed.stdout
    settings = json.loads((run / "train.json").read_text())
    assert (settings["precision"], settings["begun_in"]) == ("float32", "bfloat16")
