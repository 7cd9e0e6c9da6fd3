"""Specs: the kind of text that each names, and whether it is public."""

from __future__ import annotations

from pathlib import Path

import pytest

from charlstm.errors import UserError
from charlstm.text.hub_dataset import HubText
from charlstm.text.spec import BRACKETS, WIKITEXT2, CorpusKind, CorpusSpec

HUB = HubText("owner/name", "my lines", "poems")


@pytest.mark.parametrize(
    ("typed", "kind", "public", "short"),
    [
        ("wikitext2", CorpusKind.WIKITEXT2, True, "wikitext2"),
        ("brackets", CorpusKind.BRACKETS, True, "brackets"),
        (HUB.spec, CorpusKind.HUB, True, "text"),
        ("/home/somebody/diary.txt", CorpusKind.FILE, False, "text"),
        ("text", CorpusKind.FILE, False, "text"),  # shipped histories name files without a path
    ],
)
def test_each_kind(typed: str, kind: CorpusKind, public: bool, short: str) -> None:
    spec = CorpusSpec.parse(typed)
    assert (spec.kind, spec.is_public, spec.short_name) == (kind, public, short)
    assert str(spec) == typed
    assert spec.hub == (HUB if kind is CorpusKind.HUB else None)
    assert CorpusSpec.parse(str(spec)) == spec


def test_a_file_is_found_from_another_folder_and_moves_with_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = CorpusSpec.parse("own.txt")
    assert typed.resolved().name == str(tmp_path / "own.txt")
    assert BRACKETS.resolved() == BRACKETS
    run = Path("run")
    for spec, kept in (
        (CorpusSpec.parse(str(tmp_path / "run/text.txt")), "text.txt"),
        (CorpusSpec.parse("text.txt", run), "text.txt"),
        (typed.resolved(), str(tmp_path / "own.txt")),
        (BRACKETS, "brackets"),
    ):
        assert spec.within(run) == kept
        assert CorpusSpec.parse(kept, run).resolved() == spec.resolved()
    moved = CorpusSpec.parse("text.txt", tmp_path / "elsewhere")
    assert moved.name == str(tmp_path / "elsewhere/text.txt")


def test_a_hub_spec_that_names_no_text_gets_a_sentence() -> None:
    with pytest.raises(UserError, match="names no text on the Hub"):
        CorpusSpec.parse("hub:")


@pytest.mark.parametrize("unset", [None, "", " "])
def test_what_needs_a_network(monkeypatch: pytest.MonkeyPatch, unset: str | None) -> None:
    monkeypatch.setenv("CHARLSTM_WIKITEXT", "a folder")
    assert not WIKITEXT2.needs_network
    if unset is None:
        monkeypatch.delenv("CHARLSTM_WIKITEXT")
    else:
        monkeypatch.setenv("CHARLSTM_WIKITEXT", unset)
    assert WIKITEXT2.needs_network
    assert CorpusSpec.parse(HUB.spec).needs_network
    assert not BRACKETS.needs_network
    assert not CorpusSpec.parse("own.txt").needs_network
