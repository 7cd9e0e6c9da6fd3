"""A question to the text columns: checked once, answered, and included in every answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import reduce
from typing import Annotated, Any, Literal

from pydantic import Field

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import user_error
from charlstm.model.limits import MAX_LENGTH
from charlstm.model.sampler import Sampler
from charlstm.model.truncation import Truncation
from charlstm.texts import text
from charlstm.ui.components.contract import SeedTyped, TextAt, Typed
from charlstm.ui.components.events import BLOCK
from charlstm.ui.components.limits import check_seed_text, shown_dice, whole_number
from charlstm.ui.temperature.reading.answers import WhyAnswer

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


@dataclass(frozen=True)
class Explained:
    """A character of a column, with its explanation.

    Attributes:
        number: the column's number, from 0.
        place: index of the character in the text, the seed text included.
    """

    number: int
    place: int
    answer: WhyAnswer


@dataclass(frozen=True, kw_only=True)
class Columns(Writing):
    """What `columns.js` draws and saves.

    Attributes:
        phase: "ready" (nothing asked yet), "waiting", "writing" or "written".
        cut: what the truncation does, in a sentence.
        columns: what the model wrote, without the seed text.
        explained: the character that is explained when the page opens.
    """

    phase: str
    cut: str
    columns: list[TextAt]
    explained: Explained | None = None


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


@dataclass(frozen=True)
class WriteQuestion(SeedTyped):
    """The controls that Write is pressed with.

    Attributes:
        columns: how many there are, as text.
        rest: the temperature of each possible column.
    """

    dice: Typed
    columns: Literal["2", "3", "4"]
    length: Typed
    top_k: Typed
    top_p: Typed
    min_p: Typed
    rest: Annotated[list[Typed], Field(min_length=MOST_COLUMNS, max_length=MOST_COLUMNS)]


def question(checkpoints: Checkpoints, asked: WriteQuestion) -> Question:
    """Make a question from the controls.

    Raises:
        UserError: a value is missing or out of its range; the message names it. Temperatures are
            checked by the sampler.
    """
    check_seed_text(asked.seed)
    if asked.checkpoint is None:
        raise user_error("components.no_writer")
    temperatures = [at for at in asked.rest[: int(asked.columns)] if at is not None]
    if len(temperatures) < int(asked.columns):
        raise user_error("temperature.no_temperature")
    if asked.top_p is None or asked.min_p is None:
        raise user_error("temperature.no_cut")
    top_k = whole_number(asked.top_k, "top_k", 0, MAX_LENGTH)
    return Question(
        checkpoint=asked.checkpoint,
        fingerprint=checkpoints.info(asked.checkpoint).fingerprint,
        seed=asked.seed,
        temperatures=tuple(temperatures),
        length=whole_number(asked.length, "length", 1, MAX_LENGTH),
        dice=shown_dice(asked.dice),
        truncation=Truncation(top_k, asked.top_p, asked.min_p),
    )


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
        kept.append(text("temperature.cut.top_k", n=cut.top_k))
    if cut.top_p < 1:
        kept.append(text("temperature.cut.top_p", share=f"{100 * cut.top_p:.4g}"))
    if cut.min_p:
        kept.append(text("temperature.cut.min_p", share=f"{100 * cut.min_p:.4g}"))
    if not kept:
        return ""
    steps = reduce(lambda first, n: text("temperature.cut.then", first=first, next=n), kept)
    return text("temperature.cut.sentence", steps=steps)
