from __future__ import annotations

import pytest
import torch

from charlstm.texts import translated
from charlstm.training.config import PRESETS
from charlstm.ui.train.words import preset_label, run_choices
from tests.fixtures.run_history import RUNNING


@pytest.mark.parametrize(
    ("cuda", "labels"),
    [
        (False, ["About 1 minute", "About 10 minutes", "About 2 hours", "The notebook's settings"]),
        (
            True,
            [
                "About half a minute",
                "About 2 minutes",
                "About 4 minutes",
                "The notebook's settings",
            ],
        ),
    ],
)
def test_a_preset_is_called_by_the_time_that_it_takes_here(
    cuda: bool, labels: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    assert [preset_label(name) for name in PRESETS] == labels


def test_a_list_of_runs_that_the_page_was_built_with_is_read_in_another_language() -> None:
    assert translated([label for label, _ in run_choices([RUNNING])], "de") == [
        "a, läuft: Klammersprache, etwa 1 Minute"
    ]
