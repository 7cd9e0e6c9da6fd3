"""The Brackets tab as an experiment: many samples of one seed text, controls and comparisons."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.baselines import ngram_baseline, real_incidence
from charlstm.experiments.probe import probing
from charlstm.export.probe_report import ProbeReport
from charlstm.ui.brackets.answer_cache import KeptAnswers, report_functions
from charlstm.ui.brackets.inputs import checked
from charlstm.ui.brackets.probe.contract import Probe
from charlstm.ui.brackets.probe.data import answer_shown, progress_shown
from charlstm.ui.components.component import drawn
from charlstm.ui.components.events import paced


def build_answer(kept: KeptAnswers) -> gr.HTML:
    """The component that draws the answer, its samples and the buttons for its files."""
    return drawn(
        __file__,
        "answer",
        Probe("idle"),
        after=(
            "brackets/marks.js",
            "brackets/continuation/rows.js",
            "brackets/continuation/sample.js",
            "brackets/probe/chart.js",
            "brackets/probe/curves.js",
            "brackets/probe/table.js",
            "brackets/probe/gallery.js",
            "brackets/files.js",
        ),
        server_functions=report_functions(kept),
    )


def asking(checkpoints: Checkpoints, kept: KeptAnswers) -> Callable[..., Iterator[Probe]]:
    """The event handler of the button Ask."""

    def run(
        name: str | None,
        seed_text: str,
        horizon: int | None,
        dice: int | None,
        samples: int | None,
        *at: float,
    ) -> Iterator[Probe]:
        sampler, question = checked(checkpoints, name, seed_text, horizon, dice, at, samples)
        info = checkpoints.info(str(name))
        started = time.monotonic()
        for progress in paced(probing(sampler, question)):
            if progress.result is None:
                seconds = time.monotonic() - started
                yield progress_shown(progress, question, seconds)
            else:
                report = ProbeReport(info.name, info.fingerprint, progress.result)
        # The first question has to count the 7-gram model; the answer is displayed before that.
        report = replace(report, real=real_incidence(question.horizon, seed_text, info.corpus))
        yield answer_shown(report, kept.keep(report), counting=True)
        baseline = ngram_baseline(
            seed_text, question.samples, question.horizon, question.dice, info.corpus
        )
        report = replace(report, ngram=baseline)
        yield answer_shown(report, kept.keep(report), counting=False)

    return run
