from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import filelock
import pytest

from charlstm.checkpoints.files import HISTORY, LOCK, RESUME
from charlstm.errors import user_error
from charlstm.language import speaking
from charlstm.runs.process import LOG, error_in, error_line
from charlstm.runs.record import EndRecord, StepRecord, line_of
from charlstm.runs.settings import RunSettings
from charlstm.runs.status import read_status
from charlstm.texts import table, translated
from charlstm.texts import text as sentence
from charlstm.training.config import PRESETS
from tests.fixtures.processes import PATIENCE


@pytest.mark.parametrize(
    ("saved", "log", "state", "sentence"),
    [
        (True, "Free some space or choose another folder.", "interrupted", "Free some space or"),
        (False, "The text is too short.", "failed", "The text is too short."),
        (True, "", "interrupted", "what was saved before still stands"),  # no room for a log either
    ],
)
def test_a_run_that_found_no_room_can_go_on(tmp_path, text, saved, log, state, sentence):
    RunSettings(text, "quick", PRESETS["quick"]).save(tmp_path)
    (tmp_path / LOG).write_text(log)
    if saved:
        (tmp_path / RESUME).touch()
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(2)"]) as process:
        process.wait(PATIENCE)
    status = read_status(tmp_path, process, None)
    assert status.state == state
    assert sentence in status.message


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        (
            "Traceback (most recent call last):\n  File x\nValueError: no such thing",
            "no such thing",
        ),
        ("Traceback\nMemoryError\n", "It ended with an error: MemoryError"),
        ("RuntimeError: one\nSet A=1 to see more.\n", "RuntimeError: one"),
        ("Segmentation", "It ended with an error: Segmentation"),
        ("", "left no message"),
        ("E: " + "x" * 10_000, "E: xxx"),
    ],
)
def test_an_error_is_a_short_sentence_never_a_traceback(tmp_path, text, log, sentence):
    RunSettings(text, "quick", PRESETS["quick"]).save(tmp_path)
    (tmp_path / LOG).write_text(log)
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"]) as process:
        process.wait(PATIENCE)
    status = read_status(tmp_path, process, None)
    assert status.state == "failed"
    assert sentence in status.message
    assert "Traceback" not in status.message
    assert len(status.message) < 400
    (tmp_path / RESUME).touch()
    assert read_status(tmp_path, process, None).state == "interrupted"  # it can be resumed
    assert read_status(tmp_path, None, None, "It could not start.").message == "It could not start."


def test_a_runs_sentences_are_in_the_language_of_whoever_asks(tmp_path, text):
    def said(process=None, place=None, refusal=""):
        with speaking("de"):
            return translated(read_status(tmp_path, process, place, refusal).message)

    RunSettings(text, "quick", PRESETS["quick"]).save(tmp_path)
    german = table("de")
    assert said() == german["runs.ended.not_begun"]
    assert said(place=2) == german["runs.line.1"]
    assert said(refusal=sentence("runs.ended.unwritable")) == german["runs.ended.unwritable"]

    # A process writes its log and its history in English.
    error = user_error("training.too_short", n=7, need=50, least=60)
    (tmp_path / LOG).write_text(f"A remark.\n{error_line(error)}\n{error}\n")
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(2)"]) as process:
        process.wait(PATIENCE)
    assert read_status(tmp_path, process, None).message == str(error)
    with speaking("de"):
        assert "7 Zeichen" in str(error)
        assert said(process) == str(error)
    lost = sentence("runs.ended.lost", loss="9.31", times="3")
    (tmp_path / HISTORY).write_text(line_of(EndRecord(3, "diverged", 1.0, str(lost))))
    assert read_status(tmp_path, None, None).message == lost
    assert said() == translated(lost, "de") != lost
    (tmp_path / HISTORY).write_text(line_of(EndRecord(3, "diverged", 1.0, "As nobody says it.")))
    assert said() == "As nobody says it."
    (tmp_path / HISTORY).write_text("no record\n")
    assert said() == german["runs.damaged.file"].format(file=HISTORY)


@pytest.mark.parametrize(
    "line", ["[]", "[1, 2]", '["a"]', "{}", "null", "[" * 100_000, '[{"name": "x"}, {}]', "3"]
)
def test_a_line_that_is_no_error_stands_as_it_is(line):
    assert error_in([line]) == line


def test_time_left_is_that_of_the_budget_until_there_is_a_plan(tmp_path, text):
    config = replace(PRESETS["quick"], seconds=60.0)
    (tmp_path / HISTORY).write_text(line_of(StepRecord(10, 2.0, 0.1, 1.0, 7_680, 4.0)))
    with filelock.FileLock(tmp_path / LOCK):
        RunSettings(text, "quick", config).save(tmp_path)
        assert read_status(tmp_path, None, None).seconds_left == 56.0
        RunSettings(text, "quick", config, total_steps=100).save(tmp_path)
        assert read_status(tmp_path, None, None).seconds_left == pytest.approx(36.0)


def test_no_time_is_left_to_tell_while_the_score_is_awaited(tmp_path, text):
    config = replace(PRESETS["quick"], seconds=60.0)
    with filelock.FileLock(tmp_path / LOCK):
        for step, seconds, planned in ((100, 41.0, 100), (90, 60.2, None)):
            last = StepRecord(step, 2.0, 0.1, 1.0, 7_680, seconds)
            (tmp_path / HISTORY).write_text(line_of(last))
            RunSettings(text, "quick", config, total_steps=planned).save(tmp_path)
            status = read_status(tmp_path, None, None)
            assert (status.state, status.seconds_left) == ("running", None)
