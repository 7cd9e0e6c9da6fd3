"""Small real things that many tests use."""

from __future__ import annotations

from pathlib import Path

import torch

from charlstm.model import CharLSTM
from charlstm.vocab import Vocabulary

ROOT = Path(__file__).resolve().parent.parent
LETTERS = Vocabulary.from_text("abcdefgh ()\n.,TheN")


def small_model(layers: int = 1, vocab: Vocabulary = LETTERS) -> CharLSTM:
    """A model with random but peaked outputs, so that a wrong step shows in the text."""
    torch.manual_seed(3)
    model = CharLSTM(len(vocab), 6, 10, layers, dropout=0.4).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
    return model
