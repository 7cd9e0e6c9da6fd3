"""Making the shipped history of a run that has ended (`charlstm.runs.shipped_history`).

A snapshot is a copy of the run's checkpoint folder at an earlier step, named by that step. Those
that ``train --snapshots`` keeps are in the run's own folder.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.checkpoints.files import HISTORY, SNAPSHOTS, WEIGHTS
from charlstm.errors import user_error
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
"""Raw points: so many evenly spaced, and so many more in each decade of steps."""
_DIGITS = {"seconds": 7, "loss": 5, "mean": 5, "learning_rate": 3, "gradient_norm": 3}


def learned_of(
    folder: Path,
    closings: Sequence[tuple[int, ProbeResult]],
    trained_on: str,
    machine: str = "",
) -> Learned:
    """The shipped history of a run.

    Args:
        folder: of the run.
        closings: (step, probe result) of some steps in any order, all of one question with one
            temperature; may be empty.
        trained_on, machine: descriptions of the text and of the computer.

    Raises:
        UserError: the folder holds no run, or one that has not ended.
    """
    settings = RunSettings.load(folder)
    records, _ = read_history(folder / HISTORY, 0)
    end = records[-1] if records else None
    if not isinstance(end, EndRecord) or end.reason == "diverged":
        raise user_error("experiments.snapshots.not_ended", name=repr(folder.name))
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
        return [_short(getattr(record, name), _DIGITS[name]) for record in kept]

    return Learned(
        trained_on=trained_on,
        # Paths on the trainer's computer are private, and so is what tells the text. What ships is
        # called by its folder's name.
        settings=replace(
            settings,
            corpus=corpus if corpus.is_public else CorpusSpec.parse(corpus.short_name),
            grown_from=settings.grown_from and Path(settings.grown_from).name,
            text=None,
            title="",
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


def probed(
    run: Path, snapshots: Sequence[Path], question: ProbeQuestion
) -> Iterator[tuple[int, ProbeResult]]:
    """Probe the models of a run's snapshots and its last model with one question.

    Args:
        run: folder of a run that has ended.
        snapshots: checkpoint folders, each named by its step.

    Yields:
        (step, result), in order of the steps.

    Raises:
        UserError: a folder is not named by a step, or is no checkpoint.
    """
    folders = {step_of(folder): folder for folder in snapshots}
    records, _ = read_history(run / HISTORY, 0)
    if records and (run / WEIGHTS).is_file():
        folders[records[-1].step] = run
    for step in sorted(folders):
        checkpoint = load_checkpoint(folders[step])
        yield step, probe(Sampler(checkpoint.model, checkpoint.vocab), question)


def kept_snapshots(run: Path) -> list[Path]:
    """The snapshots in a run's folder, in `SNAPSHOTS`; none for a run that has none."""
    found = (path for path in (run / SNAPSHOTS).glob("*") if path.name.isdecimal())
    return sorted((path for path in found if (path / WEIGHTS).is_file()), key=step_of)


def step_of(folder: Path) -> int:
    """The step that a snapshot's folder is named by.

    Raises:
        UserError: it is not.
    """
    if not (folder.name.isascii() and folder.name.isdigit()):
        raise user_error("experiments.snapshots.no_step", name=repr(str(folder)))
    return int(folder.name)


def _thinned(steps: Sequence[int]) -> tuple[int, list[int]]:
    """Choose among ascending steps.

    Returns:
        n, and the indices of every n-th step, of the last one, and of more near the start.
    """
    stride = max(1, math.ceil(len(steps) / POINTS))
    indices = {*range(0, len(steps), stride), len(steps) - 1}
    for i in range(math.floor(A_DECADE * math.log10(steps[-1])) + 1):
        indices.add(bisect.bisect_left(steps, math.ceil(10 ** (i / A_DECADE))))
    return stride, sorted(indices)


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
        [answer] = result.temperatures
        rows.append(
            ClosingRow(
                step,
                answer.n,
                answer.closed,
                _rounded(answer.interval),
                answer.control.closed,
                _rounded(answer.control.interval),
            )
        )
    return Closing(
        seed_text=result.question.seed_text,
        control_text=answer.control.seed_text,
        temperature=answer.temperature,
        horizon=result.question.horizon,
        dice=result.question.dice,
        rows=rows,
    )


def _rounded(interval: tuple[float, float]) -> tuple[float, float]:
    return round(interval[0], 4), round(interval[1], 4)


def _short(value: float, digits: int) -> float:
    """A number rounded to so many significant digits."""
    return float(f"{value:.{digits}g}")
