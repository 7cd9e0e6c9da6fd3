"""Watching units along a text, against a plain loop over `nn.LSTMCell`."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.experiments.cells.holding import controlled, held_in
from charlstm.experiments.cells.marked import acting_like
from charlstm.experiments.cells.warm_up import warm_up_text
from charlstm.experiments.cells.watch import watched
from charlstm.model.hold import Unit
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import scan
from charlstm.text.spec import BRACKETS, WIKITEXT2, CorpusSpec
from tests.fixtures import bracket_flags
from tests.fixtures.held_loop import plain_loop
from tests.fixtures.small import LETTERS, small_model

BEFORE, TEXT = "The cab. ", "a (bed, h (ab) Th"
BRACKET = TEXT.index("(")
UNITS = [Unit(1, 2), Unit(2, 7)]
ABOUT = {"rel": 5e-3, "abs": 2e-5}  # three digits are kept


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler(small_model(2), LETTERS)


def loop(sampler, text, held=None):
    """The steps after each character of the text, BEFORE read first; held from the bracket on."""

    def at(number):
        place = number - len(BEFORE)
        return held(place) if held and place >= BRACKET else {}

    return plain_loop(sampler.model, LETTERS.encode(BEFORE + text).tolist(), at)[len(BEFORE) :]


def chance(step):
    closing = LETTERS.characters.index(")")
    return float(step.logits[: LETTERS.unk_id].double().softmax(0)[closing])


def test_strips_gates_and_chances_are_a_plain_loops(sampler):
    found = watched(sampler, TEXT, UNITS, before=BEFORE, gates=True)
    own, control = loop(sampler, TEXT), loop(sampler, TEXT[:BRACKET] + "," + TEXT[BRACKET + 1 :])
    assert (found.bracket, found.closing, found.warm_up) == (BRACKET, ")", len(BEFORE))
    assert found.chances.own == pytest.approx([chance(step) for step in own], **ABOUT)
    assert found.chances.control == pytest.approx([chance(s) for s in control[BRACKET:]], **ABOUT)
    for unit, strip in zip(UNITS, found.units, strict=True):
        layer, number = unit.layer - 1, unit.number
        for steps, told, gates in (
            (own, strip.own, strip.gates),
            (control[BRACKET:], strip.control, strip.control_gates),
        ):
            cells = torch.stack([step.c[layer][number] for step in steps])
            assert told == pytest.approx(cells.tanh().tolist(), **ABOUT)
            for place, name in enumerate(("input", "forget", "output")):
                expected = [float(step.gates[layer][place][number]) for step in steps]
                assert getattr(gates, name) == pytest.approx(expected, **ABOUT)
        ends = [float(steps[-1].c[layer][number]) for steps in (control, own)]
        assert strip.held_at == pytest.approx(ends, abs=1e-4)


def test_a_hold_takes_the_cells_of_the_other_text_character_by_character(sampler):
    found = watched(sampler, TEXT, [], before=BEFORE, held=UNITS, others=[Unit(1, 0)])
    control_text = TEXT[:BRACKET] + "," + TEXT[BRACKET + 1 :]
    own, control = loop(sampler, TEXT), loop(sampler, control_text)
    chances = found.chances
    for text, other, units, told in (
        (TEXT, control, UNITS, chances.held),
        (control_text, own, UNITS, chances.forced),
        (TEXT, control, [Unit(1, 0)], chances.others),
        (control_text, own, [Unit(1, 0)], chances.others_forced),
    ):

        def held(place, other=other, units=units):
            return {unit: float(other[place].c[unit.layer - 1][unit.number]) for unit in units}

        steps = loop(sampler, text, held)[BRACKET:]
        assert told == pytest.approx([chance(step) for step in steps], **ABOUT)


def test_a_random_set_may_have_more_units_than_a_person_may_hold(sampler):
    many = [Unit(layer, number) for layer in (1, 2) for number in range(5)]
    found = watched(sampler, TEXT, [], before=BEFORE, held=UNITS, others=many)
    assert len(found.chances.others) == len(TEXT) - BRACKET
    with pytest.raises(UserError, match="no unit"):
        watched(sampler, TEXT, [], held=UNITS, others=[Unit(3, 0)])


def test_a_text_without_an_open_bracket_has_no_control(sampler):
    found = watched(sampler, "a (b) cab", UNITS, held=UNITS, gates=True)
    assert (found.bracket, found.control_text, found.closing) == (None, "", ")")
    assert found.chances.control == found.chances.held == []
    assert len(found.chances.own) == 9
    assert found.units[0].control == []
    assert found.units[0].held_at is found.units[0].control_gates is None


def test_what_cannot_be_watched_is_refused(sampler):
    for text, units, words in (
        ("", UNITS, "empty"),
        ("[a", UNITS, "never writes"),
        ("(a", [Unit(1, 10)], "no unit"),
        ("(a", [Unit(1, n) for n in range(9)], "Up to 8 units"),
    ):
        with pytest.raises(UserError, match=words):
            watched(sampler, text, units)


def test_a_typed_hold_begins_at_the_bracket_and_is_a_plain_loops(sampler):
    text = "The (ab "
    assert controlled(text) == (4, "The ,ab ")
    control = plain_loop(sampler.model, LETTERS.encode("The ,ab ").tolist())

    def values(number):
        if number < 4:
            return {}
        c = control[number].c
        return {Unit(1, 2): float(c[0][2]), Unit(2, 7): float(c[1][7]), Unit(2, 0): -0.5}

    found = held_in(sampler, text, ["1:2,2:7=comma", "2:0=-0.5"])
    assert found.values == pytest.approx(values(len(text) - 1), abs=1e-5)
    last = plain_loop(sampler.model, LETTERS.encode(text).tolist(), values)[-1]
    known = slice(LETTERS.unk_id)
    torch.testing.assert_close(
        found.after.logits[0][known], last.logits[known], atol=1e-5, rtol=1e-4
    )


def test_a_number_without_an_open_bracket_is_held_from_the_last_character_on(sampler):
    text = "The ab"

    def values(number):
        return {Unit(2, 0): -0.5} if number == len(text) - 1 else {}

    found = held_in(sampler, text, ["2:0=-0.5"])
    assert found.values == {Unit(2, 0): -0.5}
    last = plain_loop(sampler.model, LETTERS.encode(text).tolist(), values)[-1]
    known = slice(LETTERS.unk_id)
    torch.testing.assert_close(
        found.after.logits[0][known], last.logits[known], atol=1e-5, rtol=1e-4
    )


def test_holds_that_are_typed_wrongly_are_refused(sampler):
    text = "The (ab "
    for hold, words in (
        ("2:6", "no value"),
        ("2:6=x", "no value"),
        ("2:6=nan", "no value"),
        ("2:6=1e9", "no value"),
        ("3:6=1", "no unit"),
        ("1:1,1:1=1", "twice"),
    ):
        with pytest.raises(UserError, match=words):
            held_in(sampler, text, [hold])
    with pytest.raises(UserError, match="No bracket is open"):
        held_in(sampler, "The ", ["1:1=comma"])
    with pytest.raises(UserError, match="empty"):
        held_in(sampler, "", ["1:1=0"])


def test_the_unit_that_acts_like_the_marks_is_found():
    sampler = Sampler(bracket_flags.flag_model((3,)), bracket_flags.LETTERS)
    text = "ab ( cad b ) a ( b ) dad cab abba ( da ) hag "
    marks = scan(text).pairs
    found = acting_like(sampler, text, marks, before="ab " * 30)
    best = found.units[0]
    assert (best.unit, best.high, best.area) == ("1:3", True, 1.0)
    assert found.null_highest < 1
    assert found.marked == bracket_flags.counted_inside(text).sum()
    for wrong, words in (([], "nothing"), ([(0, len(text))], "All"), ([(3, 99)], "outside")):
        with pytest.raises(UserError, match=words):
            acting_like(sampler, text, wrong)


def test_warming_up_leaves_nothing_open(text):
    for spec in (None, WIKITEXT2, BRACKETS, text, CorpusSpec.parse("gone.txt")):
        read = warm_up_text(spec)
        scanned = scan(read)
        assert not scanned.unclosed
        assert not scanned.strays
        assert len(read) >= (2000 if spec == BRACKETS else 600)
        assert read[-1].isspace()
        assert '"' not in read
    assert np.isin([*warm_up_text(BRACKETS)], [*"abcdefgh ()"]).all()
