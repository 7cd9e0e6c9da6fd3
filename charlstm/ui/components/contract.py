"""The JSON that Python and the page's scripts exchange, typed on both sides.

Each JSON object is a dataclass in Python, and a typedef of the same name with the same fields at
the head of the script that receives or sends it (``tests/ui/test_contract.py`` compares the two).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, TypeVar

from pydantic import Strict, TypeAdapter, ValidationError

from charlstm.errors import UserError

T = TypeVar("T")

Text = Annotated[str, Strict()]
Whole = Annotated[int, Strict()]
Real = Annotated[float, Strict()]
"""Types of the fields that a browser sends. Strict: no value is converted, as "1" into 1."""


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


def asked_strangely() -> UserError:
    """The error for a request that no script of the page sends."""
    return UserError("The page sent a request that the server does not know.", "Reload the page.")


def reader(
    question: type[T], strange: Callable[[], UserError] = asked_strangely
) -> Callable[[Any], T]:
    """A function that validates a value from a browser and returns it as a dataclass.

    Args:
        question: the dataclass; its annotations define which values are valid.
        strange: makes the error that the function raises for any other value.
    """
    adapter = TypeAdapter(question)

    def read(sent: Any) -> T:
        try:
            return adapter.validate_python(sent)
        except ValidationError as error:
            raise strange() from error

    return read
