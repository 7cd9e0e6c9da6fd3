"""Counting the depth: of a hand-made counter."""

from __future__ import annotations

import torch

from charlstm.experiments.cells.depth import depth_count, depths
from charlstm.experiments.cells.source import Source
from charlstm.model.recording import finished
from charlstm.model.sampler import Sampler
from charlstm.text.bracket_language import BracketLanguage
from charlstm.text.corpus import Corpus
from charlstm.text.spec import CorpusSpec
from tests.fixtures.bracket_flags import LETTERS, flag_model


def test_the_depth_after_each_character():
    assert depths("a(b(c)d)e(") == [0, 1, 1, 2, 2, 1, 1, 0, 0, 1]


def test_a_counter_is_found_and_its_mean_is_taken_for_the_depth():
    # Text of whole rows of one piece, so that the counter starts outside wherever it is read from.
    ids = LETTERS.encode(BracketLanguage(2).sample(40_000, 3))
    source = Source.of(
        Corpus(CorpusSpec.parse("own.txt"), "a text", LETTERS, ids, ids, None), LETTERS
    )
    model = flag_model(())
    opening, closing = (LETTERS.characters.index(c) for c in "()")
    with torch.no_grad():
        # Unit 5 adds a tenth at "(" and takes it away at ")"; it forgets a little, so that where
        # a text begins does not matter. "(" gets unlikelier with it.
        inputs, bias = model.lstm.weight_ih_l0.view(4, 16, -1), model.lstm.bias_ih_l0.view(4, 16)
        inputs[:, 5] = 0
        inputs[2, 5, opening], inputs[2, 5, closing] = 0.1, -0.1
        bias[:, 5] = torch.tensor([9.0, 4.0, 0.0, 9.0])
        model.fc.weight[:, 5] = 0
        model.fc.weight[opening, 5] = -20
    found = finished(depth_count(Sampler(model, LETTERS), source))
    assert found.unit == "1:5"
    assert found.shown > 0.6
    assert found.means == sorted(found.means)
    assert [row.depth for row in found.rows] == [0, 1, 2]
    for row in found.rows:
        assert row.as_outside > row.as_deepest  # whatever the true depth is
    assert found.rows[0].plain > found.rows[2].plain
    outside = [row.as_outside for row in found.rows]
    assert max(outside) - min(outside) < 0.3 * (found.rows[0].plain - found.rows[2].plain)
