from __future__ import annotations

import pytest

from charlstm.errors import UserError
from charlstm.runs.limits import Limits
from charlstm.training.config import PRESETS

NAMES = ["RUNS", "SECONDS", "STEPS", "HIDDEN", "TEXT"]


def test_the_environment_sets_them():
    environment = {f"CHARLSTM_MAX_{name}": str(i + 5) for i, name in enumerate(NAMES)}
    assert Limits.from_environment(environment) == Limits(5, 6, 7, 8, 9)
    assert Limits.from_environment({}) == Limits()
    assert Limits.from_environment({"CHARLSTM_MAX_RUNS": " "}) == Limits()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "1e3", "²", "9" * 30, "0x10"])
def test_what_is_no_limit_gets_a_sentence(name, value):
    with pytest.raises(UserError, match=f"CHARLSTM_MAX_{name} is set to"):
        Limits.from_environment({f"CHARLSTM_MAX_{name}": value})


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_within_the_defaults(preset):
    config = PRESETS[preset]
    Limits().check(config.seconds, config.steps, config.hidden_size)
