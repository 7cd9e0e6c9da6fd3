"""The Brackets tab as an experiment: many samples of one seed text, controls and comparisons."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.baselines import missing_comparisons, ngram_baseline, real_incidence
from charlstm.experiments.probe import probing
from charlstm.export.probe_report import ProbeReport
from charlstm.ui.brackets.answer_cache import KeptAnswers, report_functions
from charlstm.ui.brackets.inputs import BracketQuestion, Temperatures, checked, given
from charlstm.ui.brackets.probe.contract import Probe
from charlstm.ui.brackets.probe.data import answer_shown, progress_shown
from charlstm.ui.brackets.probe.example import opening_answer
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Typed
from charlstm.ui.components.events import PROBING, handles, paced
from charlstm.ui.components.waiting import place_in_line


@dataclass(frozen=True)
class ProbeAsked(BracketQuestion):
    """The controls that Ask is pressed with."""

    samples: Typed
    rest: Temperatures


def build_answer(checkpoints: Checkpoints, kept: KeptAnswers) -> gr.HTML:
    """The component that draws the answer, its samples and the buttons for its files; its button
    triggers ``stop``."""
    return drawn(
        __file__,
        "answer",
        opening_answer(checkpoints, kept),
        after=(
            "components/waiting.js",
            "brackets/marks.js",
            "brackets/continuation/rows.js",
            "brackets/continuation/sample.js",
            "brackets/probe/chart.js",
            "brackets/figure.js",
            "brackets/probe/curves.js",
            "brackets/probe/table.js",
            "brackets/probe/gallery.js",
            "brackets/files.js",
        ),
        server_functions=[*report_functions(kept), place_in_line(PROBING["concurrency_id"])],
    )


def asking(checkpoints: Checkpoints, kept: KeptAnswers) -> Callable[..., Iterator[Probe]]:
    """The event handler of the button Ask."""

    @handles(ProbeAsked)
    def run(asked: ProbeAsked) -> Iterator[Probe]:
        sampler, question = checked(checkpoints, asked, asked.rest, given(asked.samples, "samples"))
        info = checkpoints.info(str(asked.checkpoint))
        started = time.monotonic()
        for progress in paced(probing(sampler, question)):
            if progress.result is None:
                seconds = time.monotonic() - started
                yield progress_shown(progress, question, seconds)
            else:
                report = ProbeReport(info.name, info.fingerprint, progress.result)
        # The first question has to count the 7-gram model; the answer is displayed before that.
        across = question.across_lines
        real = real_incidence(
            question.horizon, question.seed_text, info.corpus, across_lines=across
        )
        report = replace(report, real=real)
        yield answer_shown(report, kept.keep(report, info.reader), counting=True)
        baseline = ngram_baseline(
            question.seed_text,
            question.samples,
            question.horizon,
            question.dice,
            info.corpus,
            across_lines=across,
        )
        missing = missing_comparisons(info, baseline, report.real)
        report = replace(report, ngram=baseline, missing=missing)
        yield answer_shown(report, kept.keep(report, info.reader), counting=False)

    return run
