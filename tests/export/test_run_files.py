"""What is taken away from a real run can be read back."""

from __future__ import annotations

import csv
import io
import threading
import zipfile
from dataclasses import replace

import pytest
import torch

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.checkpoints.files import HISTORY
from charlstm.errors import UserError
from charlstm.export.run_files import COLUMNS, checkpoint_zip, history_csv
from charlstm.runs.history import read_history
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import BRACKETS
from charlstm.training.config import PRESETS
from tests.fixtures.run_history import history


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "mine"
    config = replace(PRESETS["quick"], hidden_size=8, steps=8, seconds=None)
    for _ in run(folder, RunSettings(BRACKETS, "quick", config), threading.Event()):
        pass
    return folder


def test_the_table_read_back_is_the_history(finished):
    records, _ = read_history(finished / HISTORY, 0)
    lines = [record for record in history(finished) if record["kind"] != "scoring"]
    assert set(COLUMNS) >= {"run"}.union(*lines)  # no column is lost
    text = history_csv({"mine": records, "again": records[:3]})
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["run"] for row in rows] == ["mine"] * len(lines) + ["again"] * 3
    for row, record in zip(rows, [*lines, *lines[:3]], strict=True):
        del row["run"]
        # Numbers are written so that they read back as the same numbers.
        found = {k: type(record[k])(v) for k, v in row.items() if v != ""}
        assert found == record


def test_the_zip_holds_a_checkpoint_and_its_history(finished, tmp_path):
    with zipfile.ZipFile(io.BytesIO(checkpoint_zip(finished))) as bundle:
        assert bundle.testzip() is None
        assert sorted(bundle.namelist()) == [
            "mine/README.md",
            "mine/config.json",
            "mine/history.jsonl",
            "mine/model.safetensors",
            "mine/vocab.json",
        ]
        bundle.extractall(tmp_path)
    there, here = load_checkpoint(tmp_path / "mine"), load_checkpoint(finished)
    assert there.vocab == here.vocab
    for name, weight in here.model.state_dict().items():
        assert torch.equal(there.model.state_dict()[name], weight)
    assert (tmp_path / "mine" / HISTORY).read_bytes() == (finished / HISTORY).read_bytes()


def test_a_run_without_a_checkpoint_gets_a_sentence(tmp_path):
    with pytest.raises(UserError, match="has not saved a checkpoint yet"):
        checkpoint_zip(tmp_path)
