"""Checkpoints from and to a stand-in for the Hub, through the Hub's own client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import load_checkpoint, save_checkpoint
from charlstm.checkpoints.hub import pull, push
from charlstm.cli.main import main
from charlstm.errors import UserError
from tests.fixtures.processes import PATIENCE
from tests.fixtures.small import LETTERS, ROOT, small_model
from tests.fixtures.stand_in_hub import COMMIT, FOUR, TOKEN, Model, StandIn

CLIENT = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
"""The Hub's client sends weights in a way that its HTTP library deprecates."""


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

    save_checkpoint(tmp_path / "pulled" / "zz", small_model(), LETTERS, "# zz")
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
