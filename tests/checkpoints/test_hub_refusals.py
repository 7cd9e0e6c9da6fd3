"""What can't be pulled or pushed gets a sentence, and nothing is left behind."""

from __future__ import annotations

import math
import pickle
import resource
from collections.abc import Callable
from pathlib import Path

import huggingface_hub
import pytest
import torch
from safetensors.torch import load, save

from charlstm.checkpoints.hub import pull, push
from charlstm.errors import UserError
from tests.checkpoints.test_checkpoint import Touch
from tests.fixtures.stand_in_hub import FOUR, TOKEN, Model, StandIn

PICKLED = pickle.dumps(Touch()) + bytes(9000)
ZIPPED = b"PK\3\4" + bytes(9000)
BEFORE: set[str] = set()
W = "model.safetensors"
SMALL = FOUR - {W}


def change(model: Model, damage: Callable[[dict[str, torch.Tensor]], object]) -> None:
    """Change the weights of a model."""
    weights = load(model.files[W])
    damage(weights)
    model.put(W, save(weights))


DAMAGE = [
    # The damage, the files that may be fetched before it is detected, and the message.
    (lambda m: m.told(private=True), BEFORE, "no model 'owner/one' on the Hub, or it is private"),
    (lambda m: m.told(gated=True), BEFORE, "only users whom its owner has approved"),
    (
        lambda m: m.drop("config.json"),
        BEFORE,
        "no checkpoint of a char-LSTM: it has no config.json",
    ),
    (lambda m: m.drop("vocab.json"), BEFORE, "it has no vocab.json"),
    (lambda m: m.drop(W), BEFORE, "weights as a pickle only"),
    (lambda m: m.drop(W, "pytorch_model.bin"), BEFORE, "it has no model.safetensors"),
    (lambda m: m.told(sizes={W: 10**10}), BEFORE, "has 10,000,000,000 bytes; at most"),
    (
        lambda m: m.told(sizes={"config.json": 10**6}),
        BEFORE,
        "config.json of 'owner/one' has 1,000,000 bytes",
    ),
    (lambda m: m.told(sizes={"README.md": None}), BEFORE, "has an unknown number of bytes"),
    (lambda m: m.put("config.json", b"{"), SMALL, "config.json can't be read"),
    (lambda m: m.put("config.json", b"[" * 60_000), SMALL, "config.json can't be read"),
    (
        lambda m: m.put("config.json", b'{"n_layer": 12}'),
        SMALL,
        "is not that of a char-LSTM, with vocab_size",
    ),
    (lambda m: m.ask_for(hidden_size=10**9), SMALL, "hidden_size = 1000000000, at most 8192"),
    (lambda m: m.ask_for(hidden_size=-1), SMALL, "asks for hidden_size"),
    (lambda m: m.ask_for(hidden_size=8192), SMALL, "they do not belong together"),
    (lambda m: m.ask_for(hidden_size=11), FOUR, "the shapes in model.safetensors are not those"),
    (lambda m: m.ask_for(vocab_size=8), FOUR, "disagree on the vocabulary's size"),
    (lambda m: m.put("vocab.json", b"{}"), FOUR, "vocab.json can't be read"),
    (lambda m: m.put("vocab.json", b"[" * 600_000), FOUR, "vocab.json can't be read"),
    (lambda m: m.put(W, PICKLED), FOUR, "is a pickle under another name"),
    (lambda m: m.put(W, ZIPPED), FOUR, "is a pickle under another name"),
    (lambda m: m.put(W, bytes(9000)), FOUR, "model.safetensors is damaged"),
    (lambda m: m.put(W, m.files[W][:-20]), FOUR, "model.safetensors is damaged"),
    (lambda m: change(m, lambda weights: weights["fc.bias"].fill_(math.nan)), FOUR, "of NaN"),
    (
        lambda m: change(m, lambda weights: weights.update({"module.x": weights.pop("fc.bias")})),
        FOUR,
        "has no tensor called fc.bias",
    ),
    (lambda m: m.told(cut={W: 20}), FOUR, "did not arrive whole"),
    (lambda m: m.told(cut={"vocab.json": 20}), SMALL, "did not arrive whole"),
    (lambda m: m.told(sizes={W: 4000}), FOUR, "did not arrive whole"),
]


@pytest.mark.parametrize(("damage", "fetched", "sentence"), DAMAGE)
def test_what_can_not_be_used_gets_a_sentence_and_leaves_nothing(
    hub: StandIn,
    model: Model,
    tmp_path: Path,
    damage: Callable[[Model], None],
    fetched: set[str],
    sentence: str,
) -> None:
    damage(model)
    with pytest.raises(UserError, match=sentence):
        pull("owner/one", tmp_path / "pulled" / "two")
    assert hub.fetched() <= fetched
    assert list(tmp_path.glob("pulled/*")) == []
    assert not Path("/tmp/charlstm-was-here").exists()


@pytest.mark.parametrize(
    "repo_id",
    [
        *("", "one", "owner/", "/one", "o/n/m", "owner/..", "../one", "o/a--b", "o/n\n", "-o/n"),
        *("o/n.", "o/n-", "o/n.git", "_o/n", "o/.n", "http://a/b", "o/n@main", "o/n m", "ö/n"),
        "o/" + "n" * 97,
    ],
)
def test_what_is_no_id_is_not_asked_for(hub: StandIn, one: Path, repo_id: str) -> None:
    for ask in (lambda: pull(repo_id, one.parent / "two"), lambda: push(one, repo_id)):
        with pytest.raises(UserError, match="is no id of a model on the Hub"):
            ask()
    assert hub.asked == []


def test_no_such_model(model: Model, tmp_path: Path) -> None:
    assert model.files
    with pytest.raises(UserError, match="There is no model 'owner/two' on the Hub"):
        pull("owner/two", tmp_path / "two")


def test_the_hub_out_of_reach_gets_a_sentence(hub: StandIn, one: Path, monkeypatch) -> None:
    assert hub.models == {}
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")  # discard port
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with pytest.raises(UserError, match="The Hugging Face Hub can't be reached"):
        pull("owner/one", one.parent / "two")
    with pytest.raises(UserError, match="The Hugging Face Hub can't be reached"):
        push(one, "owner/one")


def test_what_stands_there_already_stays(model: Model, one: Path) -> None:
    assert model.files
    before = {path.name: path.read_bytes() for path in one.iterdir()}
    with pytest.raises(UserError, match="There is something at"):
        pull("owner/one", one)
    assert {path.name: path.read_bytes() for path in one.iterdir()} == before


def test_a_place_that_can_not_be_written(model: Model, one: Path) -> None:
    assert model.files
    with pytest.raises(UserError, match=r"can't be read or written \(File exists\)"):
        pull("owner/one", one / "config.json" / "two")


def test_a_full_disk(model: Model, tmp_path: Path) -> None:
    """No file can exceed 2,000 bytes, and the weights have some 4,500."""
    assert len(model.files["model.safetensors"]) > 4000
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(UserError, match=r"can't be read or written \(File too large\)"):
            pull("owner/one", tmp_path / "pulled" / "two")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.glob("pulled/*")) == []


def test_what_can_not_be_pushed(hub: StandIn, one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="Nobody is logged in"):
        push(one, "owner/new")
    monkeypatch.setenv("HF_TOKEN", "hf_of_a_stranger")
    with pytest.raises(UserError, match=r"does not let this login do that \(401\)"):
        push(one, "owner/new")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with pytest.raises(UserError, match=r"does not let this login do that \(403\)"):
        push(one, "another/new")
    (one / "README.md").write_text("---\nlicense: [1]\n---\n")
    with pytest.raises(UserError, match='"license" must be a string'):
        push(one, "owner/new")
    (one / "README.md").unlink()
    with pytest.raises(UserError, match="has no model card"):
        push(one, "owner/new")
    (one / "model.safetensors").write_bytes(b"")
    with pytest.raises(UserError, match="is damaged"):
        push(one, "owner/new")
    assert hub.stored == {}
