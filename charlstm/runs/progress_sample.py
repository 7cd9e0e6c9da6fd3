"""The samples of a run: one seed text and one dice throughout, so that two samples differ only by
what the model learnt in between."""

from __future__ import annotations

from charlstm.model.lstm import CharLSTM
from charlstm.model.sampler import Sampler
from charlstm.text.vocabulary import Vocabulary

LENGTH, TEMPERATURE, DICE = 100, 0.8, 7  # 0.8: notebook section 5


def progress_sample(model: CharLSTM, vocab: Vocabulary) -> str:
    """The seed text and the `LENGTH` characters that the model continues it with."""
    [[text]] = Sampler(model, vocab).sample(_seed_text(vocab), [TEMPERATURE], LENGTH, DICE)
    return text


def log_spaced(step: int) -> bool:
    """Whether a step is 1, 3, 10, 30, 100, 300, ..."""
    while step and step % 10 == 0:
        step //= 10
    return step in (1, 3)


def _seed_text(vocab: Vocabulary) -> str:
    """The notebook's "The " if the vocabulary has its characters, else a bracket, else the first
    character of the vocabulary."""
    choices = ("The ", "( ", *vocab.characters[:1])
    return next(text for text in choices if not vocab.unknown(text))
