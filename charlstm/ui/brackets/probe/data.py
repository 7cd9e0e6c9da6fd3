"""Tab Brackets, what the experiments found, as plain values for the browser.

No gradio, no HTML; texts stay plain text, and the browser puts them into the page as text nodes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from charlstm.experiments.battery import BatteryProgress, BatteryResult
from charlstm.experiments.continuations import FATES, ProbeSample
from charlstm.experiments.probe import ProbeProgress
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.results import Difference, TemperatureResult
from charlstm.export.probe_report import ProbeReport
from charlstm.ui.link import LINK_TEXT_LIMIT

_MOST_PLACES = 400  # of a curve: more than a plot has pixels for is left out
_DIGITS = 4  # of a share


def progress_shown(
    progress: ProbeProgress, question: ProbeQuestion, seconds: float
) -> dict[str, Any]:
    """What `answer.js` draws of a probe that goes on.

    Args:
        seconds: since the probe began.
    """
    return {
        "phase": "asking",
        **_asked(question),
        "characters": progress.characters,
        "decided": progress.decided,
        "streams": progress.streams,
        "secondsLeft": _seconds_left(seconds, progress.characters / question.horizon),
        "temperatures": [
            {
                "temperature": at,
                "closed": _count(closed, question.samples),
                "comma": _count(strays, question.samples),
            }
            for at, closed, strays in zip(
                question.temperatures, progress.closed, progress.strays, strict=True
            )
        ],
    }


def answer_shown(report: ProbeReport, key: str, counting: bool) -> dict[str, Any]:
    """What `answer.js` draws of an answer.

    Args:
        report: what was found.
        key: under which it is kept for its gallery and its files (`KeptAnswers`).
        counting: whether figures to stand beside it are still to come.

    Returns:
        beside what `progress_shown` has: ``checkpoint`` and ``weights``, and whether a link can
        carry the seed text (``linkable``); ``verdict``: sentence and doubts. ``places``: numbers
        of characters, and for each of them the curves have a value. In ``temperatures``, "closed",
        "comma" and "pair" have an ``interval`` too. ``real`` and ``baseline``: what stands beside
        it, None where nothing does.
    """
    result, question = report.result, report.result.question
    places = _places(question.horizon)

    def along(curve: Sequence[float]) -> list[float]:
        return [round(curve[place], _DIGITS) for place in places]

    def shown(found: TemperatureResult) -> dict[str, Any]:
        fates = [sample.fate for sample in found.samples]
        open_to = found.still_open
        return {
            "temperature": found.temperature,
            "closed": _count(found.closed, found.n, found.interval),
            "comma": _count(found.control.closed, found.control.n, found.control.interval),
            "pair": _count(found.pair.closed, found.pair.n, found.pair.interval),
            "difference": _difference(found.difference),
            "pairDifference": _difference(found.pair_difference),
            "paragraph": fates.count("paragraph"),
            "open": fates.count("horizon"),
            "median": found.incidence.median,
            "curve": {
                "closed": along(found.incidence.closed),
                "low": along(found.incidence.closed_low),
                "high": along(found.incidence.closed_high),
                "paragraph": along(found.incidence.paragraph),
            },
            "stillOpen": open_to
            and {
                "streams": open_to.streams,
                "open": along(open_to.open),
                "low": along(open_to.low),
                "high": along(open_to.high),
                "effective": along(open_to.effective),
            },
        }

    real, ngram = report.real, report.ngram
    return {
        "phase": "done",
        "key": key,
        "counting": counting,
        "checkpoint": report.checkpoint,
        "weights": report.fingerprint,
        "linkable": len(question.seed_text) <= LINK_TEXT_LIMIT,
        **_asked(question),
        "verdict": asdict(result.verdict),
        "places": places,
        "temperatures": [shown(found) for found in result.temperatures],
        "real": real
        and {
            "n": real.n,
            "rate": real.closed[-1],
            "median": real.median,
            "closed": along(real.closed),
            "source": real.source,
        },
        "baseline": ngram
        and {
            "name": "7-gram",
            "closed": _count(ngram.closed, ngram.n, ngram.interval),
            "comma": _count(ngram.strays, ngram.n, ngram.control_interval),
            "curve": along(ngram.closed_by),
            "source": ngram.source,
        },
    }


def gallery_shown(samples: Sequence[ProbeSample], first: int, most: int) -> list[dict[str, Any]]:
    """Some samples, sorted by fate and by when it was decided.

    Args:
        samples: all of a temperature, by number; their texts without the seed text.
        first: place among the sorted ones, from 0.
        most: how many.
    """
    order = sorted(
        range(len(samples)), key=lambda i: (FATES.index(samples[i].fate), samples[i].length, i)
    )
    return [
        {"number": i + 1, "text": samples[i].text, "fate": samples[i].fate}
        for i in order[first : first + most]
    ]


def battery_shown(
    progress: BatteryProgress,
    source: str,
    temperature: float,
    seeds: int,
    seconds: float,
    key: str | None,
) -> dict[str, Any]:
    """What `brackets/battery/battery.js` draws of a battery's report.

    Args:
        source: of its seed texts, in a sentence.
        seeds: how many there are.
        seconds: since it began.
        key: under which the result is kept; None before there is one.
    """
    value: dict[str, Any] = {
        "phase": "asking",
        "source": source,
        "seeds": seeds,
        "temperature": temperature,
        "secondsLeft": _seconds_left(seconds, progress.share),
        "rows": [
            {
                "text": row.seed.text,
                "depth": row.seed.depth,
                "position": row.seed.position,
                "distance": row.seed.distance,
                "n": row.n,
                "closed": row.closed,
                "strays": row.strays,
                "dice": row.dice,
            }
            for row in progress.rows
        ],
    }
    if progress.result is not None:
        result = progress.result
        value |= {
            "phase": "done",
            "key": key,
            "said": battery_sentence(result),
            "samples": result.samples,
            "horizon": result.horizon,
            "rate": result.rate,
            "rateInterval": result.rate_interval,
            "control": result.control,
            "controlInterval": result.control_interval,
        }
    return value


def battery_sentence(result: BatteryResult) -> str:
    """What a battery found, and whether it shows anything of the model."""
    low, high = result.difference_interval
    if low > 0:
        shows = "So over such texts an open bracket makes closing likelier"
    elif high < 0:
        shows = "So over such texts an open bracket makes a closing bracket rarer"
    else:
        shows = "So it is not shown that over such texts an open bracket makes closing likelier"
    return (
        f"At T {result.temperature:g} it closed the bracket in {_percent(result.rate)} of the "
        f"samples, as a mean over {len(result.rows)} seed texts "
        f"({_span(result.rate_interval)}); with a comma in its place a stray came in "
        f"{_percent(result.control)} ({_span(result.control_interval)}). {shows}: the difference "
        f"is {100 * result.difference:.0f} points ({100 * low:.0f} to {100 * high:.0f})."
    )


def _asked(question: ProbeQuestion) -> dict[str, Any]:
    target = question.target()
    return {
        "seed": question.seed_text,
        "watched": target.position,
        "closing": target.closing,
        "n": question.samples,
        "horizon": question.horizon,
        "dice": question.dice,
    }


def _count(n: int, of: int, interval: tuple[float, float] | None = None) -> dict[str, Any]:
    counted: dict[str, Any] = {"n": n, "of": of}
    return counted if interval is None else counted | {"interval": interval}


def _difference(difference: Difference) -> dict[str, Any]:
    return {"rate": difference.rate, "interval": difference.interval}


def _places(horizon: int) -> list[int]:
    stride = math.ceil(horizon / _MOST_PLACES)
    return sorted({*range(0, horizon + 1, stride), horizon})


def _seconds_left(seconds: float, share: float) -> int | None:
    """None where it is too early to tell."""
    return math.ceil(seconds * (1 / share - 1)) if seconds > 1 and share > 0 else None


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _span(interval: tuple[float, float]) -> str:
    return f"{100 * interval[0]:.0f} to {100 * interval[1]:.0f} %"
