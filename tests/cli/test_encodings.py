"""The command line with texts, names and terminals in other encodings."""

from __future__ import annotations

import io
import json
import os
import sys

import pytest

from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.cli.main import main
from tests.fixtures.small import LETTERS, small_model

UNDECODABLE = os.fsdecode(b"caf\xe9 ( .txt")


@pytest.fixture
def terminal(monkeypatch):
    """The command line on a terminal whose encoding lacks most characters."""

    def run(*arguments):
        streams = [io.TextIOWrapper(io.BytesIO(), encoding="cp1252") for _ in range(2)]
        monkeypatch.setattr(sys, "stdout", streams[0])
        monkeypatch.setattr(sys, "stderr", streams[1])
        status = main([str(argument) for argument in arguments])
        for stream in streams:
            stream.flush()
        return status, *(stream.buffer.getvalue().decode("cp1252") for stream in streams)

    return run


@pytest.mark.slow
def test_no_command_fails_at_a_name_or_a_character_that_the_terminal_lacks(tmp_path, terminal):
    corpus = tmp_path / "“a − b” ( .txt"
    corpus.write_text("He ( a − b ) “c”\n" * 400, encoding="utf-8")
    folder = tmp_path / "é − run"
    small = ("--preset", "quick", "--steps", 3, "--hidden-size", 4)
    files = [tmp_path / f"é\udce9.{kind}" for kind in ("csv", "json", "svg", "png")]
    commands = [
        ("train", "--corpus", corpus, *small, "--out", folder),
        ("eval", folder, "--corpus", corpus),
        ("sample", folder, "--seed-text", "“ − 😀", "--length", 9),
        ("probe", folder, "--seed-text", "− ( ", "--samples", 4, "--horizon", 5, "--out", *files),
        ("plot", folder, "--out", tmp_path / "é\udce9.svg"),
        ("learned", folder, "--seed-text", "− ( ", "--samples", 4, "--horizon", 5),
        ("export", folder, "--half"),
    ]
    for command in commands:
        for more in [(), ("--json",)][: 1 if command[0] == "train" else 2]:
            status, out, err = terminal(*command, *more)
            assert status == 0, (command, err)
            assert json.loads(out) if more else out
            assert "Traceback" not in err
    assert "# é − run" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow  # the units' experiment needs a longer text
def test_cells_does_not_fail_at_them_either(tmp_path, terminal):
    corpus, folder = tmp_path / "“a − b” ( .txt", tmp_path / "é − run"
    corpus.write_text("He ( a − b ) “c”\n" * 6_000, encoding="utf-8")
    small = ("--preset", "quick", "--steps", 3, "--hidden-size", 4)
    files = [tmp_path / f"é\udce9 −.{kind}" for kind in ("csv", "json", "svg")]
    for command in (
        ("train", "--corpus", corpus, *small, "--out", folder),
        ("cells", folder, "--target", "(", "--out", *files),
    ):
        status, out, err = terminal(*command)
        assert (status, bool(out), "Traceback" in err) == (0, True, False), err
    assert all(file.stat().st_size for file in files)


def test_an_error_is_printed_too(tmp_path, terminal):
    folder = tmp_path / UNDECODABLE
    for command in (
        ("train", "--corpus", "brackets", "--preset", "quick", "--out", folder),
        ("pull", "owner/name", "--out", folder),
        ("export", tmp_path, "--half", "--out", folder),
        ("eval", folder, "--corpus", "brackets"),
        ("eval", tmp_path, "--corpus", folder),
        ("train", "--corpus", folder, "--preset", "quick"),
    ):
        status, _, err = terminal(*command)
        assert status == 2
        assert "holds bytes that are no characters" in err
    status, _, err = terminal("sample", tmp_path, "--seed-text", UNDECODABLE)
    assert status == 2
    assert "holds bytes that are no characters" in err
    assert err.count("\n") == 1


def test_a_seed_texts_line_ends_are_newlines_and_told(checkpoint, run):
    arguments = ("sample", checkpoint, "--length", 5, "--temperature", 1, "--json")
    status, out, err = run(*arguments, "--seed-text", "ab\r\nc\u2028")
    assert status == 0
    assert err == (
        "The seed text has 2 line ends other than a newline (1 CR LF, 1 U+2028), which are each "
        "read as one.\n"
    )
    assert (out, "") == run(*arguments, "--seed-text", "ab\nc\n")[1:]


def test_eval_says_what_was_changed_and_what_share_was_read_as_unk(tmp_path, run):
    save_checkpoint(tmp_path / "small", small_model(), LETTERS, "# small")
    file = tmp_path / "a.TXT"
    file.write_bytes("ab é\r\n".encode() * 100)
    status, out, err = run("eval", tmp_path / "small", "--corpus", file, "--split", "train")
    assert status == 0
    assert out.endswith("over 449 characters, 90 of them (20.0%) read as UNK\n")
    assert err == (
        "The text has 100 line ends other than a newline (100 CR LF), which are each read as one.\n"
    )
    _, out, _ = run("eval", tmp_path / "small", "--corpus", file, "--split", "train", "--json")
    assert json.loads(out)["read_as_unk"] == 90
