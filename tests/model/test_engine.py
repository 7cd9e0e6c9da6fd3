"""The sampling engine: no stream depends on the others, and everybody gets a turn."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.folders import SHIPPED
from charlstm.model import engine as engine_module
from charlstm.model.engine import Engine
from charlstm.model.jobs import Asker, Group
from charlstm.model.sampler import Sampler
from charlstm.model.streams import StepWeights
from tests.fixtures.processes import PATIENCE
from tests.fixtures.shipped import large_slow
from tests.fixtures.small import LETTERS, small_model

SHIPPED_NAMES = sorted(path.name for path in SHIPPED.iterdir() if (path / "config.json").is_file())
WATCHER, PROGRAM = Asker("watcher", urgent=True), Asker("program")


class Steady:
    """Chooses one id always, and calls a function at each step."""

    def __init__(self, streams: int, at_each_step=lambda: None) -> None:
        self._ids, self._at_each_step = np.ones(streams, np.int64), at_each_step

    def choose(self, logits: torch.Tensor) -> np.ndarray:
        assert len(logits) == len(self._ids)
        self._at_each_step()
        return self._ids

    def keep(self, rows: np.ndarray) -> None:
        self._ids = self._ids[rows]


@pytest.fixture(scope="module")
def weights() -> StepWeights:
    return StepWeights(small_model(2), LETTERS.unk_id)


def group(weights: StepWeights, streams: int, at_each_step=lambda: None) -> Group[Steady]:
    with torch.inference_mode():
        one = weights.start((torch.zeros(2, 1, 10), torch.zeros(2, 1, 10)))
        rows = torch.zeros(streams, dtype=torch.int64)
        return Group(weights, [one.rows(rows)], Steady(streams, at_each_step))


@pytest.mark.parametrize("name", large_slow(SHIPPED_NAMES))
def test_a_stream_writes_the_same_alone_and_among_others(name):
    checkpoint = load_checkpoint(SHIPPED / name)
    sampler = Sampler(checkpoint.model, checkpoint.vocab)
    seed, other = "( ", "(("  # in the vocabulary of each
    alone = sampler.sample(seed, [0.8], 40, 7)[0][0]
    for others in (3, 63, 119):
        stop = threading.Event()

        def disturb(others=others, stop=stop):
            """Others write beside it, leave before it ends, and come again."""
            dice = 100
            while not stop.is_set():
                sampler.sample(other, [0.3, 1.5], 9, dice, samples=others // 2 + 1)
                dice += 1

        noise = threading.Thread(target=disturb)
        noise.start()
        try:
            for _ in range(3):
                assert sampler.sample(seed, [0.8], 40, 7)[0][0] == alone
        finally:
            stop.set()
            noise.join(PATIENCE)
        among = sampler.sample(seed, [0.8], 40, 7, samples=others + 1)[0][0]
        assert among == alone


def test_an_urgent_job_does_not_wait_for_a_large_one(weights):
    engine = Engine()
    started = threading.Event()
    large = [group(weights, 32, started.set) for _ in range(150)]
    job = engine.begin(large, 400, PROGRAM)
    assert started.wait(PATIENCE)
    engine.advance([group(weights, 4)], 50, WATCHER)
    taken = sum(one.done for one in large)
    assert taken < 0.1 * 150 * 400
    job.cancel()


def test_a_full_engine_of_urgent_jobs_lets_another_take_part(weights):
    engine = Engine()
    other = engine.begin([group(weights, 8)], 5, PROGRAM)
    urgent = engine.begin([group(weights, 32) for _ in range(20)], 10**5, WATCHER)
    assert other.wait(5) == 5
    urgent.cancel()


def test_people_share_evenly_however_many_jobs_they_have(weights):
    engine, many, one = Engine(), Asker("many", urgent=True), Asker("one", urgent=True)
    jobs = [engine.begin([group(weights, 32)], 10**5, many) for _ in range(40)]
    seen: list[int] = []

    def look():
        seen.append(max(job.groups[0].done for job in jobs))

    engine.advance([group(weights, 32, look)], 400, one)
    for job in jobs:
        job.cancel()
    # The one took part in each burst: its forty rivals are not much further than itself.
    assert seen[-1] - seen[0] < 3 * 400


def test_a_cancelled_job_takes_no_further_step(weights):
    engine, stepped = Engine(), threading.Event()
    endless = group(weights, 4, stepped.set)
    job = engine.begin([endless], 10**6, WATCHER)
    assert stepped.wait(PATIENCE)
    job.cancel()
    job.wait(10**6)  # returns
    engine.advance([group(weights, 4)], 1, WATCHER)  # the burst of the cancelled one is over
    done = endless.done
    engine.advance([group(weights, 4)], 100, WATCHER)
    assert endless.done == done < 10**6


def test_what_a_step_raises_is_the_callers_and_the_engine_goes_on(weights):
    engine = Engine()

    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.advance([group(weights, 4, fail)], 5)
    engine.advance([group(weights, 4)], 5)


def test_its_thread_ends_when_nothing_is_asked_and_starts_again(weights, monkeypatch):
    monkeypatch.setattr(engine_module, "IDLE", 0.05)
    engine = Engine()
    for _ in range(2):
        before = {*threading.enumerate()}
        engine.advance([group(weights, 4)], 1)
        new = {*threading.enumerate()} - before
        [thread] = [thread for thread in new if thread.name == "engine"]
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_groups_keep_their_streams_in_order_and_empty_ones_take_no_time(weights):
    engine = Engine()
    some, none = group(weights, 5), group(weights, 3)
    none.keep(np.array([], np.int64))
    engine.advance([some, none], 2)
    assert (some.written.shape, none.written.shape) == ((2, 5), (2, 0))
    some.keep(np.array([1, 4]))
    engine.advance([some], 3)
    assert some.written.shape == (3, 2)
    engine.advance([none], 3)
