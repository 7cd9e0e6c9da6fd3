"""The choice of a training's precision, in processes where oneDNN is limited to fewer instructions
than the processor has."""

from __future__ import annotations

import json
import platform

import pytest
import torch

from charlstm.training.precision import fast_precision, is_supported
from tests.fixtures.processes import output_of

CPU = torch.device("cpu")
HELD = """
import contextlib, io, json, sys
from pathlib import Path
import torch
from charlstm.cli.main import main
from charlstm.training.precision import fast_precision, is_supported, name_of

def train(*arguments):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        assert main(["train", *arguments]) == 0
    return output.getvalue(), json.loads(settings.read_text())

corpus, run = sys.argv[1:]
settings = Path(run) / "train.json"
cpu = torch.device("cpu")
results = {"fast": name_of(fast_precision(cpu)), "bfloat16": is_supported(torch.bfloat16, cpu)}
new = ("--corpus", corpus, "--preset", "quick", "--hidden-size", "8", "--steps", "4", "--out", run)
_, results["begun"] = train(*new)
settings.write_text(json.dumps(results["begun"] | {"precision": "bfloat16", "total_steps": 8}))
results["output"], results["resumed"] = train("--resume", run)
print(json.dumps(results))
"""
held = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64") or torch.cuda.is_available(),
    reason="oneDNN is held to AVX2, which this processor or card has not",
)


@pytest.fixture(scope="module")
def results(text, tmp_path_factory):
    """The results of `HELD` in a process limited to AVX2."""
    held = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
    run = str(tmp_path_factory.mktemp("held") / "run")
    return json.loads(output_of("-c", HELD, str(text), run, **held))


def test_float32_is_always_supported():
    assert is_supported(torch.float32, CPU)
    assert fast_precision(CPU) in (torch.float32, torch.bfloat16)
    assert is_supported(fast_precision(CPU), CPU)


def test_trying_draws_no_random_number():
    state = torch.get_rng_state()
    is_supported.__wrapped__(torch.float32, CPU)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.slow
@held
def test_a_processor_held_to_avx2_trains_in_float32(results):
    assert (results["fast"], results["bfloat16"]) == ("float32", False)
    assert results["begun"]["precision"] == "float32"


@pytest.mark.slow
@held
def test_a_run_begun_in_bfloat16_goes_on_in_float32_and_says_so(results):
    """The folder of a run on a machine with bfloat16, resumed on one without."""
    assert "multiplied in bfloat16, which this processor can't do" in results["output"]
    resumed = results["resumed"]
    assert (resumed["precision"], resumed["begun_in"]) == ("float32", "bfloat16")
