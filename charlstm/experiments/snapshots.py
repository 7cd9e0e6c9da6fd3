"""From a run that has ended to the small file that ships of it (`charlstm.runs.shipped_history`).

A snapshot is a checkpoint folder copied while the run trained and named by its step.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.checkpoints.files import HISTORY, WEIGHTS
from charlstm.errors import UserError
from charlstm.experiments.probe import ProbeResult, probe
from charlstm.experiments.question import ProbeQuestion
from charlstm.model.sampler import Sampler
from charlstm.runs.history import read_history, with_means
from charlstm.runs.record import (
    EndRecord,
    HistoryRecord,
    SampleRecord,
    StepRecord,
    ValidationRecord,
)
from charlstm.runs.settings import RunSettings
from charlstm.runs.shipped_history import (
    COLUMNS,
    Closing,
    ClosingRow,
    Ended,
    Learned,
    Points,
    Sample,
    Validation,
)
from charlstm.text.spec import CorpusSpec

POINTS, A_DECADE = 600, 40
"""Raw points that are kept: so many evenly spaced, and so many more in each decade of steps."""
_FIGURES = {"seconds": 7, "loss": 5, "mean": 5, "learning_rate": 3, "gradient_norm": 3}


def learned_of(
    folder: Path,
    closings: Sequence[tuple[int, ProbeResult]],
    trained_on: str,
    machine: str = "",
) -> Learned:
    """What ships of a run.

    Args:
        folder: of the run.
        closings: (step, what its model was found to do) of some steps, in any order, all asked the
            same at one temperature; may be empty.
        trained_on, machine: the text and what read it, in words.

    Raises:
        UserError: the folder holds no run, or one that has not ended.
    """
    settings = RunSettings.load(folder)
    records, _ = read_history(folder / HISTORY, 0)
    end = records[-1] if records else None
    if not isinstance(end, EndRecord) or end.reason == "diverged":
        raise UserError(
            f"The run {folder.name!r} has not ended: how it learnt can't be told yet.",
            "Wait for its end, or stop it.",
        )
    corpus = settings.corpus
    steps = [record for record in records if isinstance(record, StepRecord)]
    stride, indices = _thinned([record.step for record in steps])
    kept = [
        record
        for record in with_means(steps, indices)
        if all(math.isfinite(getattr(record, name)) for name in COLUMNS)
    ]
    validations = [record for record in records if isinstance(record, ValidationRecord)]

    def column(name: str) -> list[float]:
        return [_short(getattr(record, name), _FIGURES[name]) for record in kept]

    return Learned(
        trained_on=trained_on,
        # The paths of a person's own folders are nobody else's business.
        settings=replace(
            settings,
            corpus=corpus if corpus.is_public else CorpusSpec.parse(corpus.short_name),
            grown_from=settings.grown_from and Path(settings.grown_from).name,
        ),
        ended=Ended(end.reason, end.step, end.seconds),
        stride=stride,
        points=Points(
            step=[record.step for record in kept],
            seconds=column("seconds"),
            loss=column("loss"),
            mean=column("mean"),
            learning_rate=column("learning_rate"),
            gradient_norm=column("gradient_norm"),
        ),
        validations=[
            Validation(v.step, v.seconds, round(v.nats, 5), v.characters_scored)
            for v in validations
        ],
        samples=_samples(records),
        closing=_closing(closings),
        machine=machine,
    )


def asked(
    run: Path, snapshots: Sequence[Path], question: ProbeQuestion
) -> Iterator[tuple[int, ProbeResult]]:
    """Ask the models of a run's snapshots, and its own last one, the same question.

    Args:
        run: folder of a run that has ended.
        snapshots: checkpoint folders, each named by its step.

    Yields:
        (step, answer), by step.

    Raises:
        UserError: a folder is not named by a step, or is no checkpoint.
    """
    folders = {_step_of(folder): folder for folder in snapshots}
    records, _ = read_history(run / HISTORY, 0)
    if records and (run / WEIGHTS).is_file():
        folders[records[-1].step] = run
    for step in sorted(folders):
        checkpoint = load_checkpoint(folders[step])
        yield step, probe(Sampler(checkpoint.model, checkpoint.vocab), question)


def _step_of(folder: Path) -> int:
    if not (folder.name.isascii() and folder.name.isdigit()):
        raise UserError(
            f"The snapshot {str(folder)!r} is not named by its step.", "Rename it, such as 1000."
        )
    return int(folder.name)


def _thinned(steps: Sequence[int]) -> tuple[int, list[int]]:
    """Every n-th place of some ascending steps and the last, with more of them near the start;
    n first."""
    stride = max(1, math.ceil(len(steps) / POINTS))
    places = {*range(0, len(steps), stride), len(steps) - 1}
    for i in range(math.floor(A_DECADE * math.log10(steps[-1])) + 1):
        places.add(bisect.bisect_left(steps, math.ceil(10 ** (i / A_DECADE))))
    return stride, sorted(places)


def _samples(records: Sequence[HistoryRecord]) -> list[Sample]:
    """The last sample of each step."""
    texts = {
        record.step: record.sample
        for record in records
        if isinstance(record, SampleRecord | ValidationRecord) and record.sample is not None
    }
    return [Sample(step, texts[step]) for step in sorted(texts)]


def _closing(closings: Sequence[tuple[int, ProbeResult]]) -> Closing | None:
    if not closings:
        return None
    rows = []
    for step, result in sorted(closings, key=lambda pair: pair[0]):
        [found] = result.temperatures
        rows.append(
            ClosingRow(
                step,
                found.n,
                found.closed,
                _rounded(found.interval),
                found.control.closed,
                _rounded(found.control.interval),
            )
        )
    return Closing(
        seed_text=result.question.seed_text,
        control_text=found.control.seed_text,
        temperature=found.temperature,
        horizon=result.question.horizon,
        dice=result.question.dice,
        rows=rows,
    )


def _rounded(interval: tuple[float, float]) -> tuple[float, float]:
    return round(interval[0], 4), round(interval[1], 4)


def _short(value: float, figures: int) -> float:
    """A number to so many figures."""
    return float(f"{value:.{figures}g}")
