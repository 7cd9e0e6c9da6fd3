from __future__ import annotations

import pickle

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.language import speaking
from charlstm.training.batches import ParallelStreams, RandomWindows

IDS = np.arange(1000, dtype=np.int32)  # every id is its own position


def test_windows_are_pieces_of_the_text_shifted_by_one():
    windows = RandomWindows(IDS, streams=50, window=7, seed=1)
    starts = set()
    for step in range(40):
        batch = windows.at(step)
        assert batch.fresh.all()
        assert batch.inputs.dtype == torch.int64
        for row, targets in zip(batch.inputs.tolist(), batch.targets.tolist(), strict=True):
            assert row == list(range(row[0], row[0] + 7))
            assert targets == list(range(row[0] + 1, row[0] + 8))
            starts.add(row[0])
    assert min(starts) < 20
    assert max(starts) > 970
    assert max(starts) <= 1000 - 8


def test_streams_read_on_where_they_stopped():
    streams = ParallelStreams(IDS, streams=4, window=6, seed=1)
    assert streams.steps_a_pass == (250 - 1) // 6
    before = None
    for step in range(streams.steps_a_pass):
        batch = streams.at(step)
        assert batch.fresh.tolist() == [step == 0] * 4
        assert batch.inputs[:, 0].tolist() == [step * 6 + 250 * row for row in range(4)]
        assert torch.equal(batch.targets, batch.inputs + 1)
        if before is not None:
            assert torch.equal(batch.inputs[:, 0], before.targets[:, -1])
        before = batch


def test_later_passes_start_elsewhere_on_the_ring():
    streams = ParallelStreams(IDS, streams=4, window=6, seed=1)
    firsts = {int(streams.at(streams.steps_a_pass * n).inputs[0, 0]) for n in range(6)}
    assert len(firsts) > 3
    for step in range(6 * streams.steps_a_pass):
        batch = streams.at(step)
        assert torch.equal(batch.targets, (batch.inputs + 1) % 1000)
        assert batch.fresh.tolist() == [step % streams.steps_a_pass == 0] * 4


def test_some_streams_start_from_nothing_in_between():
    streams = ParallelStreams(IDS, streams=50, window=3, seed=1, fresh=0.1)
    between = [step for step in range(600) if step % streams.steps_a_pass]
    fresh = torch.stack([streams.at(step).fresh for step in between]).float()
    assert fresh.mean().item() == pytest.approx(0.1, abs=0.01)
    assert fresh.mean(dim=0).min() > 0.04  # of each stream
    assert streams.at(streams.steps_a_pass).fresh.all()
    assert torch.equal(streams.at(77).fresh, streams.at(77).fresh)


@pytest.mark.parametrize("kind", [RandomWindows, ParallelStreams])
def test_a_step_has_the_same_batch_whenever_it_is_asked(kind):
    asked_in_order = [kind(IDS, 3, 5, seed=2).at(step) for step in range(300)]
    alone = kind(IDS, 3, 5, seed=2).at(299)
    assert torch.equal(alone.inputs, asked_in_order[299].inputs)
    other = kind(IDS, 3, 5, seed=3).at(299)
    assert not torch.equal(alone.inputs, other.inputs)


def test_a_text_below_one_step_is_refused():
    with pytest.raises(UserError, match="8 characters to train on"):
        RandomWindows(IDS[:8], 100, 8, seed=0)
    RandomWindows(IDS[:9], 100, 8, seed=0).at(0)
    with pytest.raises(UserError, match="at least 39 characters"):
        ParallelStreams(IDS[:35], 4, 8, seed=0)
    assert ParallelStreams(IDS[:36], 4, 8, seed=0).steps_a_pass == 1


def test_a_refusal_passes_from_process_to_process_and_keeps_its_languages():
    with pytest.raises(UserError) as refused:
        RandomWindows(IDS[:1], 100, 2_000, seed=0)
    error = pickle.loads(pickle.dumps(refused.value))
    assert str(error) == (
        "There is 1 character to train on, and one step of these settings reads 2,001. "
        "Use a text of at least 2,223 characters: a tenth is held out."
    )
    with speaking("de"):
        assert error.problem == (
            "Zum Trainieren ist nur 1 Zeichen da, und ein Schritt dieser Einstellungen liest 2,001."
        )
