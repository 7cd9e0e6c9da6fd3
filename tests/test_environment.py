from __future__ import annotations

import os

from charlstm.environment import cores, variable, with_defaults


def test_what_is_set_to_nothing_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("CHARLSTM_ONE", " given ")
    monkeypatch.setenv("CHARLSTM_TWO", "  ")
    monkeypatch.delenv("CHARLSTM_THREE", raising=False)
    assert variable("CHARLSTM_ONE") == "given"
    assert variable("CHARLSTM_TWO") is variable("CHARLSTM_THREE") is None
    three = with_defaults(CHARLSTM_ONE="a", CHARLSTM_TWO="b", CHARLSTM_THREE="c")
    assert three == {"CHARLSTM_ONE": "given", "CHARLSTM_TWO": "b", "CHARLSTM_THREE": "c"}
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    unset = cores()
    assert 1 <= unset <= (os.cpu_count() or 1)
    monkeypatch.setenv("OMP_NUM_THREADS", "  ")
    assert cores() == unset
