"""What travels between Python and the page's scripts, typed on both sides, arguments by name.

In Python it is a dataclass; at the head of a script that gets or sends it stands a typedef of the
same name with the same fields (``tests/ui/test_contract.py`` compares them).
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
"""What a browser may send: none is taken for another, as 1 for "1"."""


@dataclass(frozen=True)
class TextAt:
    """A text, and the temperature at which a model wrote it."""

    temperature: float
    text: str


def plain(value: Any) -> Any:
    """A value as JSON has it: dataclasses as objects, at any depth.

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
    """What every question about a text names: the text, and the checkpoint that is to read it."""

    checkpoint: Text
    text: Text


def asked_strangely() -> UserError:
    """For what no page of ours sends."""
    return UserError("The page asked in an unknown way.", "Reload the page.")


def reader(
    question: type[T], strange: Callable[[], UserError] = asked_strangely
) -> Callable[[Any], T]:
    """What makes a question out of whatever a browser sent.

    Args:
        question: a dataclass; its annotations say what is taken.
        strange: the error that is raised for anything else.
    """
    adapter = TypeAdapter(question)

    def read(asked: Any) -> T:
        try:
            return adapter.validate_python(asked)
        except ValidationError as error:
            raise strange() from error

    return read
