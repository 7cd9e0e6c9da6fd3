from __future__ import annotations

import torch
from small import LETTERS, small_model

from charlstm.bench import notebook_sample


def test_the_loop_that_we_are_measured_against_is_the_notebooks():
    """Same generator state, same characters as its lines written out."""
    model = small_model()
    torch.manual_seed(1)
    found = notebook_sample(model, 40)
    torch.manual_seed(1)
    ids, hidden = [0], model.init_hidden(1)
    with torch.no_grad():
        for _ in range(40):
            output, hidden = model(torch.tensor([[ids[-1]]]), hidden)
            ids.append(int(torch.multinomial(torch.softmax(output[-1], 0), 1)))
    assert found == ids
    assert set(found) <= set(range(len(LETTERS)))
