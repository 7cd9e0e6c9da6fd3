"""Export a probe: its samples as a CSV table, and its whole result as a JSON document."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from pydantic import TypeAdapter

from charlstm.experiments.baselines import Baseline, RealIncidence
from charlstm.experiments.battery import BatteryResult
from charlstm.experiments.probe import ProbeResult
from charlstm.experiments.question import ProbeQuestion
from charlstm.language import ENGLISH, speaking
from charlstm.texts import translated

COLUMNS = (
    "checkpoint",
    "fingerprint",
    "seed_text",
    "horizon",
    "dice",
    "across_lines",
    "temperature",
    "sample",
    "fate",
    "distance",
    "length",
    "written",
)
"""The columns of the table, which has a row a sample: the checkpoint and the question, the same in
every row; the temperature; the sample's number, from 1; its fate (`continuations.FATES`); its
distance in characters, empty unless the bracket closed; the characters written until its fate was
decided; and these characters, without the seed text."""


@dataclass(frozen=True)
class ProbeReport:
    """A probe's result with its baselines and batteries.

    Attributes:
        checkpoint: name of the model's checkpoint.
        fingerprint: of its weights (`CheckpointInfo.fingerprint`).
        result: the result of `probe.probe`.
        ngram: `baselines.ngram_baseline` for the same seed text; None if there is none.
        real: `baselines.real_incidence` for the same seed text; None if there is none.
        batteries: results of `battery.probing_battery`, one a temperature; empty if none ran.
        missing: `baselines.missing_comparisons`.
    """

    checkpoint: str
    fingerprint: str
    result: ProbeResult
    ngram: Baseline | None = None
    real: RealIncidence | None = None
    batteries: Sequence[BatteryResult] = ()
    missing: str = ""


def probe_csv(report: ProbeReport) -> str:
    """The samples as a CSV table under `COLUMNS`, ordered by temperature and number; without the
    controls, whose counts are in `probe_json`."""
    result, question = report.result, report.result.question
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    question_cells = (
        report.checkpoint,
        report.fingerprint,
        question.seed_text,
        question.horizon,
        question.dice,
        question.across_lines,
    )
    for at in result.temperatures:
        for number, sample in enumerate(at.samples, 1):
            written = sample.text[len(question.seed_text) :]
            outcome = (sample.fate, sample.distance, sample.length, written)
            table.writerow((*question_cells, at.temperature, number, *outcome))
    return text.getvalue()


def probe_document(report: ProbeReport) -> dict[str, Any]:
    """The whole report as JSON values, under the names of the dataclasses' attributes: those of
    `ProbeQuestion` and `ProbeResult` at the top level, beside "checkpoint", "fingerprint", "ngram",
    "real", "missing" and "batteries"."""
    document: dict[str, Any] = translated(
        {
            "checkpoint": report.checkpoint,
            "fingerprint": report.fingerprint,
            **report.result.plain(),
            "ngram": report.ngram and asdict(report.ngram),
            "real": report.real and asdict(report.real),
            "missing": report.missing,
            "batteries": [asdict(battery) for battery in report.batteries],
        }
    )
    return document


def probe_json(report: ProbeReport) -> str:
    """`probe_document` as a JSON string, its sentences in English."""
    with speaking(ENGLISH):
        return json.dumps(probe_document(report), allow_nan=False)


def read_probe_json(text: str) -> ProbeReport:
    """The report that `probe_json` wrote; the verdict follows from its figures again.

    Raises:
        KeyError, ValueError: the text is no such document.
    """
    document: dict[str, Any] = json.loads(text)
    result = {name: document.pop(name) for name in ("temperatures", "unknown") if name in document}
    temperatures = [at["temperature"] for at in result["temperatures"]]
    names = [field.name for field in fields(ProbeQuestion) if field.name in document]
    question = {name: document.pop(name) for name in names} | {"temperatures": temperatures}
    return TypeAdapter(ProbeReport).validate_python(
        document | {"result": result | {"question": question}}
    )
