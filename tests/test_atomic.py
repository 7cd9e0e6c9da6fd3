"""Files that appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from charlstm.atomic import replacing


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_files_and_folders_take_their_places_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "card").write_text("old")
    with replacing(tmp_path, "card", "entry") as aside:
        (aside / "card").write_text("new")
        (aside / "entry").mkdir()
        (aside / "entry" / "ids").write_text("1 2 3")
        assert (tmp_path / "card").read_text() == "old"
        assert not (tmp_path / "entry").exists()
    assert names(tmp_path) == ["card", "entry"]
    assert (tmp_path / "card").read_text() == "new"
    assert (tmp_path / "entry" / "ids").read_text() == "1 2 3"


def test_what_fails_halfway_leaves_what_stood_there(tmp_path: Path) -> None:
    (tmp_path / "card").write_text("old")

    def fail_halfway() -> None:
        with replacing(tmp_path, "card", "other") as aside:
            (aside / "card").write_text("half")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail_halfway()
    assert names(tmp_path) == ["card"]
    assert (tmp_path / "card").read_text() == "old"


def test_a_reader_that_has_the_old_file_open_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "card").write_text("old")
    with (tmp_path / "card").open() as reader:
        with replacing(tmp_path, "card") as aside:
            (aside / "card").write_text("new")
        assert reader.read() == "old"


def test_new_files_are_as_readable_as_any(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with replacing(tmp_path, "entry") as aside:
        (aside / "entry").mkdir()
    assert (tmp_path / "entry").stat().st_mode == (tmp_path / "plain").stat().st_mode
