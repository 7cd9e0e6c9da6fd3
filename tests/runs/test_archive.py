"""Copies of runs on a mount: what is restored equals what was saved, whatever was cut off."""

from __future__ import annotations

import json
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.checkpoints.files import RESUME
from charlstm.errors import UserError
from charlstm.runs import runner
from charlstm.runs.archive import Archive, archiving
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.process import LOG
from charlstm.runs.runner import run as train
from charlstm.runs.settings import RunSettings
from charlstm.text.spec import CorpusSpec
from tests.fixtures.bucket import mounted
from tests.fixtures.processes import output_of
from tests.fixtures.run_history import SMALL_RUN, history, numbers

SHORT = replace(SMALL_RUN, steps=40)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory, text: CorpusSpec) -> Path:
    """The folder of a run that has ended; not to be changed."""
    folder = tmp_path_factory.mktemp("ended")
    list(train(folder, RunSettings(text, "quick", SHORT), threading.Event()))
    return folder


@pytest.fixture
def run(tmp_path: Path, ended: Path) -> Path:
    """The folder of a run that has ended."""
    return Path(shutil.copytree(ended, tmp_path / "runs" / "a-run"))


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    """An empty folder for archives."""
    (folder := tmp_path / "mount").mkdir()
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a run, without those of its process."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.name not in ("run.lock", LOG)
    }


def test_a_restored_run_has_every_file_of_the_saved_one(run: Path, mount: Path) -> None:
    saved = contents(run)
    Archive(mount).put(run)
    shutil.rmtree(run)
    assert Archive(mount).take_up(run.parent) == ["a-run"]
    assert contents(run) == saved
    assert [status.name for status in RunCatalog(run.parent).list()] == ["a-run"]


@pytest.mark.slow
def test_a_run_restored_from_a_copy_of_any_moment_equals_the_uninterrupted_one(
    tmp_path: Path, mount: Path, ended: Path, text: CorpusSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "SAVE_SECONDS", 0.0)  # after every step
    whole = numbers(history(ended))
    folder = tmp_path / "runs" / "a-run"
    for step in (1, 7, 25, 39):
        stop = threading.Event()
        for record in train(folder, RunSettings(text, "quick", SHORT), stop):
            if record.kind == "step" and record.step == step:
                Archive(mount).put(folder)
                break
        shutil.rmtree(folder)  # what came after the copy is lost
        assert Archive(mount).take_up(folder.parent) == ["a-run"]
        list(train(folder, RunSettings.load(folder), threading.Event()))
        assert numbers(history(folder)) == whole
        shutil.rmtree(folder)


def test_a_run_that_is_here_stays_as_it_is(run: Path, mount: Path) -> None:
    Archive(mount).put(run)
    (run / "train.json").write_text("changed")
    assert Archive(mount).take_up(run.parent) == []
    assert (run / "train.json").read_text() == "changed"


def test_of_a_copy_that_was_cut_off_anywhere_the_one_before_counts(run: Path, mount: Path) -> None:
    Archive(mount).put(run)
    before = contents(run)
    (run / "train.json").write_text(json.dumps({"changed": True}))
    Archive(mount).put(run)
    newest = mount / "a-run" / "000002.zip"
    whole = newest.read_bytes()
    for length in [*range(0, len(whole), len(whole) // 40), len(whole) - 1]:
        newest.write_bytes(whole[:length])
        shutil.rmtree(run)
        assert Archive(mount).take_up(run.parent) == ["a-run"], length
        assert contents(run) == before, length
    newest.write_bytes(whole)
    shutil.rmtree(run)
    Archive(mount).take_up(run.parent)
    assert json.loads((run / "train.json").read_text()) == {"changed": True}


def test_a_damaged_byte_is_noticed(run: Path, mount: Path) -> None:
    Archive(mount).put(run)
    archive = mount / "a-run" / "000001.zip"
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(data)
    shutil.rmtree(run)
    assert Archive(mount).take_up(run.parent) == []
    assert not run.exists()
    assert list(run.parent.iterdir()) == []


def test_two_archives_are_kept(run: Path, mount: Path) -> None:
    for _ in range(4):
        Archive(mount).put(run)
    kept = sorted(path.name for path in (mount / "a-run").iterdir())
    assert kept == ["000003.zip", "000004.zip"]


def test_a_mount_that_is_no_folder_gets_a_sentence(run: Path, tmp_path: Path) -> None:
    catalog = RunCatalog(run.parent)
    with (
        pytest.raises(UserError, match="CHARLSTM_KEEP"),
        archiving(catalog, run.parent, tmp_path / "nowhere"),
    ):
        pass


def test_saves_are_copied_while_the_page_runs_and_the_last_one_at_its_end(
    run: Path, mount: Path
) -> None:
    folder = mount / "a-run"
    with archiving(RunCatalog(run.parent), run.parent, mount):
        deadline = time.monotonic() + 60
        while not folder.is_dir() or not list(folder.iterdir()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        first = sorted(folder.iterdir())
        (run / RESUME).write_bytes((run / RESUME).read_bytes())  # another save
    assert sorted(folder.iterdir())[-1] > first[-1]


_WITHOUT_LOCKS = """
import sys
from pathlib import Path

def refuse(event, arguments):
    paths = [str(argument) for argument in arguments if isinstance(argument, (str, bytes, Path))]
    on_mount = any(str(path).startswith(sys.argv[2]) for path in paths)
    if event.startswith("fcntl.") or (event in ("os.rename", "os.link") and on_mount):
        raise OSError(95, "Operation not supported")

sys.addaudithook(refuse)
from charlstm.runs.archive import Archive

Archive(Path(sys.argv[2])).put(Path(sys.argv[1]))
"""


@pytest.mark.slow
def test_a_mount_without_locks_and_renames_serves(run: Path, mount: Path) -> None:
    output_of("-c", _WITHOUT_LOCKS, str(run), str(mount))
    saved = contents(run)
    shutil.rmtree(run)
    assert Archive(mount).take_up(run.parent) == ["a-run"]
    assert contents(run) == saved


@pytest.mark.slow
def test_of_a_mounted_bucket_only_the_file_that_was_open_is_lost(
    run: Path, mount: Path, tmp_path: Path
) -> None:
    (store := tmp_path / "store").mkdir()
    (run / "long.txt").write_bytes(bytes(20_000_000))  # takes a while to copy
    with mounted(mount, store) as bucket, ThreadPoolExecutor(1) as pool:
        assert bucket.stdout is not None
        Archive(mount).put(run)
        assert bucket.stdout.readline() == "000001.zip\n"
        before = contents(run)
        (run / "train.json").write_text(json.dumps({"changed": True}))
        copy = pool.submit(Archive(mount).put, run)
        assert bucket.stdout.readline() == "000002.zip\n"
        bucket.kill()
        with pytest.raises(OSError, match=r"not connected|aborted"):
            copy.result()
    assert [path.name for path in (store / run.name).iterdir()] == ["000001.zip"]
    with mounted(mount, store):
        Archive(mount).put(run)
        changed = contents(run)
        for lost, found in ((None, changed), ("000002.zip", before)):
            if lost:
                (mount / run.name / lost).unlink()
            shutil.rmtree(run)
            assert Archive(mount).take_up(run.parent) == ["a-run"]
            assert contents(run) == found
