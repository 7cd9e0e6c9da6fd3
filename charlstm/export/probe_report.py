"""A probe to take away: its samples as a table, and everything about it as one document."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from charlstm.experiments.baselines import Baseline, RealIncidence
from charlstm.experiments.battery import BatteryResult
from charlstm.experiments.probe import ProbeResult

COLUMNS = (
    "checkpoint",
    "fingerprint",
    "seed_text",
    "horizon",
    "dice",
    "temperature",
    "sample",
    "fate",
    "distance",
    "length",
    "written",
)
"""Of the table, a row a sample: the question, the same in every row; at which temperature; the
number of the sample, from 1; what became of it (`probe.FATES`); after how many characters the
bracket closed, empty unless it did; how many were written until its fate was decided; and these,
without the seed text."""


@dataclass(frozen=True)
class ProbeReport:
    """A probe's result and what stands beside it.

    Attributes:
        checkpoint: name of the model's checkpoint.
        fingerprint: of its weights (`CheckpointInfo.fingerprint`).
        result: what `probe.probe` found.
        ngram: `baselines.ngram_baseline` for the same seed text; None where there is none.
        real: `baselines.real_incidence` for the same seed text; None where there is none.
        batteries: what `battery.probing_battery` found, one a temperature; empty if not asked.
    """

    checkpoint: str
    fingerprint: str
    result: ProbeResult
    ngram: Baseline | None = None
    real: RealIncidence | None = None
    batteries: Sequence[BatteryResult] = ()


def probe_csv(report: ProbeReport) -> str:
    """Every sample as a row under `COLUMNS`, by temperature and number; controls are counted only,
    see `probe_json`."""
    result, question = report.result, report.result.question
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    asked = (
        report.checkpoint,
        report.fingerprint,
        question.seed_text,
        question.horizon,
        question.dice,
    )
    for found in result.temperatures:
        for number, sample in enumerate(found.samples, 1):
            written = sample.text[len(question.seed_text) :]
            what = (sample.fate, sample.distance, sample.length, written)
            table.writerow((*asked, found.temperature, number, *what))
    return text.getvalue()


def probe_document(report: ProbeReport) -> dict[str, Any]:
    """Everything, as JSON has it, under the names of the dataclasses that hold it: those of
    `ProbeQuestion` and `ProbeResult` at the top, beside "checkpoint", "fingerprint", "ngram",
    "real" and "batteries"."""
    return {
        "checkpoint": report.checkpoint,
        "fingerprint": report.fingerprint,
        **report.result.plain(),
        "ngram": report.ngram and asdict(report.ngram),
        "real": report.real and asdict(report.real),
        "batteries": [asdict(battery) for battery in report.batteries],
    }


def probe_json(report: ProbeReport) -> str:
    """`probe_document` as text."""
    return json.dumps(probe_document(report), allow_nan=False)
