"""A small checkpoint, and the command line as a function."""

from __future__ import annotations

import signal

import pytest

from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.cli.main import main
from tests.fixtures.small import LETTERS, small_model


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints") / "small"
    save_checkpoint(folder, small_model(), LETTERS, "# small")
    return folder


@pytest.fixture
def run(capsys):
    def run(*arguments):
        status = main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return status, out, err

    handled = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield run
    for number, handler in handled.items():  # a training sets its own handler of Ctrl-C
        signal.signal(number, handler)
