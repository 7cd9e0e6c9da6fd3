"""A budget in seconds as steps, held against a simulated clock."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.training.budget import MARGIN, Costs, Timed, plan_is_due, planned_steps
from charlstm.training.config import PRESETS, learning_rate_factor

SAVE_EVERY, FIRST_SAVE = 10.0, 2.0


def lived(config, step, score, sample, save, whole):
    """Live through a run on a clock of its own, where each thing takes what it takes, the first
    steps a little longer. Gives back the steps that were planned, those done by then, and the
    seconds of it all."""
    costs, clock, saved, planned, planned_at = Costs(), 0.0, 0.0, None, 0
    done = 0
    while done != planned:
        done += 1
        took = step + 0.2 if done <= 3 else step
        clock += took
        if done <= 6:
            costs.step = Timed()
        costs.step = Timed(costs.step.count + 1, costs.step.seconds + took)
        due = planned is None and plan_is_due(config, clock)
        if (done % config.validate_every == 0 and done != planned) or (
            due and not costs.score.count
        ):
            clock += score + sample
            costs.score = Timed(costs.score.count + 1, costs.score.seconds + score)
            costs.sample = Timed(costs.sample.count + 1, costs.sample.seconds + sample)
        if due:
            planned = planned_steps(config, clock, done, costs, whole, SAVE_EVERY)
            planned_at = done
        if clock - saved > (SAVE_EVERY if costs.save.count else FIRST_SAVE):
            clock += save
            costs.save = Timed(costs.save.count + 1, costs.save.seconds + save)
            saved = clock
        assert clock < 3 * config.seconds
    return planned, planned_at, clock + 2 * save + whole * score + sample


@settings(max_examples=60, deadline=None)
@given(
    preset=st.sampled_from([name for name in PRESETS if name != "notebook"]),
    seconds=st.sampled_from([20.0, 60.0, 600.0]),
    a_second=st.floats(4, 100),
    score=st.floats(0.0005, 0.004),
    save=st.floats(0.001, 0.02),
)
def test_a_machine_that_stays_as_it_was_ends_just_in_time(preset, seconds, a_second, score, save):
    """Steps of any length, a score of the slice of up to 0.4 % of the budget, 17 times as long over
    the whole text, and saves of up to 2 % of the time."""
    config = replace(PRESETS[preset], steps=None, seconds=seconds)
    step = 1 / a_second
    planned, planned_at, lasted = lived(
        config, step, score * seconds, 0.1 * score * seconds, save * SAVE_EVERY, 17.5
    )
    grain = step + 2 * 1.1 * score * seconds + 2 * save * SAVE_EVERY
    assert lasted <= seconds * (1 - MARGIN / 2) + grain
    assert lasted >= seconds * (1 - 2 * MARGIN) - grain
    # The learning rate had not begun to fall: nothing before depended on the total.
    assert planned_at < planned
    at_plan = learning_rate_factor(planned_at, planned, config)
    assert at_plan == learning_rate_factor(planned_at, None, config)


def test_a_slow_patch_counts_as_often_as_it_was_seen():
    """Half of the steps so far took three times as long: so will half of those to come."""
    config = replace(PRESETS["quick"], seconds=60.0)
    costs = Costs(step=Timed(200, 100 * 0.1 + 100 * 0.3), score=Timed(1, 0.0), save=Timed(1, 0.0))
    planned = planned_steps(config, 40.0, 205, costs, 17.5, SAVE_EVERY)
    assert planned == 205 + int((60 * (1 - MARGIN) - 40) / 0.2)


def test_nothing_is_left_where_the_last_score_takes_it_all():
    config = replace(PRESETS["quick"], seconds=1.0)
    costs = Costs(step=Timed(1, 0.4), score=Timed(1, 0.2))
    assert planned_steps(config, 0.6, 1, costs, 17.5, SAVE_EVERY) == 1


def test_when_a_budget_is_planned():
    quick = replace(PRESETS["quick"], seconds=100.0)
    assert not plan_is_due(quick, 42.0)
    assert plan_is_due(quick, 42.6)
    assert plan_is_due(replace(quick, flat=0.2), 17.1)
    assert not plan_is_due(replace(quick, flat=1.0), 49.0)
    assert plan_is_due(replace(quick, flat=1.0), 50.1)
    assert not plan_is_due(replace(quick, seconds=None, steps=5), 1e9)


def test_costs_are_measured_forget_the_first_steps_and_survive_a_save():
    costs = Costs()
    for done in range(10):
        with costs.one_step(done):
            pass
    with pytest.raises(KeyError), costs.score.once():
        raise KeyError
    assert (costs.step.count, costs.score.count, costs.score.mean) == (5, 0, 0.0)
    assert 0 <= costs.step.mean < 1
    assert Costs.of(asdict(costs)) == costs
    assert Costs.of({}) == Costs()
