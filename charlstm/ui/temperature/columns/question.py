"""A question to the text columns: checked once, answered, and included in every answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.model.sampler import MAX_LENGTH, Sampler
from charlstm.model.truncation import Truncation
from charlstm.ui.components.contract import TextAt
from charlstm.ui.components.events import BLOCK
from charlstm.ui.components.limits import MAX_SHOWN_DICE, check_seed_text

MOST_COLUMNS = 4


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What all columns are written with.

    Attributes:
        checkpoint: its name.
        fingerprint: `CheckpointInfo.fingerprint` of the weights that write.
        seed: the seed text.
        length: characters a column.
    """

    checkpoint: str
    fingerprint: str
    seed: str
    dice: int
    length: int
    truncation: Truncation


@dataclass(frozen=True, kw_only=True)
class Columns(Writing):
    """What `columns.js` draws and saves.

    Attributes:
        phase: "ready" (nothing asked yet), "waiting", "writing" or "written".
        cut: what the truncation does, in a sentence.
        columns: what the model wrote, without the seed text.
    """

    phase: str
    cut: str
    columns: list[TextAt]


@dataclass(frozen=True, kw_only=True)
class Question(Writing):
    """All that decides what the columns hold; one temperature a column."""

    temperatures: tuple[float, ...]

    def shown(self, texts: Sequence[str], phase: str) -> Columns:
        """The value of the columns' component.

        Args:
            texts: what the model has written so far, one for each column, without the seed text.
            phase: "ready" (no question yet), "writing" or "written".
        """
        asked: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(Writing)}
        columns = [TextAt(*each) for each in zip(self.temperatures, texts, strict=True)]
        return Columns(phase=phase, cut=cut_sentence(self.truncation), columns=columns, **asked)


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
    return Question(
        checkpoint=name,
        fingerprint=checkpoints.info(name).fingerprint,
        seed=seed_text,
        temperatures=temperatures_of(temperatures),
        length=int(length),
        dice=int(dice),
        truncation=truncation_of(*cut),
    )


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
        asked.seed,
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
