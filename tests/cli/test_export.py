"""The commands that write a smaller copy and a figure."""

from __future__ import annotations

import json
import shutil

import torch
from safetensors.torch import load_file

from charlstm.export.figure import picture
from charlstm.export.loss_figure import plot_runs

SMALL = ("--hidden-size", "8")  # makes a training of the quick preset fast


def test_export_writes_a_copy_of_half_the_bytes(tmp_path, checkpoint, run):
    shutil.copytree(checkpoint, tmp_path / "one")
    status, out, _ = run("export", tmp_path / "one", "--half", "--json")
    copy = tmp_path / "one-16"
    size = (copy / "model.safetensors").stat().st_size
    assert status == 0
    assert json.loads(out) == {"checkpoint": str(copy), "bytes": size}
    assert {weight.dtype for weight in load_file(copy / "model.safetensors").values()} == {
        torch.float16
    }
    status, out, _ = run("sample", copy, "--seed-text", "The ", "--length", 5)
    assert status == 0
    status, out, _ = run("export", tmp_path / "one", "--half", "--out", tmp_path / "other")
    assert status == 0
    assert f"float16, {size:,} bytes" in out


def test_plot_is_the_figure(tmp_path, text, run):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        command = ("train", "--corpus", text, "--preset", "quick", *SMALL, "--steps", 3)
        assert run(*command, "--out", folder)[0] == 0
    out = tmp_path / "loss.svg"
    status, printed, error = run("plot", *folders, "--out", out, "--unit", "nats", "--json")
    assert (status, error) == (0, "")
    assert json.loads(printed) == {
        "out": str(out),
        "runs": [str(folder) for folder in folders],
        "unit": "nats",
        "by": "step",
    }
    assert out.read_bytes() == picture(plot_runs(folders, "nats"), "svg")
    assert "Loss, nats per character" in out.read_text()
    status, printed, error = run("plot", *folders, "--out", tmp_path / "no" / "loss.png")
    assert (status, printed) == (2, "")
    assert error.count("\n") == 1
