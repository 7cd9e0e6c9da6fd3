from __future__ import annotations

import hashlib
import json
import os
import pickle

import pytest
import torch
from safetensors.torch import load_file, save_file

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import load_checkpoint, save_checkpoint
from charlstm.errors import UserError
from tests.fixtures.small import LETTERS, small_model

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
    save_checkpoint(shipped / "b", small_model(2), LETTERS, CARD)
    save_checkpoint(shipped / "a", small_model(), LETTERS, "no front matter")
    save_checkpoint(runs / "run1", small_model(2), LETTERS, CARD)
    (runs / "run1" / "train.json").write_text("{}")
    (runs / "empty").mkdir()
    checkpoints = Checkpoints(runs, shipped)
    assert checkpoints.names() == ["b", "a", "run1"]
    info = checkpoints.info("b")
    assert (info.bpc, info.measured_on, info.shipped) == (2.5, "some text", True)
    assert info.parameters == sum(p.numel() for p in small_model(2).parameters())
    assert checkpoints.info("a").bpc is None
    assert not checkpoints.info("run1").shipped
    assert Checkpoints(shipped, shipped).names() == ["b", "a"]
    save_checkpoint(shipped / "0", small_model(), LETTERS, CARD)
    (shipped / "0" / "pulled.json").write_text("{}")
    assert checkpoints.names() == ["b", "a", "0", "run1"]
    assert not checkpoints.info("0").shipped
    (shipped / "0" / "vocab.json").unlink()
    assert Checkpoints(tmp_path / "nowhere", shipped).names() == ["b", "a"]


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


def test_a_fingerprint_is_of_the_weights_and_changes_with_them(tmp_path):
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, CARD)
    save_checkpoint(tmp_path / "two", small_model(), LETTERS, "another card")
    checkpoints = Checkpoints(tmp_path, tmp_path)

    def digest(name):
        data = (tmp_path / name / "model.safetensors").read_bytes()
        return hashlib.sha256(data).hexdigest()[:10]

    before = digest("one")
    assert checkpoints.info("one").fingerprint == checkpoints.info("two").fingerprint == before
    model = small_model()
    torch.nn.init.zeros_(model.fc.weight)  # other weights, in a file of the same size
    save_checkpoint(tmp_path / "one", model, LETTERS, CARD)
    assert checkpoints.info("one").fingerprint == digest("one") != before
    assert checkpoints.info("two").fingerprint == before

    # Kept by time and size: a file that shows neither change is not read again.
    weights = tmp_path / "two" / "model.safetensors"
    written, size = weights.stat().st_mtime_ns, weights.stat().st_size
    weights.write_bytes(bytes(size))
    os.utime(weights, ns=(written, written))
    assert checkpoints.info("two").fingerprint == before


@pytest.mark.parametrize(
    ("settings", "dataset", "corpus"),
    [
        ('{"corpus": "/texts/mine.txt"}', "wikitext2", "/texts/mine.txt"),
        ('{"corpus": "hub:owner/name:text"}', "text", "hub:owner/name:text"),
        (None, "wikitext2", "wikitext2"),
        (None, "Salesforce/wikitext, config: wikitext-2-raw-v1", "wikitext2"),
        (None, "Salesforce/wikitext, config: wikitext-103-raw-v1", None),
        (None, "brackets", "brackets"),
        (None, "text", None),
        (None, "[a, b]", None),
        ("{}", "wikitext2", None),
        ("[", "wikitext2", None),
        ('{"corpus": 3}', "wikitext2", None),
    ],
)
def test_the_text_it_was_trained_on(tmp_path, settings, dataset, corpus):
    card = CARD.replace("type: text, name", f"type: {dataset}, name")
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, card)
    if settings:
        (tmp_path / "one" / "train.json").write_text(settings)
    assert Checkpoints(tmp_path, tmp_path).info("one").corpus == corpus


@pytest.mark.parametrize("value", [".nan", "-1", "a lot", "[2.5]", "1" + "0" * 400, "{", "*a"])
def test_a_figure_that_is_no_number_is_left_out(tmp_path, value):
    card = CARD.replace("value: 2.5", f"value: {value}")
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, card)
    assert Checkpoints(tmp_path, tmp_path).info("one").bpc is None


@pytest.mark.parametrize("name", ["", "..", "../one", "one/../one", "/", "two", None, "a" * 200])
def test_a_name_that_is_not_in_the_list_gets_a_sentence(tmp_path, name):
    save_checkpoint(tmp_path / "one", small_model(), LETTERS, CARD)
    for ask in (Checkpoints(tmp_path, tmp_path).info, Checkpoints(tmp_path, tmp_path).load):
        with pytest.raises(UserError, match="There is no checkpoint called"):
            ask(name)
