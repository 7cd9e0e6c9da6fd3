from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from charlstm.cli.bench import bare_products, notebook_sample
from charlstm.cli.bench_engine import TEMPERATURES, own_loop
from charlstm.model.sampler import Sampler
from charlstm.model.streams import StepWeights, Streams
from tests.fixtures.small import LETTERS, small_model


def test_the_loop_that_we_are_measured_against_is_the_notebooks():
    """With the same generator state, the same characters as the loop written out."""
    model = small_model()
    torch.manual_seed(1)
    written = notebook_sample(model, 40)
    torch.manual_seed(1)
    ids, hidden = [0], model.init_hidden(1)
    with torch.no_grad():
        for _ in range(40):
            output, hidden = model(torch.tensor([[ids[-1]]]), hidden)
            ids.append(int(torch.multinomial(torch.softmax(output[-1], 0), 1)))
    assert written == ids
    assert set(written) <= set(range(len(LETTERS)))


@pytest.mark.slow
def test_the_floor_of_a_step_is_the_products_that_it_makes():
    model = small_model()
    weights = StepWeights(model, LETTERS.unk_id)
    hidden = torch.zeros(1, 1, 10)
    states = weights.start((hidden, hidden)).rows(torch.zeros(8, dtype=torch.int64))
    products, step = bare_products(model, LETTERS, 8), Streams(weights, [states]).step
    with FlopCounterMode(display=False) as floor:
        products()
    with FlopCounterMode(display=False) as ours:
        step(torch.zeros(8, dtype=torch.int64))
    assert floor.get_total_flops() == ours.get_total_flops() > 0


def test_the_loop_of_a_person_alone_writes_what_the_engine_writes():
    model = small_model(2)
    texts = Sampler(model, LETTERS).sample("ab", TEMPERATURES, 30, 5)
    weights = StepWeights(model, LETTERS.unk_id)
    assert own_loop(model, weights, LETTERS, "ab", 30, 5) == [text for [text] in texts]
