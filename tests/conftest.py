"""Fixtures that all tests share: WikiText-2 if it is at hand, and a small text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from charlstm.text.spec import CorpusSpec
from tests.fixtures import surroundings  # first: it changes the environment that others read
from tests.fixtures.small import ROOT


@pytest.fixture(scope="session")
def wikitext() -> Path:
    """A folder with WikiText-2 in the Hub's layout: CHARLSTM_WIKITEXT, or the one beside the
    checkout."""
    if (named := surroundings.WIKITEXT) and not Path(named).is_dir():
        pytest.skip(f"CHARLSTM_WIKITEXT names {named!r}, where no folder is")
    folder = Path(named or ROOT.parent / "shared" / "wikitext")
    if not folder.is_dir():
        pytest.skip("no WikiText-2 folder at hand (set CHARLSTM_WIKITEXT)")
    return folder.resolve()


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> CorpusSpec:
    """A small text file, some 16,000 characters."""
    path = tmp_path_factory.mktemp("text") / "own.txt"
    rng = random.Random(0)
    words = ["The", "cab", "( bed )", "face", "a", "hag", "\n"]
    path.write_text(" ".join(rng.choice(words) for _ in range(4000)))
    return CorpusSpec.parse(str(path))
