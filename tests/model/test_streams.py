"""Streams step by step, against `torch.nn.LSTM`."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from charlstm.model.streams import StepWeights, Streams, joined
from tests.fixtures.small import LETTERS, small_model


@torch.inference_mode()
@pytest.mark.parametrize("layers", [1, 3])
def test_streams_are_nn_lstm_whichever_join_and_leave(layers):
    model, rng = small_model(layers), np.random.default_rng(0)
    weights = StepWeights(model, LETTERS.unk_id)

    def started(text):
        ids = torch.from_numpy(LETTERS.encode(text).astype(np.int64))[None]
        return weights.start(model.lstm(model.embedding(ids))[1])

    states = started("The ").rows(torch.zeros(6, dtype=torch.int64))
    histories = [LETTERS.encode("The ").tolist() for _ in range(6)]
    for rows in ([5, 0, 1, 3, 4], [0, 2], [1], [0]):
        streams = Streams(weights, [states])
        for _ in range(3):
            ids = rng.integers(0, len(LETTERS), len(histories))
            streams.step(torch.from_numpy(ids))
            histories = [[*h, int(i)] for h, i in zip(histories, ids, strict=True)]
            for row, history in enumerate(histories):
                logits = model(torch.tensor([history]))[0][-1]
                logits[LETTERS.unk_id] = -math.inf
                assert torch.allclose(streams.logits[row], logits, atol=1e-5)
        # Some leave, and one that has read another text joins.
        states = joined([streams.states().rows(torch.tensor(rows)), started("ab")])
        histories = [*(histories[row] for row in rows), LETTERS.encode("ab").tolist()]


def test_states_are_not_changed_by_the_steps_of_others():
    model = small_model(2)
    weights = StepWeights(model, LETTERS.unk_id)
    with torch.inference_mode():
        hidden = model.lstm(model.embedding(torch.tensor([[1, 2]])))[1]
        for count in (1, 4, 5):
            states = weights.start(hidden).rows(torch.zeros(count, dtype=torch.int64))
            before = joined([states])
            Streams(weights, [states]).step(torch.ones(count, dtype=torch.int64))
            assert torch.equal(states.logits, before.logits)
            for ours, theirs in zip(states.hidden, before.hidden, strict=True):
                assert all(map(torch.equal, ours, theirs))
