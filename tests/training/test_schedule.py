from __future__ import annotations

from dataclasses import replace

import pytest

from charlstm.training.config import PRESETS
from charlstm.training.schedule import Plan, learning_rate_factor

LINE = replace(PRESETS["quick"], warmup=0, flat=0.5, fall="line")
COSINE = replace(LINE, fall="cosine")


@pytest.mark.parametrize("config", [LINE, COSINE])
@pytest.mark.parametrize(("step", "total"), [(40, 60), (60, 70), (60, 300), (99, 400)])
def test_a_changed_plan_goes_on_from_where_the_rate_stands_and_ends_at_zero(config, step, total):
    before = Plan(100)
    after = before.changed(step, total, config)
    factors = [after.factor(at, config) for at in range(step, total + 1)]
    assert factors[0] == pytest.approx(before.factor(step, config))
    assert factors == sorted(factors, reverse=True)
    assert factors[-1] == pytest.approx(0.0, abs=1e-12)
    assert min(factors[:-1]) > 0


def test_a_line_stays_a_line():
    after = Plan(100).changed(60, 100, LINE)
    for step in range(60, 100):
        assert after.factor(step, LINE) == pytest.approx(Plan(100).factor(step, LINE))


def test_a_plan_can_be_changed_again():
    plan = Plan(100).changed(60, 80, LINE).changed(70, 200, LINE)
    assert plan.factor(70, LINE) == pytest.approx(0.8 / 2)
    assert plan.factor(135, LINE) == pytest.approx(0.8 / 4)
    assert (plan.total, plan.since) == (200, 70)


def test_without_a_plan_it_rises_and_stays():
    config = replace(LINE, warmup=10)
    factors = [learning_rate_factor(step, None, config) for step in (0, 4, 9, 5000)]
    assert factors == [0.1, 0.5, 1, 1]
