"""Writing on with units held, against a plain loop and with a model whose unit 3 is the bracket."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from charlstm.errors import UserError
from charlstm.experiments.cells.text_rates import text_rates
from charlstm.experiments.cells.writing import SHOWN_BEFORE, writing_on, written_on
from charlstm.experiments.intervals import wilson_interval
from charlstm.model.hold import Unit
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import scan
from tests.fixtures import bracket_flags
from tests.fixtures.held_loop import plain_loop
from tests.fixtures.small import LETTERS, small_model

BEFORE, TEXT = "The cab. ", "abbabababababababababaca (bed, h (ab) Th"
BRACKET = TEXT.index("(")
CONTROL = TEXT[:BRACKET] + "," + TEXT[BRACKET + 1 :]
UNITS = [Unit(1, 2), Unit(2, 7)]
ABOUT = {"rel": 5e-3, "abs": 2e-5}  # three digits are kept
HOW = {"temperature": 0.0, "length": 12, "dice": 7}


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler(small_model(2), LETTERS)


@pytest.fixture(scope="module")
def flags() -> Sampler:
    """Its unit 1:3 is 1 inside a bracket, and without it the model writes no ")"."""
    return Sampler(bracket_flags.flag_model((3,)), bracket_flags.LETTERS)


def steps_along(sampler, text, held=None):
    ids = LETTERS.encode(BEFORE + text).tolist()

    def at(number):
        place = number - len(BEFORE)
        return held(place) if held and place >= BRACKET else {}

    return plain_loop(sampler.model, ids, at)[len(BEFORE) :]


def test_no_hold_the_control_s_values_and_the_text_s_are_a_plain_loops(sampler):
    read = {text: steps_along(sampler, text) for text in (TEXT, CONTROL)}

    def held_as_in(other):
        def held(place):
            step = read[other][min(place, len(TEXT) - 1)]
            return {unit: float(step.c[unit.layer - 1][unit.number]) for unit in UNITS}

        return held

    for taken, expected in (
        ("none", [(TEXT, None), (CONTROL, None)]),
        ("comma", [(TEXT, None), (TEXT, held_as_in(CONTROL))]),
        ("open", [(CONTROL, None), (CONTROL, held_as_in(TEXT))]),
    ):
        *_, last = writing_on(
            sampler, TEXT, UNITS, taken, before=BEFORE, gates=True, every=5, **HOW
        )
        assert len(last) == 2
        for found, (text, held) in zip(last, expected, strict=True):
            assert (found.text, found.control) == (text, text == CONTROL)
            assert found.held == (held is not None)
            assert (found.first, len(found.written)) == (BRACKET - SHOWN_BEFORE, 12)
            steps = steps_along(sampler, text + found.written, held)
            likeliest = [int(step.logits[: LETTERS.unk_id].argmax()) for step in steps]
            assert LETTERS.decode(likeliest[len(text) - 1 : -1]) == found.written
            closing = LETTERS.characters.index(")")
            chances = [
                float(step.logits[: LETTERS.unk_id].double().softmax(0)[closing])
                for step in steps[found.first :]
            ]
            assert found.chances == pytest.approx(chances, **ABOUT)
            for along in found.units:
                unit = Unit.parse(along.unit)
                of = [(s.c[unit.layer - 1], s.gates[unit.layer - 1]) for s in steps[found.first :]]
                cells = torch.stack([c[unit.number] for c, _ in of]).tanh().tolist()
                assert along.own == pytest.approx(cells, **ABOUT)
                forget = [float(gates[1][unit.number]) for _, gates in of]
                assert along.gates.forget == pytest.approx(forget, **ABOUT)


def test_what_is_written_grows_and_a_text_without_a_bracket_has_no_control(sampler):
    found = list(writing_on(sampler, TEXT, UNITS, "none", before=BEFORE, every=5, **HOW))
    assert [len(own.written) for own, _ in found] == [0, 5, 10, 12]
    for (before, _), (after, _) in pairwise(found):
        assert after.written.startswith(before.written)
        assert after.units[0].own[: len(before.units[0].own)] == before.units[0].own
    [only] = list(writing_on(sampler, "a (b) c", [], "none", every=5, **HOW))[-1]
    assert (only.first, only.units, only.control) == (0, [], False)
    for text, units in (("a (b) c", UNITS), (TEXT, [])):
        with pytest.raises(UserError, match="nothing to hold"):
            next(writing_on(sampler, text, units, "comma", every=5, **HOW))


def test_without_its_unit_the_model_forgets_the_bracket_and_with_it_one_comes_from_nowhere(flags):
    text, units = "ab ( c", [Unit(1, 3)]
    how = {"before": "ab " * 20, "control": "a", "temperature": 1.0, "dice": 7}
    found = written_on(flags, text, units, length=60, **how)
    assert scan(text + found.free).depth[-1] == 0
    assert ")" not in found.held
    control = text.replace("(", "a")
    assert not scan(control + found.control).strays
    assert scan(control + found.forced).strays

    *counts, rates = text_rates(
        flags, text, units, [Unit(1, 5)], samples=40, horizon=60, across_lines=True, **how
    )
    free, held, others = rates.rows
    assert free.closed.count > 35 > 5 > free.strays.count
    assert (held.closed.count, others.closed.count) == (0, free.closed.count)
    assert held.strays.count > 35
    assert held.closed.interval == wilson_interval(0, 40)
    assert held.closed.change.rate == -free.closed.count / 40
    assert held.closed.change.interval[1] < -0.5
    assert free.closed.change is None
    assert (rates.done, rates.streams) == (True, 40 * 6)
    assert rates.decided <= rates.streams
    assert not any(one.done or one.rows[0].closed.interval for one in counts)
    # The first sample without a hold is the one that `written_on` writes.
    again = list(text_rates(flags, text, units, samples=1, horizon=60, **how))[-1]
    assert [row.closed.count for row in again.rows] == [1, 0]
