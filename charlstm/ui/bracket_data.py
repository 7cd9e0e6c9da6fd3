"""Tab Brackets, its data: what is written, counted and said, as plain values for the browser.

No gradio, no HTML; texts stay plain text, and the browser puts them into the page as text nodes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from charlstm.brackets import PAIRS, Target, spaced
from charlstm.probe import FATES, ProbeProgress, TemperatureResult
from charlstm.sampler import Sampler

_BLOCK = 5  # characters between two looks at the clock and at Stop
_EXCERPT = 24  # characters of the seed text that a note quotes


def spacing_sentence(measured_on: str, text: str) -> str | None:
    """What is to be said of a bracket without its spaces; None where there is nothing to say."""
    if "wikitext" not in measured_on.lower():
        return None
    respelled = spaced(text)
    if respelled == text:
        return None
    # The first place where both spellings part, and the word around it.
    place = next(i for i, (a, b) in enumerate(zip(text, respelled, strict=False)) if a != b)
    start = max(place - len(text[:place].split()[-1]), place - _EXCERPT // 2)
    word = text[start : start + _EXCERPT].split()[0]
    return (
        f"WikiText always writes a space on both sides of a bracket: “{spaced(word)}”, never "
        f"“{word}”."
    )


def continued(
    sampler: Sampler,
    seed_text: str,
    target: Target,
    temperatures: Sequence[float],
    horizon: int,
    dice: int,
) -> Iterator[tuple[list[str], list[str | None]]]:
    """One continuation a temperature, each to the character that decides its fate.

    Yields:
        what has been written so far and the fates (see `charlstm.probe`), None while undecided.
    """
    texts = [""] * len(temperatures)
    fates: list[str | None] = [None] * len(temperatures)
    watches = [target.again() for _ in temperatures]
    for block in sampler.stream(seed_text, temperatures, horizon, dice, every=_BLOCK):
        for row, watch in enumerate(watches):
            for character in sampler.vocab.decode(block[:, row, 0].tolist()):
                if fates[row] is None:
                    texts[row] += character
                    if character == "\n":
                        fates[row] = "paragraph"
                    elif watch.feed(character):
                        fates[row] = "closed"
                    elif len(texts[row]) == horizon:
                        fates[row] = "horizon"
        yield texts, fates
        if None not in fates:
            return


def rows_shown(
    seed_text: str,
    target: Target,
    dice: int,
    temperatures: Sequence[float],
    texts: Sequence[str],
    fates: Sequence[str | None],
) -> dict[str, Any]:
    """What `mountRows` in `bracket_view.js` draws."""
    return {
        "phase": "writing" if None in fates else "written",
        "seed": seed_text,
        "watched": target.position,
        "dice": dice,
        "rows": [
            {"temperature": temperature, "text": text, "fate": fate}
            for temperature, text, fate in zip(temperatures, texts, fates, strict=True)
        ],
    }


def answer_shown(
    progress: ProbeProgress,
    seed_text: str,
    target: Target,
    temperatures: Sequence[float],
    samples: int,
    horizon: int,
    dice: int,
    seconds: float,
) -> dict[str, Any]:
    """What `probe_chart.js` draws of a probe's report.

    Args:
        seconds: since the probe began.
    """
    left = seconds * (horizon / progress.characters - 1)
    value: dict[str, Any] = {
        "phase": "asking",
        "seed": seed_text,
        "watched": target.position,
        "closing": PAIRS[seed_text[target.position]],
        "n": samples,
        "horizon": horizon,
        "dice": dice,
        "characters": progress.characters,
        "decided": progress.decided,
        "streams": progress.streams,
        "secondsLeft": math.ceil(left) if seconds > 1 else None,
        "temperatures": [
            {"temperature": temperature, "closed": closed, "strays": strays}
            for temperature, closed, strays in zip(
                temperatures, progress.closed, progress.strays, strict=True
            )
        ],
    }
    if progress.result is not None:
        found = progress.result.temperatures
        value["phase"] = "done"
        value["samples"] = [sample for t in found for sample in _gallery(t, len(seed_text))]
        for drawn, t in zip(value["temperatures"], found, strict=True):
            fates = [sample.fate for sample in t.samples]
            drawn |= {
                "interval": t.interval,
                "strayInterval": t.control.interval,
                "paragraph": fates.count("paragraph"),
                "open": fates.count("horizon"),
            }
    return value


def _gallery(result: TemperatureResult, given: int) -> list[dict[str, Any]]:
    """The first sample of each fate, so that nobody chose it."""
    shown = []
    for fate in FATES:
        numbered = ((n, s) for n, s in enumerate(result.samples, 1) if s.fate == fate)
        for number, sample in islice(numbered, 1):
            text = sample.text[given:]
            shown.append(
                {
                    "temperature": result.temperature,
                    "number": number,
                    "text": text,
                    "fate": fate,
                }
            )
    return shown
