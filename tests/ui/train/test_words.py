from __future__ import annotations

import pytest
import torch

from charlstm.training.config import PRESETS
from charlstm.ui.train.words import preset_label


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
