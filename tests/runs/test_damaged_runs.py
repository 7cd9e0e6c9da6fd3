"""A damaged run is listed as damaged, with a sentence, and takes nothing else away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.errors import UserError
from charlstm.export.loss_figure import MOST_RUNS
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories
from charlstm.runs.manager import Runs
from charlstm.runs.record import StepRecord, line_of
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import BRACKETS
from charlstm.ui.train.board.board import ExportQuestion, PlotView, exported, listed_runs
from charlstm.ui.train.board.feed import RunQuestion, news_of_run
from charlstm.ui.train.words import run_choices
from tests.fixtures.small import LETTERS, small_config, small_model

GOOD, BAD = "20260102-000000-quick-brackets-0000", "20260101-000000-quick-brackets-0000"
DEEP = "[" * 100_000
STEPS = [line_of(StepRecord(step, 2.0, 0.1, 1.0, 32 * step, 0.5 * step)) for step in (1, 2, 3)]


def write_run(folder: Path, name: str) -> Path:
    path = folder / name
    path.mkdir(parents=True)
    RunSettings(BRACKETS, "quick", small_config()).save(path)
    (path / "history.jsonl").write_text("".join(STEPS))
    return path


def setting(**changes: Any) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        saved = json.loads((path / "train.json").read_text())
        config = saved["config"] | changes.pop("config", {})
        (path / "train.json").write_text(json.dumps(saved | {"config": config} | changes))

    return damage


def whole(content: bytes) -> Callable[[Path], None]:
    return lambda path: (path / "train.json").write_bytes(content) and None


def last_line(content: bytes) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with (path / "history.jsonl").open("ab") as file:
            file.write(content + b"\n")

    return damage


def folder_instead(name: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        (path / name).unlink(missing_ok=True)
        (path / name).mkdir()

    return damage


def loop_instead(name: str) -> Callable[[Path], None]:
    """A file that can't be read, by root neither: a link to itself."""

    def damage(path: Path) -> None:
        (path / name).unlink(missing_ok=True)
        (path / name).symlink_to(path / name)

    return damage


DAMAGES: dict[str, Callable[[Path], None]] = {
    **{f"history {line[:30]!r}": last_line(line) for line in (
        b"[1]", b"5", b"null", b"garbage", b"\0" * 500, b"\xff\xfe", b'"step"', b"{}",
        b'{"kind": "step"}', b'{"kind": "end", "step": 1, "reason": "bored", "seconds": 1}',
        b'{"kind": "scoring", "step": 3, "characters_scored": 1, "of": 0, "seconds": 1}',
        DEEP.encode(), b"1" * 10_000,
    )},
    **{f"settings {content[:30]!r}": whole(content) for content in (
        b"", b"\0" * 500, b"null", b"5", b"[]", b"{}", b"{", b"\xff", DEEP.encode(),
        b'{"a": ' * 10_000,
    )},
    **{f"setting {list(change.items())!r:.50}": setting(**change) for change in (
        {"preset": ["quick"]}, {"preset": None}, {"preset": {}}, {"corpus": None},
        {"corpus": ["brackets"]}, {"corpus": "hub:nothing"}, {"total_steps": "many"},
        {"total_steps": -1}, {"floor": float("nan")}, {"floor": []}, {"grown_from": 5},
        {"text": 5}, {"text": {}}, {"unknown": 1}, {"config": {"streams": "4"}},
        {"config": {"streams": 0}}, {"config": {"window": 10**400}}, {"config": {"steps": True}},
        {"config": {"seconds": float("inf"), "steps": None}}, {"config": {"betas": 1}},
        {"config": {"betas": [1]}}, {"config": {"more": 1}}, {"config": {"hidden_size": None}},
    )},
    **{f"folder {name}": folder_instead(name) for name in (
        "train.json", "history.jsonl", "run.lock",
    )},
    **{f"loop {name}": loop_instead(name) for name in ("train.json", "history.jsonl")},
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_run_is_listed_with_a_sentence(tmp_path: Path, name: str) -> None:
    write_run(tmp_path, GOOD)
    DAMAGES[name](write_run(tmp_path, BAD))
    runs = RunCatalog(tmp_path)
    good, bad = runs.to_watch()
    assert (good.name, good.state, good.step) == (GOOD, "interrupted", 3)
    assert (bad.name, bad.state) == (BAD, "damaged")
    assert bad.message.startswith("Its ")
    assert bad.message.endswith("or delete it.")
    assert (f"{bad.called}, damaged", BAD) in run_choices([good, bad])
    assert [run.state for run in listed_runs(runs)] == ["interrupted", "damaged"]
    histories = Histories()
    assert news_of_run(runs, histories, RunQuestion(GOOD, 0, None)).points is not None
    news = news_of_run(runs, histories, RunQuestion(BAD, 0, None))
    assert (news.status.state, news.status.message) == ("damaged", bad.message)
    json.dumps(news.status.__dict__, allow_nan=False)
    for kind in ("csv", "png", "zip"):
        asked = ExportQuestion(kind, [GOOD, BAD][-MOST_RUNS:], PlotView("nats", "step", True, True))
        with pytest.raises(UserError, match=r"is damaged\. Its "):
            exported(runs, asked)


def test_a_damaged_run_is_not_resumed(tmp_path: Path) -> None:
    write_run(tmp_path, BAD).joinpath("train.json").write_text("null")
    runs = Runs(tmp_path)
    with pytest.raises(UserError, match="is damaged: there is nothing to resume"):
        runs.resume(BAD)
    runs.close()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data(), st.sampled_from(["train.json", "history.jsonl"]), st.binary(max_size=30))
def test_whatever_is_overwritten_the_list_stands(
    tmp_path: Path, data: st.DataObject, file: str, junk: bytes
) -> None:
    if not (tmp_path / GOOD).exists():
        write_run(tmp_path, GOOD)
        write_run(tmp_path, BAD)
    path, good = tmp_path / BAD / file, (tmp_path / GOOD / file).read_bytes()
    at = data.draw(st.integers(0, len(good)))
    path.write_bytes(good[:at] + junk + good[at + len(junk) :])
    statuses = RunCatalog(tmp_path).list()
    assert {status.name for status in statuses} == {GOOD, BAD}
    path.write_bytes(good)


@pytest.mark.slow
@pytest.mark.parametrize("file", ["config.json", "vocab.json", "README.md", "train.json"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"5",
        b"[1]",
        b"\xff",
        b"\0" * 99,
        DEEP.encode(),
        b'{"characters": ["\\ud800"]}',
    ],
    ids=lambda content: repr(content[:12]),
)
def test_a_damaged_checkpoint_is_refused_alone(tmp_path: Path, file: str, content: bytes) -> None:
    for name in ("good", "bad"):
        save_checkpoint(tmp_path / name, small_model(), LETTERS, "")
    (tmp_path / "bad" / file).write_bytes(content)
    checkpoints = Checkpoints(tmp_path, tmp_path)
    assert set(checkpoints.names()) == {"good", "bad"}
    assert checkpoints.sampler("good").sample("a", [1.0], 3, 7)
    if file in ("README.md", "train.json"):
        assert checkpoints.info("bad").bpc is None
        checkpoints.load("bad")
    else:
        with pytest.raises(UserError, match=r"can't be (used|read)"):
            checkpoints.load("bad")


@pytest.mark.parametrize("content", [b"", b"null", b"[1]", b"\xff", DEEP.encode()])
def test_a_damaged_shipped_history_is_listed_with_a_sentence(
    tmp_path: Path, content: bytes
) -> None:
    write_run(tmp_path, GOOD)
    save_checkpoint(tmp_path / "shipped", small_model(), LETTERS, "")
    (tmp_path / "shipped" / "learned.json").write_bytes(content)
    runs = RunCatalog(tmp_path)
    good, bad = runs.to_watch()
    assert (good.state, bad.state) == ("interrupted", "damaged")
    assert bad.message.startswith("Its learned.json can't be read.")
    assert runs.status("shipped") == bad
