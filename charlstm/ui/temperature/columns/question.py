"""What the text columns are asked: checked once, then written and said with every answer."""

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
        """The question, and how far the answer is.

        Args:
            texts: what the model has written so far, one a column, without the seed text.
            phase: "ready" (nothing asked yet), "writing" or "written".
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
    """A question out of what the page's controls hold, which may be anything.

    Args:
        name: of the checkpoint; None where there is none.
        cut: top-k, top-p and min-p.
        temperatures: one a column.

    Raises:
        UserError: something is missing or out of its range; the sentence says what.
    """
    check_seed_text(seed_text)
    if name is None:
        raise UserError("There is no checkpoint to write with.", "Train one in the Train tab.")
    if not _whole(dice) or not 0 <= dice <= MAX_SHOWN_DICE:
        raise UserError(
            "The dice are no whole number that the page rolls.",
            f"Type one from 0 to {MAX_SHOWN_DICE:,}, or press Roll.",
        )
    if not _whole(length) or not 1 <= length <= MAX_LENGTH:
        raise UserError(
            "The length is no whole number of characters that a column can have.",
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


def temperatures_of(given: Sequence[Any]) -> tuple[float, ...]:
    """The temperatures that a browser sent; what range they have is the sampler's.

    Raises:
        UserError: they are too many or too few, or one is no number.
    """
    if not 1 <= len(given) <= MOST_COLUMNS or not all(map(_number, given)):
        raise UserError(
            "A column has no temperature that is a number.",
            f"Give each of at most {MOST_COLUMNS} columns one.",
        )
    return tuple(map(float, given))


def truncation_of(top_k: Any, top_p: Any, min_p: Any) -> Truncation:
    """The truncation that a browser sent.

    Raises:
        UserError: one is no number, or out of its range.
    """
    if not (_whole(top_k) and _number(top_p) and _number(min_p)):
        raise UserError("A truncation is no number.", "Set it anew under More.")
    return Truncation(int(top_k), float(top_p), float(min_p))


def answers(sampler: Sampler, asked: Question) -> Iterator[list[str]]:
    """What each column holds so far, again and again until it holds the whole.

    Raises:
        UserError: the sampler refuses the question.
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
    """What a truncation does, in the order in which it is done; "" where it does nothing."""
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
    """Whether it is one that can be computed with, or NaN, which whoever checks a range refuses."""
    return type(value) in (int, float) and not abs(value) > 1e12


def _whole(value: Any) -> bool:
    return _number(value) and value == value // 1
