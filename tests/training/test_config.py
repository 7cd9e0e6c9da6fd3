from __future__ import annotations

from dataclasses import asdict

import pytest
import torch

from charlstm.errors import UserError
from charlstm.runs.limits import Limits
from charlstm.training.config import PRESETS, preset_config


@pytest.mark.parametrize("cuda", [False, True])
@pytest.mark.parametrize("name", PRESETS)
def test_what_a_preset_asks_for_is_allowed_on_the_page(name, cuda, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    config = preset_config(name)
    Limits().check(config.seconds, config.steps, config.hidden_size)


def test_a_cuda_card_takes_less_time_and_drops_more_out(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert {name: preset_config(name) for name in PRESETS} == PRESETS
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for name in ("quick", "better", "best"):
        here, there = asdict(PRESETS[name]), asdict(preset_config(name))
        assert there["seconds"] < here["seconds"]
        assert there["output_dropout"] > here["output_dropout"]
    assert preset_config("notebook") == PRESETS["notebook"]


def test_an_unknown_preset_gets_a_sentence():
    with pytest.raises(UserError, match=r"no preset called 'fast'.*quick, better, best, notebook"):
        preset_config("fast")
