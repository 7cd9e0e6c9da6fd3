"""Character classes against a softmax over all characters."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from charlstm.errors import UserError
from charlstm.model.lstm import CharLSTM
from charlstm.training.classes import CharacterClasses
from charlstm.training.growth import check_growth

VOCAB = 9
IDS = np.repeat(np.arange(VOCAB), [50, 2, 30, 1, 20, 0, 10, 3, 0])
"""Four common ids, 0, 2, 4 and 6; five rare ones, of which two never occur."""


def made(size: int) -> CharLSTM:
    torch.manual_seed(2)
    return CharLSTM(size, 3, 4, 2, dropout=0.1).eval()


def logits(model, ids):
    with torch.no_grad():
        return model(torch.tensor([ids]))[0]


def test_common_ids_are_classes_of_their_own_and_the_others_one():
    classes = CharacterClasses(IDS, VOCAB, 5)
    assert classes.count == 5
    assert classes.of(torch.arange(VOCAB)).tolist() == [0, 4, 1, 4, 2, 4, 3, 4, 4]
    share = classes.log_frequency.exp()
    assert share.sum().item() == pytest.approx(1, abs=1e-6)
    assert share[0].item() == pytest.approx(50.5 / (len(IDS) + 9 * 0.5), rel=1e-6)


def test_the_expanded_model_splits_a_class_by_its_characters_frequencies():
    classes, model = CharacterClasses(IDS, VOCAB, 5), made(5)
    read = [0, 3, 2, 8, 6, 1]
    of_classes = logits(model, classes.of(torch.tensor(read)).tolist()).softmax(-1)
    of_ids = logits(classes.expanded(model), read).softmax(-1)
    assert torch.allclose(of_ids[:, [0, 2, 4, 6]], of_classes[:, :4], atol=1e-6)
    rare, counts = [1, 3, 5, 7, 8], torch.tensor([2.5, 1.5, 0.5, 3.5, 0.5])
    expected = of_classes[:, 4:] * counts / counts.sum()
    assert torch.allclose(of_ids[:, rare], expected, atol=1e-6)
    # The loss within the classes.
    within = classes.nats_within(torch.tensor(rare))
    assert within == pytest.approx(-(counts / counts.sum()).log().mean().item(), rel=1e-5)
    assert classes.nats_within(torch.tensor([0, 2, 4])) == pytest.approx(0, abs=1e-6)


def test_merging_undoes_expanding():
    classes, model = CharacterClasses(IDS, VOCAB, 5), made(5)
    again = classes.merged(classes.expanded(model))
    for name, weight in model.state_dict().items():
        assert torch.allclose(again.state_dict()[name], weight, atol=1e-5), name
    assert again.dropout.p == model.dropout.p


def test_as_many_classes_as_ids_change_nothing():
    for most in (VOCAB, 100):
        classes, model = CharacterClasses(IDS, VOCAB, most), made(VOCAB)
        assert classes.of(torch.arange(VOCAB)).tolist() == list(range(VOCAB))
        expanded = classes.expanded(model)
        assert all(
            torch.equal(weight, expanded.state_dict()[name])
            for name, weight in model.state_dict().items()
        )


def test_growth_is_checked_over_all_ids():
    with pytest.raises(UserError, match="vocab_size"):
        check_growth(made(VOCAB), made(VOCAB + 1))
