from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from charlstm.model.sampler import Sampler
from tests.fixtures.small import LETTERS, small_model


@pytest.mark.parametrize("layers", [1, 3])
def test_streams_step_by_step_are_nn_lstm_whichever_rows_are_kept(layers):
    model, rng = small_model(layers), np.random.default_rng(0)
    streams = Sampler(model, LETTERS).start("The ", 6)
    histories = [LETTERS.encode("The ").tolist() for _ in range(6)]
    for rows in ([5, 0, 1, 3, 4], [0, 2, 2], [1], []):
        for _ in range(3):
            ids = rng.integers(0, len(LETTERS), len(histories))
            streams.step(torch.from_numpy(ids))
            histories = [[*h, int(i)] for h, i in zip(histories, ids, strict=True)]
            with torch.no_grad():
                logits = model(torch.tensor(histories))[0].view(len(ids), -1, len(LETTERS))[:, -1]
            logits[:, LETTERS.unk_id] = -math.inf
            assert torch.allclose(streams.logits, logits, atol=1e-5)
        streams.keep(torch.tensor(rows, dtype=torch.int64))
        histories = [histories[row] for row in rows]
    assert streams.logits.shape == (0, len(LETTERS))
    streams.step(torch.tensor([], dtype=torch.int64))
