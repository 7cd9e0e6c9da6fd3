from __future__ import annotations

import json
import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file
from small import LETTERS, small_model

from charlstm.checkpoint import Checkpoints, load_checkpoint, save_checkpoint
from charlstm.errors import UserError

CARD = """---
model-index:
- name: m
  results:
  - task: {type: text-generation}
    dataset: {type: text, name: some text}
    metrics: [{type: bpc, value: 2.5}]
---
# m
"""


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


def test_weights_in_16_bits_are_loaded_into_32(folder):
    weights = {k: v.half() for k, v in load_file(folder / "model.safetensors").items()}
    save_file(weights, folder / "model.safetensors")
    model = load_checkpoint(folder).model
    assert model.fc.weight.dtype == torch.float32
    assert torch.equal(model.fc.weight, weights["fc.weight"].float())


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
        (lambda f: (f / "model.safetensors").write_bytes(pickle.dumps(Touch())), "is damaged"),
        (lambda f: (f / "model.safetensors").write_bytes(b"\xff" * 99), "is damaged"),
        (lambda f: (f / "config.json").write_text("{"), "config.json can't be read"),
        (lambda f: damage_config(f, hidden_size=10**9), "asks for hidden_size = 1000000000"),
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


def test_half_a_weights_file_gets_a_sentence(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match="is damaged"):
        load_checkpoint(folder)


def test_a_failed_save_leaves_what_stood_there(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    model = small_model(2)
    model.save_pretrained = None  # the first thing that a save calls
    with pytest.raises(TypeError):
        save_checkpoint(folder, model, LETTERS, "")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_list(tmp_path):
    runs, shipped = tmp_path / "runs", tmp_path / "shipped"
    save_checkpoint(shipped / "b", small_model(), LETTERS, CARD)
    save_checkpoint(shipped / "a", small_model(), LETTERS, "no front matter")
    save_checkpoint(runs / "run1", small_model(2), LETTERS, CARD)
    (runs / "run1" / "train.json").write_text("{}")
    (runs / "empty").mkdir()
    checkpoints = Checkpoints(runs, shipped)
    assert checkpoints.names() == ["a", "b", "run1"]
    info = checkpoints.info("b")
    assert (info.bpc, info.measured_on, info.shipped) == (2.5, "some text", True)
    assert info.parameters == sum(p.numel() for p in small_model().parameters())
    assert checkpoints.info("a").bpc is None
    assert not checkpoints.info("run1").shipped
    assert Checkpoints(shipped, shipped).names() == ["a", "b"]
    assert Checkpoints(tmp_path / "nowhere", shipped).names() == ["a", "b"]


def test_a_rewritten_checkpoint_is_loaded_anew_and_others_are_shared(tmp_path):
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, CARD)
    checkpoints = Checkpoints(tmp_path, tmp_path)
    first = checkpoints.sampler("one")
    assert checkpoints.sampler("one") is first
    model = small_model()
    torch.nn.init.zeros_(model.fc.weight)
    save_checkpoint(tmp_path / "one", model, LETTERS, CARD)
    assert checkpoints.sampler("one") is not first
    assert not checkpoints.load("one").model.fc.weight.any()


@pytest.mark.parametrize("name", ["", "..", "../one", "one/../one", "/", "two", None, "a" * 200])
def test_a_name_that_is_not_in_the_list_gets_a_sentence(tmp_path, name):
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, CARD)
    for ask in (Checkpoints(tmp_path, tmp_path).info, Checkpoints(tmp_path, tmp_path).load):
        with pytest.raises(UserError, match="There is no checkpoint called"):
            ask(name)
