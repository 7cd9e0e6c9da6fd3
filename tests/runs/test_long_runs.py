"""What becomes of a run that goes on and on: its memory, and its disk."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from charlstm.runs.settings import RunSettings
from charlstm.training.config import PRESETS
from tests.fixtures.processes import PATIENCE
from tests.fixtures.small import ROOT

SMALL = replace(PRESETS["quick"], embed_size=6, hidden_size=12, streams=4, window=8, seconds=None)

FULL_DISK = """
import json, resource, signal, sys, threading
from pathlib import Path
from safetensors import safe_open
from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.errors import UserError
from charlstm.runs import runner
from charlstm.runs.settings import RunSettings
folder, limit = Path(sys.argv[1]), int(sys.argv[2])
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
if limit:  # in the place of a small disk: no file may be longer
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
runner.SAVE_SECONDS = 0.1
try:
    list(runner.run(folder, RunSettings.load(folder), threading.Event()))
except UserError as error:
    sentence = str(error)
model = load_checkpoint(folder).model
assert all(p.isfinite().all() for p in model.parameters())
with safe_open(folder / "resume.safetensors", "pt") as file:
    done, size = int(file.get_tensor("steps_done")), json.loads(file.metadata()["run"])["history"]
lines = (folder / "history.jsonl").read_bytes()[:size].splitlines()
assert json.loads(lines[-1])["step"] == done
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
print(json.dumps([sentence, done, sorted(path.name for path in folder.iterdir())]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
@pytest.mark.parametrize("disk", ["small file system", "short files"])
def test_a_full_disk_gets_a_sentence_and_the_last_good_checkpoint_stands(tmp_path, text, disk):
    """A run that saves ten times a second until a disk of 250 kB is full of its history, or until
    the history is as long as a file may be."""
    folder = tmp_path / "disk" / "run"
    folder.mkdir(parents=True)
    endless = RunSettings(text, "quick", replace(SMALL, steps=10**6, validate_every=10**6))
    child = [sys.executable, "-c", FULL_DISK, str(folder)]
    if disk == "small file system":
        mount = f"mount -t tmpfs -o size=250k none {folder.parent} && mkdir {folder}"
        own_mounts = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
        can = subprocess.run([*own_mounts, mount], check=False, capture_output=True)
        if can.returncode:
            pytest.skip("no file system can be mounted here")
        endless.save(tmp_path)
        start = f'{mount} && cp {tmp_path}/train.json {folder} && exec "$@"'
        command = [*own_mounts, start, "sh", *child, "0"]
    else:
        endless.save(folder)
        command = [*child, "100000"]
    found = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert found.returncode == 0, found.stderr
    sentence, step, files = json.loads(found.stdout)
    why = "No space left on device" if disk == "small file system" else "File too large"
    assert why in sentence
    assert "what was saved before still stands" in sentence
    assert sentence.count("\n") <= 1
    assert step > 1
    # Nothing half written lies about and takes the space that is left.
    assert files == sorted(
        ["README.md", "config.json", "history.jsonl", "model.safetensors", "resume.safetensors",
         "run.lock", "train.json", "vocab.json"]
    )  # fmt: skip


LONG = 600  # seconds that 9,000 steps may take
MEMORY = """
import os, sys, threading
from pathlib import Path
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
folder, few, many = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
page = os.sysconf("SC_PAGE_SIZE")
for record in run(folder, RunSettings.load(folder), threading.Event()):
    if record.kind == "step" and record.step in (few, many):
        print(int(Path("/proc/self/statm").read_text().split()[1]) * page)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_stays_flat_over_a_long_run(tmp_path, text):
    """Bytes in use after 3,000 steps and after 9,000: the records of those in between alone would
    take 3 MB. Before that a run takes what it keeps, 2 MB of it between steps 1,500 and 2,500."""
    config = replace(SMALL, steps=9_000, validate_every=500, average=0.9, weight_drop=0.1)
    RunSettings(text, "quick", config).save(tmp_path)
    command = [sys.executable, "-c", MEMORY, str(tmp_path), "3000", "9000"]
    found = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=LONG
    )
    few, many = map(int, found.stdout.split())
    assert many < few + 1_000_000
