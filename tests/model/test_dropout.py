"""Dropout against `torch.nn.functional.dropout`: shares, means, gradients, random numbers."""

import math

import pytest
import torch

from charlstm.model.dropout import Dropout, drop


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
def test_the_share_is_zeroed_and_the_rest_scaled_up(dtype, share):
    torch.manual_seed(3)
    values = torch.ones(400, 501, dtype=dtype)
    dropped = drop(values, share)
    assert dropped.shape == values.shape
    assert dropped.dtype == dtype
    zeros = (dropped == 0).double().mean().item()
    # Five standard errors of a share of 200,400 independent elements.
    assert abs(zeros - share) < 5 * math.sqrt(share * (1 - share) / values.numel())
    kept = dropped[dropped != 0].float()
    scale = torch.tensor(1 / (1 - share)).to(dtype).item()
    assert torch.allclose(kept, torch.full_like(kept, scale), rtol=1e-3)


def test_the_scale_is_not_rounded_to_bfloat16():
    """1 / 0.625 is 1.6, which in bfloat16 is 1.6015625."""
    values = (1 + torch.rand(10_000)).bfloat16()
    dropped = drop(values, 0.375)
    scaled = (values.float() * 1.6).bfloat16()
    assert torch.equal(dropped, torch.where(dropped == 0, 0, scaled))
    assert not torch.equal(scaled, values * torch.tensor(1.6).bfloat16())


def test_elements_are_dropped_independently_of_their_neighbours():
    torch.manual_seed(4)
    zeros = (drop(torch.ones(400_003), 0.5) == 0).double()
    for apart in (1, 2, 3, 4, 8):
        both = (zeros[:-apart] * zeros[apart:]).mean().item()
        # Four elements share one 64-bit number: its quarters must be independent.
        assert abs(both - 0.25) < 5 * math.sqrt(0.25 * 0.75 / len(zeros))


def test_the_gradient_goes_where_the_value_went():
    torch.manual_seed(5)
    values = torch.randn(31, 7, requires_grad=True)
    dropped = drop(values, 0.4)
    dropped.sum().backward()
    assert torch.equal(values.grad == 0, dropped == 0)
    kept = values.grad[values.grad != 0]
    assert torch.allclose(kept, torch.full_like(kept, 1 / 0.6), rtol=1e-4)


def test_the_seed_throws_the_dice():
    values = torch.ones(1_001)
    draws = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        draws.append(drop(values, 0.5))
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])


def test_nothing_is_dropped_in_eval_mode_nor_for_a_share_of_none():
    values = torch.ones(50)
    assert torch.equal(Dropout(0.9).eval()(values), values)
    assert torch.equal(Dropout(0.0).train()(values), values)
    assert (Dropout(0.9).train()(values) == 0).any()
