"""The README's front matter, which is a Space's configuration."""

from __future__ import annotations

import re

import yaml

from tests.fixtures.small import ROOT

KEYS = {
    *("title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version"),
    *("app_file", "suggested_hardware", "header", "short_description"),
    *("models", "datasets", "tags", "thumbnail", "license"),
}
"""Those of the Hub's "Spaces Configuration Reference" that this project may use."""


def test_the_front_matter_is_what_the_hub_reads() -> None:
    _, front, _ = (ROOT / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    space = yaml.safe_load(front)
    assert space.keys() <= KEYS
    assert (space["sdk"], space["python_version"], space["header"]) == ("gradio", "3.12", "mini")
    assert (ROOT / space["app_file"]).is_file()
    pinned = re.search(r"^gradio==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    assert space["sdk_version"] == pinned[1]
