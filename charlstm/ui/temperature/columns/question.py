"""A question to the text columns: checked once, answered, and included in every answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.sampler import MAX_LENGTH, Sampler
from charlstm.model.truncation import Truncation
from charlstm.ui.components.events import BLOCK
from charlstm.ui.components.limits import MAX_SHOWN_DICE, check_seed_text

MOST_COLUMNS = 4


@dataclass(frozen=True)
class Column:
    """The text that the model wrote at a temperature, without the seed text."""

    temperature: float
    text: str


@dataclass(frozen=True)
class Columns:
    """What `columns.js` draws and saves; attributes not listed here are those of `Question`.

    Attributes:
        phase: "ready" (no question yet), "waiting", "writing" or "written".
        seed: the seed text.
        cut: a sentence on what the truncation does; "" for none.
    """

    phase: str
    checkpoint: str
    fingerprint: str
    seed: str
    dice: int
    length: int
    truncation: Truncation
    cut: str
    columns: list[Column]


@dataclass(frozen=True)
class Question:
    """All that determines the columns' texts.

    Attributes:
        checkpoint: name of the checkpoint.
        fingerprint: `CheckpointInfo.fingerprint` of its weights.
        temperatures: one for each column.
        length: characters to write in each column.
    """

    checkpoint: str
    fingerprint: str
    seed_text: str
    temperatures: tuple[float, ...]
    length: int
    dice: int
    truncation: Truncation

    def shown(self, texts: Sequence[str], phase: str) -> Columns:
        """The value of the columns' component.

        Args:
            texts: what the model has written so far, one for each column, without the seed text.
            phase: "ready" (no question yet), "writing" or "written".
        """
        return Columns(
            phase=phase,
            checkpoint=self.checkpoint,
            fingerprint=self.fingerprint,
            seed=self.seed_text,
            dice=self.dice,
            length=self.length,
            truncation=self.truncation,
            cut=cut_sentence(self.truncation),
            columns=[Column(*each) for each in zip(self.temperatures, texts, strict=True)],
        )


def question(
    checkpoints: Checkpoints,
    name: str | None,
    seed_text: str,
    dice: Any,
    length: Any,
    cut: Sequence[Any],
    temperatures: Sequence[Any],
) -> Question:
    """Make a question from the values of the page's controls, of which none is trusted.

    Args:
        name: the checkpoint's; None if there is none.
        cut: top-k, top-p and min-p.
        temperatures: one for each column.

    Raises:
        UserError: a value is missing or out of its range; the message names it.
    """
    check_seed_text(seed_text)
    if name is None:
        raise UserError("There is no checkpoint to write with.", "Train one in the Train tab.")
    if not _whole(dice) or not 0 <= dice <= MAX_SHOWN_DICE:
        raise UserError(
            "The dice are not a whole number in this page's range.",
            f"Type one from 0 to {MAX_SHOWN_DICE:,}, or press Roll.",
        )
    if not _whole(length) or not 1 <= length <= MAX_LENGTH:
        raise UserError(
            "The length is not a whole number of characters in the range of a column.",
            f"Choose one from 1 to {MAX_LENGTH:,}.",
        )
    fingerprint = checkpoints.info(name).fingerprint
    shape = temperatures_of(temperatures), int(length), int(dice), truncation_of(*cut)
    return Question(name, fingerprint, seed_text, *shape)


def temperatures_of(values: Sequence[Any]) -> tuple[float, ...]:
    """Check the temperatures that a browser sent; their range is checked by the sampler.

    Raises:
        UserError: there are too many or none, or one is not a number.
    """
    if not 1 <= len(values) <= MOST_COLUMNS or not all(map(_number, values)):
        raise UserError(
            f"The temperatures are not one number for each of 1 to {MOST_COLUMNS} columns.",
            "Set the temperature of each column again.",
        )
    return tuple(map(float, values))


def truncation_of(top_k: Any, top_p: Any, min_p: Any) -> Truncation:
    """Make a truncation from the values that a browser sent.

    Raises:
        UserError: one is not a number, or out of its range.
    """
    if not (_whole(top_k) and _number(top_p) and _number(min_p)):
        raise UserError(
            "Top-k is not a whole number, or top-p or min-p is not a number.",
            "Set it again under More.",
        )
    return Truncation(int(top_k), float(top_p), float(min_p))


def answers(sampler: Sampler, asked: Question) -> Iterator[list[str]]:
    """Sample the texts of all columns.

    Yields:
        The text of each column so far, after every `BLOCK` characters; at last the whole texts.

    Raises:
        UserError: the sampler refuses a value, as a temperature out of range.
    """
    texts = [""] * len(asked.temperatures)
    for block in sampler.stream(
        asked.seed_text,
        asked.temperatures,
        asked.length,
        asked.dice,
        every=BLOCK,
        truncation=asked.truncation,
    ):
        for column in range(len(texts)):
            texts[column] += sampler.vocab.decode(block[:, column, 0].tolist())
        yield texts.copy()


def cut_sentence(cut: Truncation) -> str:
    """A sentence on what a truncation does, in the order of its steps; "" where it does nothing."""
    kept = []
    if cut.top_k:
        kept.append(
            f"the {cut.top_k} likeliest characters" if cut.top_k > 1 else "the likeliest character"
        )
    if cut.top_p < 1:
        kept.append(f"the fewest that make up {100 * cut.top_p:.4g} % of the chance")
    if cut.min_p:
        kept.append(f"those at least {100 * cut.min_p:.4g} % as likely as the likeliest")
    return f"Cut to {', then to '.join(kept)}, after temperature." if kept else ""


def _number(value: Any) -> bool:
    """Whether a value is an int or float of usable size. NaN passes: the range checks refuse it."""
    return type(value) in (int, float) and not abs(value) > 1e12


def _whole(value: Any) -> bool:
    return _number(value) and value == value // 1
