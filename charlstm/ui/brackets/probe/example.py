"""The answer that the Brackets tab opens with, so that a visitor sees one before asking.

``example.json`` is the output of

    python -m charlstm probe checkpoints/wikipedia-2x640 --temperature 0.2 0.5 1 --samples 200
        --seed-text SEED_TEXT --out example.json

with `charlstm.ui.brackets.inputs.SEED_TEXT`, where no WikiText-2 was at hand.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.experiments.baselines import shipped_baseline, shipped_incidence
from charlstm.export.probe_report import ProbeReport, read_probe_json
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.probe.contract import Probe
from charlstm.ui.brackets.probe.data import answer_shown


def opening_answer(checkpoints: Checkpoints, kept: KeptAnswers) -> Probe:
    """The answer's value when the page opens: the example if the page's first checkpoint gave it,
    otherwise none."""
    report = example()
    try:
        [first, *_] = checkpoints.names()
        info = checkpoints.info(first)
    except (ValueError, UserError):  # there is none, or it is damaged
        return Probe("idle")
    if (info.name, info.fingerprint) != (report.checkpoint, report.fingerprint):
        return Probe("idle")
    return replace(answer_shown(report, kept.keep(report), counting=False), opening=True)


@cache
def example() -> ProbeReport:
    """The report that the tab opens with; the names of its comparisons, which the file has in
    English, are those of the shipped figures again."""
    path = Path(__file__).with_name("example.json")
    report = read_probe_json(path.read_text(encoding="utf-8"))
    asked = report.result.question
    return replace(
        report,
        ngram=shipped_baseline(asked.horizon, asked.seed_text),
        real=shipped_incidence(asked.horizon, asked.seed_text),
    )
