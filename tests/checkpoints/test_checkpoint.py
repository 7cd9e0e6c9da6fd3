from __future__ import annotations

import json
import math
import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file

from charlstm.checkpoints.checkpoint import load_checkpoint, save_checkpoint
from charlstm.errors import UserError
from tests.fixtures.small import CARD, LETTERS, small_model


@pytest.fixture
def folder(tmp_path):
    save_checkpoint(tmp_path / "one", small_model(2), LETTERS, CARD)
    return tmp_path / "one"


def test_saved_and_loaded(folder):
    names = {path.name for path in folder.iterdir()}
    assert names == {"config.json", "model.safetensors", "vocab.json", "README.md"}
    checkpoint = load_checkpoint(folder)
    assert checkpoint.vocab == LETTERS
    assert not checkpoint.model.training
    for name, value in small_model(2).state_dict().items():
        assert torch.equal(checkpoint.model.state_dict()[name], value)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_weights_in_16_bits_are_loaded_into_32(folder, dtype):
    weights = {k: v.to(dtype) for k, v in load_file(folder / "model.safetensors").items()}
    save_file(weights, folder / "model.safetensors")
    model = load_checkpoint(folder).model
    assert model.fc.weight.dtype == torch.float32
    assert torch.equal(model.fc.weight, weights["fc.weight"].float())


PICKLE = "is a pickle under another name, never opened as it could run code"


class Touch:
    def __reduce__(self):
        return (open, ("/tmp/charlstm-was-here", "w"))


def damage_config(folder, **values):
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda f: (f / "vocab.json").unlink(), "has no vocab.json"),
        (lambda f: (f / "model.safetensors").write_bytes(b""), "is damaged"),
        (lambda f: (f / "model.safetensors").write_bytes(pickle.dumps(Touch())), PICKLE),
        (lambda f: torch.save({"fc.weight": Touch()}, f / "model.safetensors"), PICKLE),
        (lambda f: (f / "model.safetensors").write_bytes(b"\x80\2" + bytes(700)), "is damaged"),
        (lambda f: (f / "model.safetensors").write_bytes(b"\x80"), "is damaged"),
        (lambda f: (f / "model.safetensors").write_bytes(b"\xff" * 99), "is damaged"),
        (lambda f: (f / "config.json").write_text("{"), "config.json can't be read"),
        (lambda f: (f / "config.json").write_text("[" * 10**5), "config.json can't be read"),
        (lambda f: (f / "config.json").write_text("[]"), "is not that of a char-LSTM"),
        (lambda f: (f / "config.json").write_text('{"n_layer": 2}'), "is not that of a char-LSTM"),
        (lambda f: (f / "vocab.json").write_text("[" * 10**5), "vocab.json can't be read"),
        (lambda f: damage_config(f, hidden_size=10**9), "hidden_size = 1000000000, at most 8192"),
        (lambda f: damage_config(f, hidden_size="10"), "asks for hidden_size"),
        (lambda f: damage_config(f, n_layers=True), "asks for n_layers"),
        (lambda f: damage_config(f, hidden_size=11), "shapes in model.safetensors"),
        (lambda f: damage_config(f, vocab_size=7), "disagree"),
    ],
)
def test_a_damaged_checkpoint_gets_a_sentence(folder, damage, sentence):
    damage(folder)
    with pytest.raises(UserError, match=sentence):
        load_checkpoint(folder)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e30])
@pytest.mark.parametrize("name", ["fc.bias", "embedding.weight", "lstm.weight_hh_l1"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_weights_that_are_no_numbers_are_refused(folder, value, name, dtype):
    weights = load_file(folder / "model.safetensors")
    weights[name].view(-1)[3] = value
    weights = {key: weight.to(dtype) for key, weight in weights.items()}
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(UserError, match=f"{name} in model.safetensors has weights of NaN"):
        load_checkpoint(folder)


def renamed(folder, change):
    path = folder / "model.safetensors"
    save_file({change(key): weight for key, weight in load_file(path).items()}, path)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "_orig_mod.module."])
def test_the_prefix_of_a_wrapper_is_named(folder, prefix):
    renamed(folder, lambda key: prefix + key)
    with pytest.raises(UserError, match=f"each name in model.safetensors begins with '{prefix}'"):
        load_checkpoint(folder)


def test_a_tensor_that_is_missing_or_too_much_is_named(folder):
    renamed(folder, lambda key: key.replace("fc.", "head."))
    with pytest.raises(UserError, match=r"has no tensor called fc\.bias"):
        load_checkpoint(folder)
    renamed(folder, lambda key: key.replace("head.", "fc."))
    weights = load_file(folder / "model.safetensors")
    save_file(weights | {"more": torch.zeros(1)}, folder / "model.safetensors")
    with pytest.raises(UserError, match="has a tensor called 'more'"):
        load_checkpoint(folder)


def test_half_a_weights_file_gets_a_sentence(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match="is damaged"):
        load_checkpoint(folder)


def test_a_failed_save_leaves_what_stood_there(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    model = small_model(2)
    model.save_pretrained = None  # the first method that a save calls
    with pytest.raises(TypeError):
        save_checkpoint(folder, model, LETTERS, "")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
