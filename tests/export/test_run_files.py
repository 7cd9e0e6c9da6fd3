"""What is taken away from a real run can be read back."""

from __future__ import annotations

import csv
import io
import threading
import zipfile

import pytest
import torch
from safetensors.torch import load_file

from charlstm.checkpoints.checkpoint import load_checkpoint, save_checkpoint
from charlstm.checkpoints.files import HISTORY
from charlstm.checkpoints.float16 import store_in_16_bits
from charlstm.errors import UserError
from charlstm.export.run_files import COLUMNS, checkpoint_zip, history_csv
from charlstm.runs.history import read_history
from charlstm.runs.runner import run
from charlstm.runs.settings import RunSettings
from charlstm.training.config import PRESETS
from tests.fixtures.small import LETTERS, small_model


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "mine"
    config = PRESETS["quick"].with_budget(steps=8, seconds=None)
    for _ in run(folder, RunSettings("brackets", "quick", config), threading.Event()):
        pass
    return folder


def test_the_table_read_back_is_the_history(finished):
    records, _ = read_history(finished / HISTORY, 0)
    assert set(COLUMNS) >= {"run"}.union(*records)  # no column is lost
    text = history_csv({"mine": records, "again": records[:3]})
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["run"] for row in rows] == ["mine"] * len(records) + ["again"] * 3
    for row, record in zip(rows, [*records, *records[:3]], strict=True):
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


def test_a_copy_in_16_bits(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    save_checkpoint(one, small_model(2), LETTERS, "# a card")
    (one / "train.json").write_text("{}")
    copy = store_in_16_bits(one, two)
    names = {"config.json", "model.safetensors", "vocab.json", "README.md"}
    assert {path.name for path in two.iterdir()} == names
    for name in names - {"model.safetensors"}:
        assert (two / name).read_bytes() == (one / name).read_bytes()
    stored = load_file(two / "model.safetensors")
    for name, weight in small_model(2).state_dict().items():
        assert stored[name].dtype == torch.float16
        assert copy.model.state_dict()[name].dtype == torch.float32
        # Half a unit in the last of 11 binary digits, or half the smallest step there is.
        gap = (copy.model.state_dict()[name] - weight).abs()
        assert (gap <= torch.clamp(weight.abs() * 2**-11, min=2**-25)).all()
    whole, half = ((folder / "model.safetensors").stat().st_size for folder in (one, two))
    numbers = sum(weight.numel() for weight in stored.values())
    assert whole - half == pytest.approx(2 * numbers, abs=64)

    store_in_16_bits(one, one)  # in its own place, where a run's other files stay
    assert {path.name for path in one.iterdir()} == names | {"train.json"}
    assert load_file(one / "model.safetensors").keys() == stored.keys()


def test_weights_that_16_bits_can_not_hold_get_a_sentence(tmp_path):
    model = small_model()
    torch.nn.init.constant_(model.fc.bias, 65_520.0)  # the first that rounds to infinity
    save_checkpoint(tmp_path / "one", model, LETTERS, "# a card")
    with pytest.raises(UserError, match=r"fc\.bias of 'one' has weights beyond 65,504"):
        store_in_16_bits(tmp_path / "one", tmp_path / "two")
    assert not (tmp_path / "two").exists()
    torch.nn.init.constant_(model.fc.bias, 65_519.0)
    save_checkpoint(tmp_path / "one", model, LETTERS, "# a card")
    assert store_in_16_bits(tmp_path / "one", tmp_path / "two").model.fc.bias[0] == 65_504
