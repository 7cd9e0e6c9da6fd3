"""Copies of checkpoints with float16 weights."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file

from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.checkpoints.float16 import store_in_16_bits
from charlstm.errors import UserError
from tests.fixtures.small import LETTERS, small_model


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
        # Half a unit in the last of 11 binary digits, or half of float16's smallest number.
        gap = (copy.model.state_dict()[name] - weight).abs()
        assert (gap <= torch.clamp(weight.abs() * 2**-11, min=2**-25)).all()
    whole, half = ((folder / "model.safetensors").stat().st_size for folder in (one, two))
    numbers = sum(weight.numel() for weight in stored.values())
    assert whole - half == pytest.approx(2 * numbers, abs=64)

    store_in_16_bits(one, one)  # into its own folder, whose other files are kept
    assert {path.name for path in one.iterdir()} == names | {"train.json"}
    assert load_file(one / "model.safetensors").keys() == stored.keys()


def test_weights_that_16_bits_can_not_hold_get_a_sentence(tmp_path):
    model = small_model()
    torch.nn.init.constant_(model.fc.bias, 65_520.0)  # the least that rounds to infinity
    save_checkpoint(tmp_path / "one", model, LETTERS, "# a card")
    with pytest.raises(UserError, match=r"fc\.bias of 'one' has weights beyond 65,504"):
        store_in_16_bits(tmp_path / "one", tmp_path / "two")
    assert not (tmp_path / "two").exists()
    torch.nn.init.constant_(model.fc.bias, 65_519.0)
    save_checkpoint(tmp_path / "one", model, LETTERS, "# a card")
    assert store_in_16_bits(tmp_path / "one", tmp_path / "two").model.fc.bias[0] == 65_504
