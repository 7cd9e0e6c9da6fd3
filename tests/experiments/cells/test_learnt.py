"""When units were learnt: over snapshots of which one knows nothing and one closes all brackets."""

from __future__ import annotations

import pytest

from charlstm.checkpoints.checkpoint import save_checkpoint
from charlstm.errors import UserError
from charlstm.experiments.cells.experiment import CellsQuestion
from charlstm.experiments.cells.learnt import learning
from charlstm.experiments.cells.rates import Sampling
from charlstm.experiments.cells.source import Source
from charlstm.model.evaluate import evaluate
from charlstm.model.hold import Unit
from tests.fixtures.bracket_flags import LETTERS, bracket_corpus, flag_model
from tests.fixtures.small import LETTERS as OTHER
from tests.fixtures.small import small_model

QUESTION = CellsQuestion(sampling=Sampling(texts=6, samples=2, horizon=30))


@pytest.mark.slow
def test_the_step_at_which_a_unit_and_closing_appear(tmp_path):
    source = Source.of(bracket_corpus(), LETTERS)
    models = {"9": flag_model((7,), weight=0), "100": flag_model((3,))}
    for step, model in models.items():
        save_checkpoint(tmp_path / step, model, LETTERS, "# a snapshot")
    snapshots = [tmp_path / "100", tmp_path / "9"]
    first, last = learning(snapshots, [Unit(1, 3)], source, QUESTION)
    assert (first.step, last.step) == (9, 100)
    assert (first.best, last.best) == ("1:7", "1:3")
    assert first.areas["1:3"] < 0.9
    assert last.areas == {"1:3": pytest.approx(1, abs=1e-6)}
    assert (first.closed.mean, last.closed.mean) == (0, 1)
    assert last.stray.mean == 0
    for row, model in ((first, models["9"]), (last, models["100"])):
        assert row.bpc == pytest.approx(evaluate(model, source.ids).bpc)


def test_snapshots_of_something_else_are_refused(tmp_path):
    source = Source.of(bracket_corpus(), LETTERS)
    save_checkpoint(tmp_path / "5", small_model(vocab=OTHER), OTHER, "# another")
    save_checkpoint(tmp_path / "last", flag_model(), LETTERS, "# no step")
    for folder, units, words in (
        ("5", [Unit(1, 3)], "other characters"),
        ("last", [Unit(1, 3)], "not named by its step"),
    ):
        with pytest.raises(UserError, match=words):
            list(learning([tmp_path / folder], units, source, QUESTION))
    with pytest.raises(UserError, match="Nothing closes"):
        list(learning([tmp_path / "5"], [], source, CellsQuestion("number")))
