"""The strip below the balance view: the model's chances after each character of a seed text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Annotated, Any

from pydantic import Field

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.model.limits import MAX_TEMPERATURE
from charlstm.model.reading import chances, likeliest
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import PAIRS, scan, with_comma
from charlstm.ui.components.contract import Real, TextQuestion, Whole, asked_strangely
from charlstm.ui.components.events import served
from charlstm.ui.components.limits import check_seed_text
from charlstm.ui.components.words import character_name

OWN = 1.0  # the temperature of the model's own distribution

_READERS = 2  # texts read at a time, for all browsers together: other work needs the processor too


Temperature = Annotated[Real, Field(ge=0, le=MAX_TEMPERATURE)]


@dataclass(frozen=True)
class StripQuestion(TextQuestion):
    """A request for the chance of the closing bracket after each character of a text."""

    temperature: Temperature


@dataclass(frozen=True)
class LikelyQuestion(StripQuestion):
    """A request for the likeliest characters after the character at index ``place`` of a text."""

    place: Annotated[Whole, Field(ge=0)]


@dataclass(frozen=True)
class StripLane:
    """The chance of the closing bracket at one temperature.

    Attributes:
        own: after each character of the text.
        comma: after each character from the watched bracket on, with a comma in its place.
    """

    temperature: float
    own: list[float]
    comma: list[float]


@dataclass(frozen=True)
class StripAnswer:
    """The chance of the bracket that closes the watched one, at T = 1 and another temperature.

    Attributes:
        closing: the bracket whose chance it is.
        watched: index of the innermost open bracket, or None.
        lanes: one for each temperature.
    """

    closing: str
    watched: int | None
    lanes: list[StripLane]


@dataclass(frozen=True)
class LikelyRow:
    """The ten likeliest characters, likeliest first.

    Attributes:
        comma: whether the watched bracket is replaced by a comma.
        names, chances: of the characters.
    """

    temperature: float
    comma: bool
    names: list[str]
    chances: list[float]


@dataclass(frozen=True)
class LikelyAnswer:
    """The likeliest characters: at T = 1, at the question's temperature unless that is 1, and,
    from the watched bracket on, at T = 1 with a comma in its place."""

    rows: list[LikelyRow]


def strip_functions(checkpoints: Checkpoints) -> list[Callable[[Any], dict[str, Any]]]:
    """The server functions of `strip.js`."""
    turns = BoundedSemaphore(_READERS)

    @served(StripQuestion)
    def strip(question: StripQuestion) -> StripAnswer:
        check_seed_text(question.text)
        with turns:
            sampler = checkpoints.sampler(question.checkpoint)
            return chances_shown(sampler, question.text, question.temperature)

    @served(LikelyQuestion)
    def likely(question: LikelyQuestion) -> LikelyAnswer:
        if question.place >= len(question.text):
            raise asked_strangely()
        check_seed_text(question.text)
        with turns:
            sampler = checkpoints.sampler(question.checkpoint)
            return likely_shown(sampler, question.text, question.place, question.temperature)

    return [strip, likely]


def chances_shown(sampler: Sampler, text: str, temperature: float) -> StripAnswer:
    """The chance of the closing bracket after each character, at T = 1 and a temperature.

    Args:
        text: its innermost open bracket is watched; if none is open, the chance is that of ")".

    Raises:
        UserError: the model never writes that bracket.
    """
    watched, closing = _watched(text)

    def lane(temperature: float) -> StripLane:
        def along(text: str) -> list[float]:
            return [_short(chance) for chance in chances(sampler, text, closing, temperature)]

        comma = [] if watched is None else along(with_comma(text, watched))[watched:]
        return StripLane(temperature, along(text), comma)

    return StripAnswer(closing, watched, [lane(at) for at in dict.fromkeys((OWN, temperature))])


def likely_shown(sampler: Sampler, text: str, index: int, temperature: float) -> LikelyAnswer:
    """The ten characters likeliest to follow ``text[: index + 1]``."""

    def row(text: str, temperature: float, comma: bool) -> LikelyRow:
        pairs = likeliest(sampler, text, temperature)
        names = [character_name(character) for character, _ in pairs]
        return LikelyRow(temperature, comma, names, [_short(chance) for _, chance in pairs])

    read = text[: index + 1]
    rows = [row(read, at, False) for at in dict.fromkeys((OWN, temperature))]
    watched, _ = _watched(text)
    if watched is not None and watched <= index:
        rows.append(row(with_comma(read, watched), OWN, True))
    return LikelyAnswer(rows)


def _short(chance: float) -> float:
    """A chance rounded to three significant digits, to keep the answer small."""
    return float(f"{chance:.3g}")


def _watched(text: str) -> tuple[int | None, str]:
    """Index of the innermost open bracket, or None, and the bracket that closes it."""
    unclosed = scan(text).unclosed
    return (unclosed[-1], PAIRS[text[unclosed[-1]]]) if unclosed else (None, ")")
