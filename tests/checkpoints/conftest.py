"""A stand-in for the Hub, and a checkpoint here and there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest

from charlstm.checkpoints.checkpoint import save_checkpoint
from tests.fixtures.small import LETTERS, small_model
from tests.fixtures.stand_in_hub import FOUR, Model, StandIn, stand_in_hub

CARD = "---\nlibrary_name: charlstm\n---\n# one\n"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandIn]:
    """A stand-in for the Hub, with the client's constants set as HF_ENDPOINT, HF_HOME and
    HF_HUB_DISABLE_XET would have set them at its import."""
    constants = huggingface_hub.constants
    with stand_in_hub() as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.address)
        template = f"{server.address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield server


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A checkpoint folder on this machine that also has a run's files."""
    folder = tmp_path / "here" / "one"
    save_checkpoint(folder, small_model(2), LETTERS, CARD)
    (folder / "train.json").write_text('{"corpus": "/home/somebody/diary.txt"}')
    (folder / "learned.json").write_text("{}")
    return folder


@pytest.fixture
def model(hub: StandIn, one: Path) -> Model:
    """The same checkpoint on the stand-in, as owner/one, with files that must not be fetched."""
    files = {name: (one / name).read_bytes() for name in FOUR}
    others = {
        "pytorch_model.bin": b"no",
        "run.py": b"no",
        "train.json": b"{}",
        "a/config.json": b"",
    }
    hub.models["owner/one"] = Model(files | others)
    return hub.models["owner/one"]
