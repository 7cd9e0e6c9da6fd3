from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from charlstm import folders
from charlstm.folders import (
    SHIPPED,
    cache_folder,
    checkpoints_folder,
    is_lasting,
    library_folders,
    remarks,
    rooms_folder,
)
from tests.fixtures.processes import output_of
from tests.fixtures.small import ROOT

NOWHERE = "/dev/null/folder"  # a folder that nobody, not even root, can make


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The system's temporary folder, for this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders._temporary_folder.cache_clear()
    yield tmp_path
    folders._temporary_folder.cache_clear()


def test_one_variable_names_all_folders(tmp_path):
    home = {"CHARLSTM_HOME": str(tmp_path / "new"), "XDG_CACHE_HOME": NOWHERE}
    assert checkpoints_folder(home) == tmp_path / "new/checkpoints"
    assert cache_folder(home) == tmp_path / "new/cache"
    assert rooms_folder(home) == tmp_path / "new/rooms"
    libraries = library_folders({**home, "HF_HOME": "/elsewhere"})
    assert libraries.keys() == {"MPLCONFIGDIR", "GRADIO_TEMP_DIR"}
    assert all(Path(path).is_relative_to(tmp_path / "new/cache") for path in libraries.values())
    assert remarks(home) == []


def test_the_folder_of_checkpoints_may_have_a_name_of_its_own(tmp_path):
    own = {"CHARLSTM_CHECKPOINTS": str(tmp_path / "own")}
    both = {**own, "CHARLSTM_HOME": str(tmp_path / "home")}
    assert checkpoints_folder(own) == checkpoints_folder(both) == tmp_path / "own"
    assert rooms_folder(own) == tmp_path / "own/rooms"
    assert rooms_folder(both) == tmp_path / "home/rooms"
    assert cache_folder(both) == tmp_path / "home/cache"


@pytest.mark.parametrize("blank", [{}, {"CHARLSTM_CHECKPOINTS": "", "CHARLSTM_HOME": " "}])
def test_without_a_name_it_is_the_projects_own(monkeypatch, tmp_path, blank):
    assert SHIPPED.samefile(ROOT / "checkpoints")
    monkeypatch.chdir(ROOT)
    assert checkpoints_folder(blank) == Path("checkpoints")
    monkeypatch.chdir(tmp_path)
    assert checkpoints_folder(blank) == SHIPPED
    assert rooms_folder(blank) == SHIPPED / "rooms"
    assert cache_folder({**blank, "XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "charlstm"
    assert library_folders({**blank, "XDG_CACHE_HOME": str(tmp_path)}) == {}


@pytest.mark.parametrize("environment", [{"XDG_CACHE_HOME": NOWHERE}, {"CHARLSTM_HOME": NOWHERE}])
def test_a_cache_that_cant_be_written_gives_way_to_a_temporary_folder(temporary, environment):
    cache = cache_folder(environment)
    assert cache.parent.parent == temporary
    assert cache.parent.stat().st_mode & 0o077 == 0
    cache.mkdir()  # it can be made
    assert cache_folder(environment) == cache
    assert all(Path(path).is_relative_to(cache) for path in library_folders(environment).values())
    assert any(NOWHERE in remark and str(cache) in remark for remark in remarks(environment))


def test_there_need_be_no_home(monkeypatch, temporary):
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    assert cache_folder({}).is_relative_to(temporary)
    assert any("no home folder" in remark for remark in remarks({}))


def test_runs_go_to_a_temporary_folder_where_the_projects_own_cant_be_written(
    monkeypatch, temporary
):
    monkeypatch.setattr(folders, "SHIPPED", Path(NOWHERE))
    assert checkpoints_folder({}).is_relative_to(temporary)
    assert not is_lasting({})
    assert str(checkpoints_folder({})) in remarks({})[0]


@pytest.mark.usefixtures("temporary")
def test_a_named_folder_of_runs_is_never_replaced():
    named = {"CHARLSTM_CHECKPOINTS": NOWHERE}
    assert checkpoints_folder(named) == Path(NOWHERE)
    assert NOWHERE in remarks(named)[0]
    assert "no run can start" in remarks(named)[0]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no users to tell apart")
@pytest.mark.parametrize("trap", ["open", "link"])
def test_another_users_temporary_folder_is_not_used(temporary, trap):
    taken = temporary / f"charlstm-{os.getuid()}"
    if trap == "open":
        taken.mkdir()
        taken.chmod(0o777)
    else:
        taken.symlink_to(temporary / "elsewhere")
    ours = cache_folder({"XDG_CACHE_HOME": NOWHERE}).parent
    assert ours != taken
    assert ours.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_without_a_home_a_run_trains_and_is_asked(tmp_path):
    """In processes of their own, as libraries find their folders when they are imported."""
    text, temporary, work = tmp_path / "own.txt", tmp_path / "tmp", tmp_path / "work"
    text.write_text("The cab ( bed ) face. " * 900)
    temporary.mkdir()
    work.mkdir()
    nowhere = {"HOME": "/dev/null", "XDG_CACHE_HOME": "", "HF_HOME": "", "TMPDIR": str(temporary)}
    command = ("-m", "charlstm", "train", "--corpus", str(text), "--preset", "quick")
    small = ("--steps", "2", "--hidden-size", "8", "--out", str(tmp_path / "run"))
    output_of(*command, *small, folder=work, CHARLSTM_CHECKPOINTS="", **nowhere)
    asked = ("-m", "charlstm", "probe", str(tmp_path / "run"), "--seed-text", "The cab ( ")
    said = output_of(*asked, "--samples", "20", "--horizon", "20", folder=work, **nowhere)
    assert "7-gram: closed" in said
    assert "Real text: closed" in said
    assert list(work.iterdir()) == []
    assert list(temporary.glob("charlstm-*/cache/*/train.npy"))
