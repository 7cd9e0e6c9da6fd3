"""The JSON that Python and the page's scripts exchange, typed on both sides.

Each JSON object is a dataclass in Python, and a typedef of the same name with the same fields at
the head of the script that receives or sends it (``tests/ui/test_contract.py`` compares the two).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AllowInfNan,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from charlstm.errors import UserError, user_error
from charlstm.text.decoding import is_whole

T = TypeVar("T")

_HALF = "half_character"


def _of_whole_characters(text: str) -> str:
    if not is_whole(text):
        raise PydanticCustomError(_HALF, "a lone surrogate")
    return text


Text = Annotated[str, Strict(), AfterValidator(_of_whole_characters)]
Whole = Annotated[int, Strict(), Field(ge=-(2**53), le=2**53)]
Real = Annotated[float, Strict(), AllowInfNan(False)]
Switch = Annotated[bool, Strict()]
"""Types of the fields that a browser sends. Strict: no value is converted, as "1" into 1; what
JavaScript can't have, as a whole number of 400 digits, is refused."""

Typed = Real | None
"""What a box for a number holds: any number that a person typed, None if it is empty. The handler
checks its range, so that the person gets a sentence about it."""

Chosen = Text | None
"""The name that a list of checkpoints or runs has, None if the list is empty."""


@dataclass(frozen=True)
class TextAt:
    """A text, and the temperature at which a model wrote it."""

    temperature: float
    text: str


def plain(value: Any) -> Any:
    """Convert a value into JSON's types: dataclasses become dicts, at any depth.

    A field that is None, and is None by default, is left out: in the typedef it is optional.
    """
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if is_dataclass(value):
        return {
            field.name: plain(part)
            for field in fields(value)
            if (part := getattr(value, field.name)) is not None or field.default is not None
        }
    return value


@dataclass(frozen=True)
class TextQuestion:
    """The fields of every question about a text: the text, and the checkpoint that reads it."""

    checkpoint: Text
    text: Text


@dataclass(frozen=True)
class Nothing:
    """The question of an event without inputs."""


@dataclass(frozen=True)
class Picked:
    """The chosen checkpoint."""

    checkpoint: Chosen


@dataclass(frozen=True)
class SeedTyped(Picked):
    """The chosen checkpoint, and a text that was typed for it."""

    seed: Text


def asked_strangely() -> UserError:
    """The error for a request that no script of the page sends."""
    return user_error("components.strange")


def half_character() -> UserError:
    """The error for a text that UTF-8 can't hold."""
    return user_error("components.half.text")


def reader(
    question: type[T], strange: Callable[[], UserError] = asked_strangely
) -> Callable[[Any], T]:
    """A function that validates a value from a browser and returns it as a dataclass.

    Args:
        question: the dataclass; its annotations define which values are valid. Fields that it does
            not have are refused, at any depth.
        strange: makes the error that the function raises for any other value.
    """
    adapter = TypeAdapter(question)

    def read(sent: Any) -> T:
        try:
            asked = adapter.validate_python(sent)
        except ValidationError as error:
            kinds = {one["type"] for one in error.errors(include_input=False, include_url=False)}
            raise half_character() if kinds == {_HALF} else strange() from error
        if _has_more(sent, asked):
            raise strange()
        return asked

    return read


def _has_more(sent: Any, asked: Any) -> bool:
    """Whether a value from a browser has fields that the dataclass made of it does not have."""
    if not is_dataclass(asked) or not isinstance(sent, dict):
        return False
    values = {field.name: getattr(asked, field.name) for field in fields(asked)}
    return bool(sent.keys() - values.keys()) or any(
        _has_more(part, values[name]) for name, part in sent.items()
    )
