from __future__ import annotations

import pytest
import torch

from charlstm.training.config import PRESETS
from charlstm.ui.train.words import preset_label


@pytest.mark.parametrize(
    ("cuda", "labels"),
    [
        (False, ["A minute", "Ten minutes", "Two hours", "The notebook's settings"]),
        (True, ["Half a minute", "Two minutes", "Four minutes", "The notebook's settings"]),
    ],
)
def test_a_preset_is_called_by_the_time_that_it_takes_here(
    cuda: bool, labels: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    assert [preset_label(name) for name in PRESETS] == labels
