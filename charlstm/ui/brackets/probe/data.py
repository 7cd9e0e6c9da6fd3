"""Converts the reports of a probe into the dataclasses that the browser draws.

No gradio, no HTML; texts stay plain text, and the browser inserts them as text nodes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from charlstm.experiments.continuations import FATES, ProbeSample
from charlstm.experiments.probe import ProbeProgress
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.results import Difference, TemperatureResult
from charlstm.export.probe_report import ProbeReport
from charlstm.texts import text
from charlstm.ui.brackets.probe.contract import (
    Answer,
    Baseline,
    Count,
    Curve,
    Figures,
    GallerySample,
    Gap,
    Probe,
    ProbeRow,
    Progress,
    RealText,
    StillOpen,
)
from charlstm.ui.link import LINK_TEXT_LIMIT

_MOST_PLACES = 400  # points of a curve: a plot has no pixels for more
_DIGITS = 4  # decimals of a share


def progress_shown(progress: ProbeProgress, question: ProbeQuestion, seconds: float) -> Probe:
    """The component's value while samples are being drawn.

    Args:
        seconds: since the probe began.
    """
    n = question.samples
    rows = zip(question.temperatures, progress.closed, progress.strays, strict=True)
    return replace(
        _asked(question, "asking"),
        temperatures=[
            ProbeRow(at, Count(closed, n), Count(strays, n)) for at, closed, strays in rows
        ],
        progress=Progress(
            progress.characters,
            progress.decided,
            progress.streams,
            seconds_left(seconds, progress.characters / question.horizon),
        ),
    )


def answer_shown(report: ProbeReport, key: str, counting: bool) -> Probe:
    """The component's value after the last sample.

    Args:
        key: the report's key in `KeptAnswers`.
        counting: whether the 7-gram baseline is still being computed.
    """
    result, question = report.result, report.result.question
    places = _places(question.horizon)

    def along(curve: Sequence[float]) -> list[float]:
        return [round(curve[place], _DIGITS) for place in places]

    def row(at: TemperatureResult) -> ProbeRow:
        fates = [sample.fate for sample in at.samples]
        times, open_to, control, pair = at.incidence, at.still_open, at.control, at.pair
        return ProbeRow(
            at.temperature,
            Count(at.closed, at.n, at.interval),
            Count(control.closed, control.n, control.interval),
            Figures(
                pair=Count(pair.closed, pair.n, pair.interval),
                difference=_gap(at.difference),
                pair_difference=_gap(at.pair_difference),
                line=fates.count("line"),
                open=fates.count("horizon"),
                median=times.median,
                curve=Curve(
                    along(times.closed),
                    along(times.closed_low),
                    along(times.closed_high),
                    along(times.line),
                ),
                still_open=None
                if open_to is None
                else StillOpen(
                    open_to.streams,
                    along(open_to.open),
                    along(open_to.low),
                    along(open_to.high),
                    along(open_to.effective),
                ),
            ),
        )

    real, ngram = report.real, report.ngram
    return replace(
        _asked(question, "done"),
        temperatures=[row(found) for found in result.temperatures],
        counting=counting,
        answer=Answer(
            key=key,
            checkpoint=report.checkpoint,
            weights=report.fingerprint,
            linkable=len(question.seed_text) <= LINK_TEXT_LIMIT,
            verdict=result.verdict,
            places=places,
            real=None
            if real is None
            else RealText(real.n, real.closed[-1], real.median, along(real.closed), real.source),
            baseline=None
            if ngram is None
            else Baseline(
                text("brackets.answer.ngram"),
                Count(ngram.closed, ngram.n, ngram.interval),
                Count(ngram.strays, ngram.n, ngram.control_interval),
                along(ngram.closed_by),
                ngram.source,
            ),
            missing=report.missing,
        ),
    )


def gallery_shown(samples: Sequence[ProbeSample], first: int, most: int) -> list[GallerySample]:
    """Some consecutive samples, sorted by fate, then by the length at which it was decided.

    Args:
        samples: all samples of a temperature, by number; their texts without the seed text.
        first: index of the first one in this order.
        most: number of samples.
    """
    order = sorted(
        range(len(samples)), key=lambda i: (FATES.index(samples[i].fate), samples[i].length, i)
    )
    return [
        GallerySample(i + 1, samples[i].text, samples[i].fate) for i in order[first : first + most]
    ]


def seconds_left(seconds: float, share: float) -> int | None:
    """Estimate of the remaining seconds.

    Args:
        seconds: since the start.
        share: of the work that is done.

    Returns:
        The estimate, rounded up; None in the first second and before any work is done.
    """
    return math.ceil(seconds * (1 / share - 1)) if seconds > 1 and share > 0 else None


def _asked(question: ProbeQuestion, phase: str) -> Probe:
    """The component's value with the question and no result."""
    target = question.target()
    return Probe(
        phase=phase,
        seed=question.seed_text,
        watched=target.position,
        closing=target.closing,
        n=question.samples,
        horizon=question.horizon,
        dice=question.dice,
        across_lines=question.across_lines,
    )


def _places(horizon: int) -> list[int]:
    stride = math.ceil(horizon / _MOST_PLACES)
    return sorted({*range(0, horizon + 1, stride), horizon})


def _gap(difference: Difference) -> Gap:
    return Gap(difference.rate, difference.interval)
