"""Planning a budget in seconds as steps, with a simulated clock."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.training.budget import MARGIN, WARM_UP, Costs, Planner, Timed, planned_steps
from charlstm.training.config import PRESETS
from charlstm.training.schedule import learning_rate_factor

SAVE_EVERY, FIRST_SAVE = 10.0, 2.0


def lived(config, step_at, score, sample, save):
    """Simulate a run: ``score``, ``sample`` and ``save`` are seconds, and a step that begins at a
    second takes ``step_at(second)``, the first three 0.2 s longer.

    Returns the plans by the step at which each was made, and the seconds of the whole run.
    """
    costs, planner, clock, saved, plans, plan = (
        Costs(),
        Planner(config, SAVE_EVERY),
        0.0,
        0.0,
        {},
        None,
    )
    done = 0
    while plan is None or done < plan.total:
        took = step_at(clock) + (0.2 if done < 3 else 0)
        done += 1
        clock += took
        if done == WARM_UP:
            costs.mark(clock, done)
        if changed := planner.look(plan, clock, done, costs):
            plan = plans[done] = changed
        if done % config.validate_every == 0 and done != (plan and plan.total):
            clock += score + sample
            costs.score = Timed(costs.score.count + 1, costs.score.seconds + score)
            costs.sample = Timed(costs.sample.count + 1, costs.sample.seconds + sample)
        if clock - saved > (SAVE_EVERY if costs.save.count else FIRST_SAVE):
            clock += save
            costs.save = Timed(costs.save.count + 1, costs.save.seconds + save)
            saved = clock
        assert clock < 3 * config.seconds
    return plans, clock + save


@settings(max_examples=60, deadline=None)
@given(
    preset=st.sampled_from([name for name in PRESETS if name != "notebook"]),
    seconds=st.sampled_from([20.0, 60.0, 600.0]),
    a_second=st.floats(4, 100),
    score=st.floats(0.0005, 0.01),
    save=st.floats(0.001, 0.02),
)
def test_a_machine_that_stays_as_it_was_ends_in_time(preset, seconds, a_second, score, save):
    """Steps of any length; a validation takes up to 1 % of the budget, a save up to 2 %."""
    config = replace(PRESETS[preset], steps=None, seconds=seconds)
    step = 1 / a_second
    plans, lasted = lived(
        config, lambda _: step, score * seconds, 0.1 * score * seconds, save * SAVE_EVERY
    )
    grain = step + 2 * 1.1 * score * seconds + 2 * save * SAVE_EVERY + 0.5
    assert seconds * 0.97 - grain <= lasted <= seconds + grain
    # The learning rate has hardly begun to fall, so that no earlier step depended on the total.
    made_at, first = next(iter(plans.items()))
    assert made_at < first.total
    at_plan = learning_rate_factor(made_at - 1, first, config)
    assert at_plan == pytest.approx(learning_rate_factor(made_at - 1, None, config), abs=0.005)


@pytest.mark.parametrize("slower", [2, 20, 0.4])
@pytest.mark.parametrize("since", [20.0, 40.0, 55.0])
def test_a_machine_that_changes_ends_in_time(slower, since):
    """The machine becomes slower or faster at some second, from 30 steps a second."""
    config = replace(PRESETS["quick"], seconds=60.0)
    step = 1 / 30
    plans, lasted = lived(
        config, lambda second: step * (slower if second > since else 1), 0.3, 0.03, 0.05
    )
    assert 56 <= lasted <= 62.5
    assert len(plans) <= 12


def test_a_slow_patch_counts_as_often_as_it_was_seen():
    """Half of the steps so far took three times as long, and so does half of those to come."""
    config = replace(PRESETS["quick"], seconds=60.0)
    costs = Costs()
    costs.mark(0.0, 5)
    planned = planned_steps(config, 100 * 0.1 + 100 * 0.3, 205, costs, SAVE_EVERY)
    assert planned == 205 + int((60 * (1 - MARGIN) - 40) / 0.2)


def test_nothing_is_left_where_the_last_save_takes_it_all():
    config = replace(PRESETS["quick"], seconds=1.0)
    costs = Costs(save=Timed(1, 0.5))
    assert planned_steps(config, 0.6, 1, costs, SAVE_EVERY) == 1


def test_when_a_budget_is_first_planned():
    quick = replace(PRESETS["quick"], seconds=100.0, flat=0.5)

    def is_due(config, second):
        return Planner(config, SAVE_EVERY).look(None, second, 50, Costs()) is not None

    assert not is_due(quick, 48.0)
    assert is_due(quick, 48.6)
    assert is_due(replace(quick, flat=0.2), 19.5)
    assert not is_due(replace(quick, flat=1.0), 49.0)
    assert is_due(replace(quick, flat=1.0), 50.1)
    assert not is_due(replace(quick, seconds=None, steps=5), 1e9)


def test_a_step_takes_what_the_other_parts_leave_of_the_time():
    costs = Costs()
    assert costs.step(3.0, 0) == 0
    costs.mark(2.0, 10)
    costs.save = Timed(1, 0.5)
    costs.score = Timed(2, 1.0)
    assert costs.step(7.5, 20) == pytest.approx(0.4)
    costs.mark(7.5, 20)
    assert costs.step(7.8, 21) == pytest.approx(0.3)
    with pytest.raises(KeyError), costs.score.once():
        raise KeyError
    assert (costs.score.count, costs.score.mean) == (2, 0.5)
