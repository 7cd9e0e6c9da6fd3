"""The strip under the balance view: what the model expects after each character of a seed text."""

from __future__ import annotations

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.model.reading import chances, likeliest
from charlstm.model.sampler import MAX_TEMPERATURE, Sampler
from charlstm.text.brackets import PAIRS, scan, with_comma
from charlstm.ui.components.events import asked_strangely, served
from charlstm.ui.components.limits import check_seed_text
from charlstm.ui.components.words import character_name

OWN = 1.0  # the temperature of the model's own distribution

_READERS = 2  # texts that are read at a time, over all browsers: the machine has other work


def strip_functions(checkpoints: Checkpoints) -> list[Callable[[Any], dict[str, Any]]]:
    """The server functions of `strip.js`, which says what each takes and answers."""
    places = BoundedSemaphore(_READERS)

    @served
    def strip(asked: Any) -> dict[str, Any]:
        match asked:
            case [str(name), str(text), int() | float() as temperature] if _possible(temperature):
                check_seed_text(text)
                with places:
                    return chances_shown(checkpoints.sampler(name), text, float(temperature))
        raise asked_strangely()

    @served
    def likely(asked: Any) -> dict[str, Any]:
        match asked:
            case [str(name), str(text), int(place), int() | float() as temperature] if _possible(
                temperature
            ) and 0 <= place < len(text):
                check_seed_text(text)
                with places:
                    return likely_shown(checkpoints.sampler(name), text, place, float(temperature))
        raise asked_strangely()

    return [strip, likely]


def chances_shown(sampler: Sampler, text: str, temperature: float) -> dict[str, Any]:
    """The chance of the watched bracket's closing after each character, at T = 1 and another.

    Args:
        text: its innermost open bracket is watched; where none is open, the chance is that of ")".

    Returns:
        ``closing``: the bracket whose chance it is. ``watched``: place of the bracket, or None.
        ``lanes``: for each temperature ``own``, one chance a character, and ``comma``: the same
        from the watched bracket on where a comma stands for it.
    """
    watched, closing = _watched(text)

    def lane(temperature: float) -> dict[str, Any]:
        def along(text: str) -> list[float]:
            return [_short(chance) for chance in chances(sampler, text, closing, temperature)]

        comma = [] if watched is None else along(with_comma(text, watched))[watched:]
        return {"temperature": temperature, "own": along(text), "comma": comma}

    lanes = [lane(at) for at in dict.fromkeys((OWN, temperature))]
    return {"closing": closing, "watched": watched, "lanes": lanes}


def likely_shown(sampler: Sampler, text: str, place: int, temperature: float) -> dict[str, Any]:
    """The ten characters likeliest to follow ``text[: place + 1]``, likeliest first.

    Returns:
        ``rows``: at T = 1, at the temperature where that is another, and, from the watched bracket
        on, at T = 1 with a comma for it.
    """

    def row(text: str, temperature: float, comma: bool) -> dict[str, Any]:
        found = likeliest(sampler, text, temperature)
        choices = [[character_name(c), _short(probability)] for c, probability in found]
        return {"temperature": temperature, "comma": comma, "choices": choices}

    read = text[: place + 1]
    rows = [row(read, at, False) for at in dict.fromkeys((OWN, temperature))]
    watched, _ = _watched(text)
    if watched is not None and watched <= place:
        rows.append(row(with_comma(read, watched), OWN, True))
    return {"rows": rows}


def _short(chance: float) -> float:
    """Three digits, however small: more than a bar can show or a person reads."""
    return float(f"{chance:.3g}")


def _possible(temperature: float) -> bool:
    return 0 <= temperature <= MAX_TEMPERATURE


def _watched(text: str) -> tuple[int | None, str]:
    """Place of the innermost open bracket, and what closes it."""
    unclosed = scan(text).unclosed
    return (unclosed[-1], PAIRS[text[unclosed[-1]]]) if unclosed else (None, ")")
