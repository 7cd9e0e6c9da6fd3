"""What the tests of the model share."""

from __future__ import annotations

import pytest
import torch


@pytest.fixture(autouse=True)
def seed_torch() -> None:
    """Weights and ids that a test draws are the same in each run."""
    torch.manual_seed(0)
