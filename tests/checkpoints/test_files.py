"""The folder of checkpoints: the page and `pull` use the same one."""

from __future__ import annotations

from pathlib import Path

import pytest

from charlstm.checkpoints.files import SHIPPED, checkpoints_folder
from tests.fixtures.small import ROOT


@pytest.mark.parametrize("unset", [None, "", " "])
def test_it_is_the_projects_own_unless_one_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unset: str | None
) -> None:
    assert SHIPPED.samefile(ROOT / "checkpoints")
    monkeypatch.setenv("CHARLSTM_CHECKPOINTS", str(tmp_path / "own"))
    assert checkpoints_folder() == tmp_path / "own"
    if unset is None:
        monkeypatch.delenv("CHARLSTM_CHECKPOINTS")
    else:
        monkeypatch.setenv("CHARLSTM_CHECKPOINTS", unset)
    monkeypatch.chdir(ROOT)
    assert checkpoints_folder() == Path("checkpoints")
    monkeypatch.chdir(tmp_path)
    assert checkpoints_folder() == SHIPPED
