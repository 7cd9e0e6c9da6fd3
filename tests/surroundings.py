"""What a person's own environment would change about the tests: taken out before anything reads it.

`conftest` imports this first, since libraries read these variables when they are imported. Child
processes inherit what is left.
"""

from __future__ import annotations

import os
import tempfile

_KEPT = ("CHARLSTM_REQUIRE_BROWSER",)
_OTHERS = (
    *("CHARLSTM_", "GRADIO_", "HF_", "HUGGING_FACE_", "HUGGINGFACE_"),
    *("GOMP_", "KMP_", "MKL_", "OMP_", "TORCHELASTIC_"),
    *("PYTHONWARNINGS", "RANK", "WORLD_SIZE", "LOCAL_RANK", "SPACE_ID"),
    *("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"),
)
WIKITEXT = os.environ.get("CHARLSTM_WIKITEXT")
"""Folder with WikiText-2 that a person named; None if none was."""

for name in [*os.environ]:
    if name.upper().startswith(_OTHERS) and name not in _KEPT:
        del os.environ[name]
_homes = tempfile.TemporaryDirectory(prefix="charlstm-tests-", ignore_cleanup_errors=True)
# Encoded texts, what comes from a hub, and its login: this test run's own.
os.environ["XDG_CACHE_HOME"] = f"{_homes.name}/cache"
os.environ["HF_HOME"] = f"{_homes.name}/hub"
# Small models use one thread: with more they wait for each other whenever a core is busy.
os.environ["OMP_NUM_THREADS"] = "1"
