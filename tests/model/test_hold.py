"""Holds: what a held cell becomes, against `nn.LSTMCell`, and that they cost others nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.model.choosers import GivenText
from charlstm.model.hold import Hold, Unit
from charlstm.model.sampler import Sampler
from charlstm.model.streams import Streams
from tests.fixtures.held_loop import plain_loop
from tests.fixtures.small import LETTERS, small_model

TEXT = "The (ab) cab"
READ = " a bed, (a cab"


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler(small_model(2), LETTERS)


def ids_of(text: str) -> list[int]:
    return LETTERS.encode(text).tolist()


def logits_along(sampler: Sampler, held=None, beside=()) -> list[torch.Tensor]:
    """The logits after TEXT and after each character of READ, by the engine, with other groups."""
    found: list[torch.Tensor] = []

    class Listens(GivenText):
        def choose(self, logits):
            found.append(logits.clone())
            return super().choose(logits)

    steps = len(READ)
    chooser = Listens(np.repeat(np.array(ids_of(READ))[:, None], 2, 1))
    group = sampler.group([TEXT], 2, chooser, [held] if held else ())
    others = [
        sampler.group(
            [TEXT], 3, GivenText(np.zeros((steps, 3), np.int64)), [values] if values else ()
        )
        for values in beside
    ]
    sampler.advance([group, *others], steps)
    return found


@pytest.mark.parametrize(
    "held",
    [{Unit(1, 3): 2.0}, {Unit(2, 9): -0.5}, {Unit(2, 0): 1.5, Unit(1, 0): -4.0, Unit(2, 4): 0.0}],
)
def test_a_hold_is_a_plain_loop_with_the_same_patch(sampler, held):
    def from_the_last_character(number):
        return held if number >= len(TEXT) - 1 else {}

    steps = plain_loop(sampler.model, ids_of(TEXT + READ), from_the_last_character)
    for step, logits in zip(steps[len(TEXT) - 1 :], logits_along(sampler, held), strict=False):
        step.logits[LETTERS.unk_id] = -math.inf
        assert torch.allclose(logits, step.logits.expand(2, -1), atol=2e-5)


@torch.inference_mode()
def test_a_hold_at_the_streams_own_values_changes_no_bit_and_a_large_one_does(sampler):
    start = sampler.texts.start(TEXT).rows(torch.zeros(3, dtype=torch.int64))
    unit, layer = Unit(1, 5), 0
    free, ids = Streams(sampler.weights, [start]), torch.tensor([1, 2, 3])
    own, large = Streams(sampler.weights, [start]), Streams(sampler.weights, [start])
    for _ in range(20):
        before = own.states(), large.states()
        free.step(ids)
        value = free.states().hidden[layer][1][:, [5]] / 2
        holds = Hold((unit,), value), Hold((unit,), value + 3)
        own, large = (
            Streams(sampler.weights, [states], [hold])
            for states, hold in zip(before, holds, strict=True)
        )
        own.step(ids)
        large.step(ids)
        assert torch.equal(own.logits, free.logits)
        for mine, theirs in zip(own.states().hidden, free.states().hidden, strict=True):
            assert all(map(torch.equal, mine, theirs))
        assert (large.logits - free.logits)[:, : LETTERS.unk_id].abs().max() > 0.01


def test_a_hold_beside_it_changes_no_bit_of_a_group_without_one(sampler):
    free = logits_along(sampler, beside=[None, None])
    among = logits_along(sampler, beside=[{Unit(1, 0): 9.0}, {Unit(2, 3): -9.0, Unit(1, 1): 1.0}])
    assert all(map(torch.equal, free, among))


def test_streams_of_several_texts_are_held_at_their_own_values_after_some_have_left(sampler):
    unit = Unit(2, 1)
    values = [{unit: 0.5}, {unit: -2.0}, {unit: 3.0}]
    texts = [TEXT, TEXT + "a", "(b"]
    read = np.zeros((4, 6), np.int64)
    group = sampler.group(texts, 2, GivenText(read), values)
    sampler.advance([group], 2)
    group.keep(np.array([1, 4, 5]))
    sampler.advance([group], 2)
    assert group.states.hidden[1][1][:, 1].tolist() == [1.0, 6.0, 6.0]
    for row, text, held in zip(
        (0, 1, 2), (texts[0], *[texts[2]] * 2), (0.5, 3.0, 3.0), strict=True
    ):

        def from_its_end(number, text=text, held=held):
            return {unit: held} if number >= len(text) - 1 else {}

        step = plain_loop(sampler.model, [*ids_of(text), 0, 0, 0, 0], from_its_end)[-1]
        assert torch.allclose(group.states.hidden[0][0][row] * 2, step.h[0], atol=1e-5)
        assert torch.allclose(group.states.hidden[1][1][row] / 2, step.c[1], atol=1e-5)


def test_a_sample_with_a_hold_is_drawn_with_the_same_dice(sampler):
    held = {Unit(1, 3): 2.0}
    free, bound = sampler.sample(TEXT, [0.7], 60, 7), sampler.sample(TEXT, [0.7], 60, 7, held=held)
    assert free != bound
    assert bound == sampler.sample(TEXT, [0.7], 60, 7, held=held)
    alive = np.ones((1, 1), bool)
    blocks = sampler.stream(TEXT, [0.7], 60, 7, alive=alive, held=held)
    ids = np.concatenate(list(blocks))[:, 0, 0]
    assert TEXT + LETTERS.decode(ids.tolist()) == bound[0][0]
    assert sampler.sample(TEXT, [0.7], 60, 7) == free  # nothing of it stays


def test_a_seed_text_of_one_character_can_be_held(sampler):
    held = {Unit(1, 0): 1.0}
    step = plain_loop(sampler.model, ids_of("("), held)[-1]
    start = sampler.texts.start("(", held)
    step.logits[LETTERS.unk_id] = -math.inf
    assert torch.allclose(start.logits[0], step.logits, atol=1e-5)


@pytest.mark.parametrize("unit", [Unit(3, 0), Unit(0, 0), Unit(1, 10)])
def test_a_unit_that_is_none_is_refused(sampler, unit):
    with pytest.raises(UserError, match="no unit"):
        sampler.sample(TEXT, [0.7], 3, 7, held={unit: 1.0})


def test_names_of_units():
    assert Unit.parse(" 2:60") == Unit(2, 60)
    assert str(Unit(2, 60)) == "2:60"
    for name in ("60", "0:60", "2:-1", "2:60:1", "", "a:b", "2:" + "9" * 10):
        with pytest.raises(UserError, match="no unit called"):
            Unit.parse(name)


def test_texts_of_one_hold_hold_the_same_units():
    with pytest.raises(ValueError, match="same units"):
        Hold.of([{Unit(1, 0): 1.0}, {Unit(1, 1): 1.0}])
    with pytest.raises(ValueError, match="same units"):
        Hold.of([{}])
