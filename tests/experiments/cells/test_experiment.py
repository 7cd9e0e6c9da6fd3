"""Units that are known to remember are found, shown and taken away; where none does, none is."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.experiments.cells.cost import cost
from charlstm.experiments.cells.effects import taken_away
from charlstm.experiments.cells.experiment import CellsQuestion, finding_cells
from charlstm.experiments.cells.finding import finding
from charlstm.experiments.cells.places import LASTING, patched, places, read_pairs
from charlstm.experiments.cells.ranking import ranked
from charlstm.experiments.cells.rates import Sampling, rates, seed_texts
from charlstm.experiments.cells.source import Slice, Source
from charlstm.experiments.cells.text_rates import text_rates
from charlstm.experiments.cells.verdict import verdict_on
from charlstm.model.evaluate import evaluate
from charlstm.model.hold import Unit
from charlstm.model.lstm import CharLSTM
from charlstm.model.recording import Recording
from charlstm.model.sampler import Sampler
from tests.fixtures.bracket_flags import LETTERS, bracket_corpus, counted_inside, flag_model
from tests.fixtures.held_loop import plain_loop
from tests.model.test_recording import finished

QUESTION = CellsQuestion(sampling=Sampling(texts=6, samples=3, horizon=30))


@pytest.fixture(scope="module")
def source() -> Source:
    return Source.of(bracket_corpus(), LETTERS)


def result_of(model, source, question=QUESTION):
    share = 0.0
    for progress in finding_cells(Sampler(model, LETTERS), source, question):
        assert share <= progress.share <= 1
        share, result = progress.share, progress.result
    assert result is not None
    return result


@pytest.fixture(scope="module")
def finding_of_flags(source):
    """What one model's units tell, for verdicts that depend on other results."""
    ranking, _ = finished(finding(Sampler(flag_model(), LETTERS), source, "(", False, 7))
    return ranking.finding


def causal_verdict(model, source, told, count=12):
    """The verdict on what taking units away does, which areas, samples and bits do not change."""
    sampler = Sampler(model, LETTERS)
    first, second = places(source, "(", count)
    pairs, _ = finished(read_pairs(sampler, source, "(", [*first, *second]))
    effects, _ = finished(taken_away(sampler.weights, pairs, [], 20, 7))
    return verdict_on("(", ")", "a", told, effects, None, None, {}), effects


def test_the_unit_that_remembers_is_found_and_shown_and_breaks_closing(source):
    result = result_of(flag_model((3,)), source)
    top = result.finding.units[0]
    assert (top.unit, top.high) == ("1:3", True)
    assert top.shown == pytest.approx(1, abs=1e-6)
    assert result.finding.units[1].shown < 0.9
    assert (result.verdict.kind, result.verdict.units) == ("found", ["1:3"])
    assert result.verdict.sentence.startswith(
        "Unit 1:3 is the unit that closing the bracket depends"
    )
    effects = result.effects
    assert effects.best.necessity_share == pytest.approx(1, abs=1e-3)
    assert effects.best.sufficiency_share == pytest.approx(1, abs=1e-3)
    assert effects.random.necessity_p == effects.random.sufficiency_p == 1 / 100
    # The samples: closing stops, and strays come from nowhere.
    free, held, others, control, forced, control_others = result.rates.rows
    assert (free.rate.mean, held.rate.mean) == (1, 0)
    assert (control.rate.mean, forced.rate.mean) == (0, 1)
    assert (others.rate.mean, control_others.rate.mean) == (1, 0)
    assert held.change.interval[1] < 0 < forced.change.interval[0]
    assert len(result.cost.random) == 3
    json.dumps(asdict(result), allow_nan=False)


def test_samples_are_counted_as_the_page_counts_those_of_one_text(source):
    sampler, how = Sampler(flag_model((3, 9)), LETTERS), Sampling(texts=6, samples=4, horizon=20)
    units, others = [Unit(1, 3)], [Unit(1, 5), Unit(1, 7)]
    _, shown = places(source, "(", 48)
    found, _ = finished(rates(sampler, source, shown, units, others, how))
    counts = np.zeros(6, int)
    for number, text in enumerate(seed_texts(source, shown, 6)):
        *_, last = text_rates(
            sampler, text[source.warm_up :], units, others, before=text[: source.warm_up],
            control=source.control, samples=4, temperature=how.temperature, horizon=20,
            dice=how.dice + number,
        )  # fmt: skip
        counts += [row.closed.count for row in last.rows] + [row.strays.count for row in last.rows]
    assert [row.closed for row in found.rows] == counts.tolist()


@pytest.mark.slow
def test_two_units_that_stand_in_for_each_other_are_needed_together(source, finding_of_flags):
    verdict, effects = causal_verdict(flag_model((3, 9)), source, finding_of_flags)
    assert effects.doses[0].necessity_share < 0.1
    assert {*effects.best.units} == {"1:3", "1:9"}
    assert effects.best.necessity_share == pytest.approx(1, abs=1e-3)
    assert verdict.kind == "found"
    assert "are the units that closing the bracket depends on together" in verdict.sentence
    assert "stand in for each other" in verdict.sentence


@pytest.mark.slow
def test_a_saturated_unit_is_no_control_however_far_its_cell_moves(source):
    sampler = Sampler(flag_model((3,), saturated=(6,)), LETTERS)
    first, second = places(source, "(", 12)
    pairs, _ = finished(read_pairs(sampler, source, "(", [*first, *second]))
    difference = (pairs.open.c - pairs.control.c).abs().mean((0, 1))
    others = [i for i in range(16) if i not in (3, 6)]
    assert difference[6] > 5 * max(difference[i] for i in others)
    effects, _ = finished(taken_away(sampler.weights, pairs, [], 20, 7))
    assert "1:3" in effects.best.units
    assert not any("1:6" in one for one in effects.sets)


def test_a_hold_costs_what_a_model_without_the_unit_scores(source):
    model, without = flag_model((3,)), flag_model((3,), weight=0)
    values = torch.zeros(16)
    held, plain = (
        finished(cost(Sampler(one, LETTERS), source, values, [Unit(1, 3)], []))[0]
        for one in (model, without)
    )
    assert held.held == pytest.approx(plain.plain, abs=1e-6)
    assert held.difference.mean == pytest.approx(held.held - held.plain, abs=1e-9)
    assert held.held != pytest.approx(held.plain, abs=0.1)
    whole = evaluate(model, source.ids).bpc
    assert held.plain == pytest.approx(whole, rel=0.05)


def random_model(seed: int) -> CharLSTM:
    """Random weights, large enough that what was read long ago still counts."""
    torch.manual_seed(seed)
    model = CharLSTM(len(LETTERS), 8, 16, 1, dropout=0.0).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1 + 3 * (seed % 3))
    return model


def none_found(seeds, source, told) -> int:
    models = map(random_model, seeds)
    return sum(causal_verdict(model, source, told)[0].kind == "none" for model in models)


@pytest.mark.slow
def test_in_random_models_there_is_nothing_to_find(source, finding_of_flags):
    assert none_found(range(3), source, finding_of_flags) == 3


@pytest.mark.slow
def test_in_a_hundred_random_models_there_is_nothing_to_find(source, finding_of_flags):
    assert none_found(range(100), source, finding_of_flags) >= 95


def test_a_patch_is_a_plain_loop_with_the_values_of_the_other_text(source):
    sampler = Sampler(random_model(2), LETTERS)
    found, _ = places(source, "(", 3)
    pairs, _ = finished(read_pairs(sampler, source, "(", found))
    units = (Unit(1, 4), Unit(1, 11))
    nats, _ = finished(patched(sampler.weights, pairs, np.arange(3), [units], into_open=True))
    length = source.warm_up + 150
    for row, place in enumerate(found):
        read = source.ids[place.closing - length : place.closing].tolist()
        other = list(read)
        other[place.opening - (place.closing - length)] = LETTERS.characters.index("a")
        cells = plain_loop(sampler.model, other)

        def held(step, cells=cells):
            if step < length - LASTING:
                return {}
            return {unit: float(cells[step].c[0][unit.number]) for unit in units}

        last = plain_loop(sampler.model, read, held)[-1].logits
        expected = last[: LETTERS.unk_id].double().log_softmax(0)[LETTERS.characters.index(")")]
        assert nats[0, row] == pytest.approx(float(expected), abs=1e-4)


def test_a_patch_with_the_streams_own_values_changes_no_bit(source):
    sampler = Sampler(random_model(1), LETTERS)
    first, second = places(source, "(", 4)
    pairs, _ = finished(read_pairs(sampler, source, "(", [*first, *second]))
    own = type(pairs)(pairs.places, pairs.units, pairs.closing, pairs.open, pairs.open)
    rows = np.arange(len(pairs.places))
    sets = [(Unit(1, 0),), tuple(pairs.units)]
    nats, _ = finished(patched(sampler.weights, own, rows, sets, into_open=True))
    # With so many rows as were read together; a processor may sum others in another order.
    np.testing.assert_allclose(nats, [own.open.nats] * 2, atol=1e-6)


@pytest.mark.slow
def test_noise_that_goes_with_the_labels_of_one_half_is_not_shown_on_the_other(source):
    rng = np.random.default_rng(0)
    positions = np.arange(1000, 29_000, 7)
    piece = Slice(positions, 1, np.ones((len(positions), 1), bool))
    inside = counted_inside(source.text)[positions]
    chosen_on = source.article_of(positions) % 2 == 0
    values = rng.normal(size=(len(positions), 200)).astype(np.float32)
    values[:, 17] += 3 * (inside & chosen_on)  # planted where units are chosen
    recording = Recording(values, rng.normal(size=values.shape).astype(np.float32))
    units = [Unit(1, number) for number in range(200)]
    ranking, _ = finished(ranked(source, "(", False, piece, recording, units, 7))
    best = ranking.finding.units[0]
    assert best.unit == "1:17"
    assert best.chosen > 0.95
    assert abs(best.shown - 0.5) < 0.1


def test_a_target_that_nothing_closes_is_only_read(source):
    with pytest.raises(UserError, match="no target"):
        CellsQuestion("comma")
    with_capitals = replace(source, text=source.text.replace(" b", " B"))
    result = result_of(flag_model(), with_capitals, CellsQuestion("capital"))
    assert result.effects is result.rates is result.cost is None
    assert result.verdict.kind == "unasked"


def test_a_target_that_the_text_does_not_hold_is_refused(source):
    with pytest.raises(UserError, match="has no numbers in one half"):
        result_of(flag_model(), source, CellsQuestion("number"))
    second = source.articles[1][0]
    one = replace(source, text=f"{source.text[:second]}A{source.text[second + 1 :]}")
    with pytest.raises(UserError, match="has no capitalized words in one half"):
        result_of(flag_model(), one, CellsQuestion("capital"))


def test_the_work_can_be_stopped_at_each_report(source):
    work = finding_cells(Sampler(flag_model(), LETTERS), source, QUESTION)
    shares = [next(work).share for _ in range(8)]
    work.close()
    assert shares == sorted(shares)
    assert 0 < shares[-1] < 1
