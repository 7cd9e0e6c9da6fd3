"""What all tests share: a cache of their own, and real text where it is at hand."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
import torch

from tests.fixtures.small import ROOT


@pytest.fixture(scope="session", autouse=True)
def own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Encoded texts go to a folder of this test run, and small models use one thread: with more
    they wait for each other whenever a core is busy. Child processes inherit both."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    os.environ["OMP_NUM_THREADS"] = "1"
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def wikitext() -> Path:
    """A folder with WikiText-2 in the Hub's layout: CHARLSTM_WIKITEXT, or beside the checkout."""
    folder = Path(os.environ.get("CHARLSTM_WIKITEXT") or ROOT.parent / "shared" / "wikitext")
    if not folder.is_dir():
        pytest.skip("no WikiText-2 folder at hand (set CHARLSTM_WIKITEXT)")
    return folder


@pytest.fixture(scope="session")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Spec of a small text of one's own, some 16,000 characters."""
    path = tmp_path_factory.mktemp("text") / "own.txt"
    rng = random.Random(0)
    words = ["The", "cab", "( bed )", "face", "a", "hag", "\n"]
    path.write_text(" ".join(rng.choice(words) for _ in range(4000)))
    return str(path)
