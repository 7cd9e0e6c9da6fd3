from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.model.evaluate import STREAMS, WINDOW, evaluate, fixed_slice, scores
from tests.fixtures.small import LETTERS, small_model


def by_hand(model, ids, streams):
    """Nats of each scored character, computed stream by stream and character by character."""
    length = math.ceil((len(ids) - 1) / streams)
    nats = []
    with torch.no_grad():
        for start in range(0, len(ids) - 1, length):
            hidden = model.init_hidden(1)
            for position in range(start, min(start + length, len(ids) - 1)):
                logits, hidden = model(torch.tensor([[ids[position]]]), hidden)
                nats.append(-logits[0].log_softmax(-1)[ids[position + 1]].item())
    return nats


@pytest.mark.parametrize("characters", [2, 30, 65, 700, 1283])
def test_it_is_the_mean_of_a_plain_loop(characters):
    ids = np.random.default_rng(0).integers(0, len(LETTERS), characters).astype(np.int32)
    model = small_model()
    nats = by_hand(model, ids.tolist(), min(STREAMS, characters - 1))
    result = evaluate(model, ids)
    assert result.characters == len(nats) == characters - 1
    assert result.nats == pytest.approx(sum(nats) / len(nats), rel=1e-5)
    assert result.bpc == pytest.approx(result.nats / math.log(2))


def test_in_eval_mode_without_gradients_the_same_each_time():
    model = small_model()
    model.train()
    ids = np.random.default_rng(0).integers(0, len(LETTERS), 20_000).astype(np.int32)
    first = evaluate(model, ids)
    assert first == evaluate(model, ids)
    assert model.training  # its mode is restored
    assert all(parameter.grad is None for parameter in model.parameters())
    model.eval()
    assert evaluate(model, ids) == first


def test_nothing_to_score_gets_a_sentence():
    with pytest.raises(UserError, match="nothing to score"):
        evaluate(small_model(), np.zeros(1, dtype=np.int32))


def test_the_slice_is_spread_over_the_whole_text():
    ids = np.arange(100_000)
    part = fixed_slice(ids, 6400)
    assert len(part) == 6400
    assert part[0] == 0
    assert part[-1] == 99_999
    assert np.array_equal(part, fixed_slice(ids, 6400))
    jumps = np.flatnonzero(np.diff(part) != 1)
    assert len(jumps) == STREAMS - 1
    assert len(fixed_slice(ids[:50], 6400)) == 50
    assert fixed_slice(ids, 3).tolist() == [0, 49_999, 99_999]
    assert fixed_slice(ids, 1).tolist() == [0]
    assert len(fixed_slice(ids, STREAMS - 1)) == STREAMS - 1


def test_it_tells_how_far_it_has_come_and_leaves_the_model_as_it_was():
    model, ids = small_model(), LETTERS.encode("(bed) a cab. " * 1000)
    model.train()
    result = list(scores(model, ids))
    counts = [score.characters for score in result]
    assert counts[0] == STREAMS * WINDOW
    assert counts == sorted(set(counts))
    assert counts[-1] == len(ids) - 1
    assert result[-1] == evaluate(model, ids)
    assert result[0].nats != result[-1].nats
    unfinished = scores(model, ids)
    next(unfinished)
    unfinished.close()
    assert model.training
