"""The command line: output and exit status of the commands."""

from __future__ import annotations

import json
import math
import re
import signal
import threading
import time

import pytest

from charlstm.checkpoints.files import LOCK
from charlstm.model.evaluate import evaluate
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation
from charlstm.text.vocabulary import Vocabulary
from tests.fixtures.processes import PATIENCE
from tests.fixtures.small import LETTERS, small_model

SMALL = ("--hidden-size", "8")  # makes a training of the quick preset fast


@pytest.mark.slow
def test_train_eval_sample_and_probe_one_after_another(tmp_path, run):
    out = tmp_path / "run"
    budget = ("--steps", 40, "--hidden-size", 16)
    command = ("train", "--corpus", "brackets", "--preset", "quick", *budget, "--out", out)
    status, printed, progress = run(*command, "--json")
    assert status == 0
    trained = json.loads(printed)
    assert trained["steps"] == 40
    assert trained["reason"] == "finished"
    assert trained["characters_scored"] == 199_999
    assert "40/40" in progress
    assert json.loads((out / "config.json").read_text())["hidden_size"] == 16

    status, printed, _ = run("eval", out, "--corpus", "brackets", "--json")
    scored = json.loads(printed)
    assert status == 0
    assert scored.keys() == {"nats", "bpc", "characters", "read_as_unk"}
    assert scored["nats"] == pytest.approx(trained["nats"], abs=5e-4)
    assert scored["bpc"] == pytest.approx(scored["nats"] / math.log(2))
    assert scored["characters"] == 199_999

    status, printed, _ = run("sample", out, "--seed-text", "( ab", "--length", 30, "--json")
    samples = json.loads(printed)["samples"]
    assert [s["temperature"] for s in samples] == [0.2, 0.5, 1.0]
    assert all(s["text"].startswith("( ab") and len(s["text"]) == 34 for s in samples)

    status, _, error = run(*command)  # the same folder again
    assert status == 2
    assert "is not empty" in error
    larger = ("--steps", 100, "--hidden-size", 24, "--out", tmp_path / "larger")
    gently = ("--grow", out, "--learning-rate", 0.001)
    status, _, _ = run("train", "--corpus", "brackets", "--preset", "quick", *larger, *gently)
    assert status == 0
    [first, *rest] = (tmp_path / "larger" / "history.jsonl").read_text().splitlines()
    [*_, last, _] = (out / "history.jsonl").read_text().splitlines()
    assert json.loads(first)["sample"] == json.loads(last)["sample"]
    highest = max(json.loads(line).get("learning_rate", 0) for line in rest)
    assert 0.0008 < highest <= 0.001  # in 100 steps the rate falls before it reaches its peak
    card = (tmp_path / "larger" / "README.md").read_text()
    assert "--hidden-size 24 --learning-rate 0.001 --steps 100 --grow" in card

    for setting in (("--steps", 9), ("--learning-rate", 0.01), ("--learning-rate", 0)):
        status, _, error = run("train", "--resume", out, *setting)
        assert status == 2
        assert "Give --resume alone" in error


def test_sample_takes_truncation(checkpoint, run):
    arguments = ("sample", checkpoint, "--seed-text", "ab", "--length", 40, "--temperature", 2)
    cut = ("--top-k", 9, "--top-p", 0.8, "--min-p", 0.05)
    status, out, _ = run(*arguments, *cut, "--json")
    expected = Sampler(small_model(), LETTERS).sample(
        "ab", [2.0], 40, 7, truncation=Truncation(9, 0.8, 0.05)
    )
    assert status == 0
    assert [sample["text"] for sample in json.loads(out)["samples"]] == expected[0]
    assert expected != Sampler(small_model(), LETTERS).sample("ab", [2.0], 40, 7)
    status, _, err = run(*arguments, "--top-p", 0)
    assert status == 2
    assert "top-p of 0 is out of range" in err


TWO_STEPS = ("--preset", "quick", "--steps", "2", *SMALL)


@pytest.mark.slow
def test_a_text_that_cant_be_used_leaves_the_folder_free(tmp_path, run):
    text, out = tmp_path / "own.txt", tmp_path / "out"
    command = ["train", "--corpus", text, "--out", out, *TWO_STEPS]
    for content, sentence in (
        (b"\xff" * 9_000, "is not UTF-8"),
        (b"too short " * 9, "one step of"),
    ):
        text.write_bytes(content)
        status, _, error = run(*command)
        assert status == 2
        assert sentence in error
        assert not out.exists() or [path.name for path in out.iterdir()] == [LOCK]
    text.write_bytes(b"The cab ( bed ) face. " * 900)
    assert run(*command)[0] == 0


def test_a_run_is_resumed_from_any_folder(tmp_path, run, monkeypatch):
    (tmp_path / "own.txt").write_text("The cab ( bed ) face. " * 900)
    monkeypatch.chdir(tmp_path)
    assert run("train", "--corpus", "own.txt", "--out", "out", *TWO_STEPS)[0] == 0
    status, _, error = run("train", "--corpus", "own.txt", "--out", "out", *TWO_STEPS)
    assert (status, "is not empty" in error) == (2, True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run("train", "--resume", tmp_path / "out")[0] == 0
    (tmp_path / "own.txt").unlink()
    status, _, error = run("train", "--resume", "../out")
    assert (status, error) == (
        2,
        "The text that this run trains on is gone: there is no own.txt. Put it back where it was, "
        "or start a new run.\n",
    )
    asked = ("--seed-text", "The cab ( ", "--samples", 2, "--horizon", 5)
    status, out, _ = run("probe", "../out", *asked)
    assert status == 0
    assert "7-gram: closed" not in out
    assert "Without a 7-gram model or a real text beside it. The text that it was trained" in out


def test_sample_is_the_sampler(checkpoint, run):
    arguments = ("sample", checkpoint, "--seed-text", "The (", "--length", 50, "--dice", 3)
    status, out, err = run(*arguments, "--temperature", "0", "1", "--json")
    expected = Sampler(small_model(), LETTERS).sample("The (", [0.0, 1.0], 50, 3)
    assert json.loads(out) == {
        "samples": [
            {"temperature": 0.0, "text": expected[0][0]},
            {"temperature": 1.0, "text": expected[1][0]},
        ]
    }
    assert (status, err) == (0, "")
    assert expected[1][0] in run(*arguments, "--temperature", "1")[1]


def test_characters_not_seen_are_named(checkpoint, run):
    status, out, err = run("sample", checkpoint, "--seed-text", "a😀é", "--length", 5, "--json")
    assert status == 0
    assert err == "Not seen in training, read as UNK: '😀' 'é'\n"
    assert json.loads(out)["samples"][0]["text"].startswith("a😀é")


def test_eval_under_the_checkpoints_own_vocabulary(tmp_path, checkpoint, run):
    path = tmp_path / "own.txt"
    path.write_text("a bad cab Z " * 50)  # the checkpoint's vocabulary lacks Z
    status, out, _ = run("eval", checkpoint, "--corpus", path, "--split", "train", "--json")
    ids = LETTERS.encode(("a bad cab Z " * 50)[:540])
    assert status == 0
    assert json.loads(out)["nats"] == pytest.approx(evaluate(small_model(), ids).nats)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "The following arguments are required: COMMAND"),
        (["fly"], "Argument COMMAND: invalid choice: 'fly'"),
        (["train"], "needs --corpus and --preset"),
        (["train", "--corpus", "nothing", "--preset", "quick", "--out", "{}"], "no corpus called"),
        (["train", "--corpus", "brackets", "--preset", "huge"], "invalid choice: 'huge'"),
        (["train", "--corpus", "brackets", "--preset", "quick", "--steps", "0"], "above zero"),
        (
            ["train", "--corpus", "brackets", "--preset", "quick", "--hidden-size", "0"],
            "hidden size must be above zero",
        ),
        (
            ["train", "--corpus", "brackets", "--preset", "quick", "--learning-rate", "1"],
            "above zero and below 1",
        ),
        (
            ["train", "--corpus", "brackets", "--preset", "quick", "--learning-rate", "nan"],
            "above zero and below 1",
        ),
        (["train", "--resume", "{}/nowhere"], "holds no run"),
        (
            ["train", "--corpus", "brackets", "--preset", "quick", "--grow", "{}", "--out", "{}/a"],
            "is no checkpoint",
        ),
        (["eval", "{}/nowhere", "--corpus", "brackets"], "is no checkpoint"),
        (["sample", "CHECKPOINT", "--seed-text", ""], "seed text is empty"),
        (["sample", "CHECKPOINT", "--seed-text", "a", "--temperature", "nan"], "out of range"),
        (["sample", "CHECKPOINT", "--seed-text", "a", "--temperature", "x"], "invalid float"),
        (["sample", "CHECKPOINT", "--seed-text", "a", "--length", "0"], "length of 0"),
        (["probe", "CHECKPOINT", "--seed-text", "a"], "leaves no bracket open"),
        (["probe", "CHECKPOINT", "--seed-text", "( ", "--out", "{}/a.pdf"], ".csv, .json, .svg or"),
        (["probe", "CHECKPOINT", "--seed-text", "( ", "--out", "{}/no/a.csv"], "can't be written"),
        (["probe", "{}/nowhere", "--seed-text", "( "], "is no checkpoint"),
        (["export", "CHECKPOINT"], "required: --half"),
        (["export", "{}/nowhere", "--half"], "is no checkpoint"),
        (["export", "CHECKPOINT", "--half", "--out", "/proc/no"], "can't be written"),
        (["plot", "{}", "--out", "{}/loss.svg"], "holds no run"),
        (["plot", "{}", "--out", "{}/loss.pdf"], "ends in .svg or .png"),
        (["plot", "{}"], "required: --out"),
    ],
)
def test_a_mistake_ends_with_one_line_and_status_2(arguments, sentence, tmp_path, checkpoint, run):
    named = [str(checkpoint) if a == "CHECKPOINT" else a.format(tmp_path) for a in arguments]
    status, out, err = run(*named)
    assert status == 2
    assert out == ""
    assert sentence in err
    lines = [line for line in re.split(r"[\r\n]", err) if line.strip() and "steps [" not in line]
    assert len(lines) == 1


def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path, text, run):
    out, ended = tmp_path / "run", threading.Event()
    history, late = out / "history.jsonl", time.monotonic() + PATIENCE

    def press():
        """Send Ctrl-C after the first step; without a step the assertions below fail."""
        while not ended.wait(0.01):
            stepped = history.is_file() and '"kind": "step"' in history.read_text()
            if stepped or time.monotonic() > late:
                signal.raise_signal(signal.SIGINT)
                break

    presser = threading.Thread(target=press)
    presser.start()
    command = ("train", "--corpus", text, "--preset", "quick", *SMALL)
    try:
        status, _, seen = run(*command, "--steps", 10**6, "--out", out)
    finally:
        ended.set()
        presser.join()
    assert status == 130
    assert f"Go on with: python -m charlstm train --resume {out}" in seen
    assert Vocabulary.load(out / "vocab.json")
    assert json.loads((out / "history.jsonl").read_text().splitlines()[-1])["reason"] == "stopped"
