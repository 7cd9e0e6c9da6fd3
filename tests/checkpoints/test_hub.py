"""Checkpoints from and to a stand-in for the Hub, through the Hub's own client."""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import huggingface_hub
import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import load_checkpoint, save_checkpoint
from charlstm.checkpoints.hub import pull, push
from charlstm.cli.main import main
from charlstm.errors import UserError
from tests.checkpoints.test_checkpoint import Touch
from tests.fixtures.processes import PATIENCE
from tests.fixtures.small import LETTERS, ROOT, small_model
from tests.fixtures.stand_in_hub import COMMIT, TOKEN, Model, StandIn, stand_in_hub

CARD = "---\nlibrary_name: charlstm\n---\n# one\n"
CLIENT = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
"""The Hub's client sends weights in a way that its HTTP library deprecates."""
FOUR = {"config.json", "model.safetensors", "vocab.json", "README.md"}


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


def same_files(one: Path, two: Path, names: set[str]) -> bool:
    return all((one / name).read_bytes() == (two / name).read_bytes() for name in names)


def test_what_is_pulled_is_what_stands_there(
    hub: StandIn, model: Model, one: Path, tmp_path: Path
) -> None:
    there = tmp_path / "pulled" / "two"
    assert pull("owner/one", there) == there
    assert {path.name for path in there.iterdir()} == FOUR | {"pulled.json"}
    assert [path.name for path in there.parent.iterdir()] == ["two"]
    assert same_files(one, there, FOUR)
    origin = {"repository": "owner/one", "revision": COMMIT}
    assert json.loads((there / "pulled.json").read_text()) == origin
    assert hub.fetched() == FOUR
    assert not model.private

    save_checkpoint(tmp_path / "pulled" / "zz", small_model(), LETTERS, CARD)
    checkpoints = Checkpoints(there.parent, there.parent)
    assert checkpoints.names() == ["zz", "two"]  # shipped checkpoints come first
    assert not checkpoints.info("two").shipped
    assert checkpoints.sampler("two").sample("The ", [0.5], 5, 1)


@CLIENT
def test_what_is_pushed_can_be_pulled(
    hub: StandIn, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    address = push(one, "owner/new")
    assert address == f"{hub.address}/owner/new/commit/{COMMIT}"
    assert hub.models["owner/new"].private
    # The run's settings must not be sent: they hold a path of this machine.
    assert hub.models["owner/new"].files.keys() == FOUR | {"learned.json"}
    assert [commit["summary"] for commit in hub.commits] == ["Checkpoint one"]

    there = pull("owner/new", tmp_path / "two")
    assert same_files(one, there, FOUR | {"learned.json"})
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(UserError, match="or it is private"):
        pull("owner/new", tmp_path / "three")

    monkeypatch.setenv("HF_TOKEN", TOKEN)
    push(one, "owner/public", public=True)
    push(one, "owner/public")  # a public repository stays public
    assert not hub.models["owner/public"].private


PICKLED = pickle.dumps(Touch()) + bytes(9000)
ZIPPED = b"PK\3\4" + bytes(9000)
BEFORE: set[str] = set()
W = "model.safetensors"
SMALL = FOUR - {W}
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


@CLIENT
def test_the_command_line(
    hub: StandIn, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    def run(*arguments: object) -> tuple[int, str, str]:
        return main([str(a) for a in arguments]), *capsys.readouterr()

    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("CHARLSTM_CHECKPOINTS", str(tmp_path / "all"))
    status, out, _ = run("push", one, "owner/new", "--public", "--json")
    assert status == 0
    assert json.loads(out)["commit"].startswith(hub.address)
    assert not hub.models["owner/new"].private
    status, out, _ = run("pull", "owner/new", "--json")
    assert status == 0
    folder = Path(json.loads(out)["checkpoint"])
    assert folder == tmp_path / "all" / "new"
    assert load_checkpoint(folder).vocab == LETTERS
    status, out, _ = run("pull", "owner/new", "--out", tmp_path / "two")
    assert (status, out) == (0, f"owner/new is in {tmp_path / 'two'}.\n")
    status, out, err = run("pull", "owner/new")
    assert (status, out) == (2, "")
    assert "There is something at" in err


@pytest.mark.slow  # starts processes; and the client tries five times to continue
def test_a_process_that_is_told_of_the_hub_by_its_environment(
    hub: StandIn, model: Model, tmp_path: Path
) -> None:
    def start(*arguments: str) -> subprocess.Popen[str]:
        variables = {"HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
        variables["CHARLSTM_CHECKPOINTS"] = "checkpoints"  # relative to its working folder
        return subprocess.Popen(
            [sys.executable, "-m", "charlstm", "pull", "owner/one", *arguments],
            env=os.environ | variables,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Processes started by a shell's background job ignore Ctrl-C by default.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    pulling = start()
    assert pulling.communicate(timeout=PATIENCE)[0] == "owner/one is in checkpoints/one.\n"
    assert pulling.returncode == 0

    model.broken = True  # weights end halfway, and a request for the rest gets no bytes
    pulling = start("--out", "two/two")
    assert (
        "can't be reached, or broke off"
        in pulling.communicate(timeout=PATIENCE)[1].splitlines()[-1]
    )
    assert pulling.returncode == 2

    model.held = True
    pulling = start("--out", "two/two")
    assert hub.holding.wait(60)
    pulling.send_signal(signal.SIGINT)
    assert pulling.communicate(timeout=PATIENCE)[1].splitlines()[-1] == "Interrupted."
    assert pulling.returncode == 130
    hub.let_go.set()
    assert list(tmp_path.glob("two/*")) == []
