"""Loss curves of runs as numbers: raw points, running means, validations; labels of runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from charlstm.checkpoints.files import HISTORY, LEARNED, SETTINGS
from charlstm.checkpoints.title import called, in_folder, told_apart
from charlstm.errors import user_error
from charlstm.runs.catalog import unreadable_history
from charlstm.runs.history import read_history, with_means
from charlstm.runs.record import EndRecord, HistoryRecord, StepRecord, ValidationRecord
from charlstm.runs.settings import RunSettings
from charlstm.runs.shipped_history import Learned
from charlstm.text.spec import CorpusSpec

Unit = Literal["bits", "nats"]
By = Literal["step", "characters", "seconds"]
UNITS, ALONG = get_args(Unit), get_args(By)

LONGEST_LABEL = 28
DOTS = 2_000
"""Most raw points of a curve; of a longer history every n-th is drawn."""


@dataclass(frozen=True)
class Curve:
    """The losses of one run, in bits or nats per character.

    Attributes:
        x: x values (steps, characters or seconds) of the raw points `losses` and their running
            `means`.
        rings: (x, loss) of each validation; `whole`: the last one scored the whole validation text.
        stride: steps from one raw point to the next.
        floor: lowest loss that any model of the corpus can reach, where known.
    """

    label: str
    colour: str
    x: list[float]
    losses: list[float]
    means: list[float]
    rings: list[tuple[float, float]]
    whole: bool
    stride: int
    corpus: CorpusSpec
    floor: float | None


def curve_of(folder: Path, label: str, colour: str, unit: Unit, by: By) -> Curve:
    """The curve of the run in a folder.

    Args:
        label, colour: of the curve.
        unit: of the losses, per character.
        by: quantity of the x axis.

    Raises:
        UserError: the folder holds no run, or the run has no step yet.
    """
    settings, records, recorded_stride = _recorded(folder)
    steps = [record for record in records if isinstance(record, StepRecord)]
    if not steps:
        raise user_error("export.no_step", run=in_folder(folder))
    per = math.log(2) if unit == "bits" else 1.0
    stride = math.ceil(len(steps) / DOTS)
    drawn = with_means(steps, sorted({*range(0, len(steps), stride), len(steps) - 1}))
    # A validation does not say how many characters were read: each step reads as many.
    a_step = steps[-1].characters / steps[-1].step
    validations = [record for record in records if isinstance(record, ValidationRecord)]
    last = records[-1]
    floor = settings.floor
    return Curve(
        label=label,
        colour=colour,
        x=[getattr(step, by) for step in drawn],
        losses=[step.loss / per for step in drawn],
        means=[math.nan if step.mean is None else step.mean / per for step in drawn],
        rings=[
            (v.step * a_step if by == "characters" else getattr(v, by), v.nats / per)
            for v in validations
        ],
        whole=bool(validations) and isinstance(last, EndRecord) and last.reason == "finished",
        stride=stride * recorded_stride,
        corpus=settings.corpus,
        floor=None if floor is None else floor / per,
    )


def _recorded(folder: Path) -> tuple[RunSettings, list[HistoryRecord], int]:
    """Settings, records and distance in steps between two step records, of a run's own history or
    of a shipped one."""
    if not (folder / SETTINGS).exists() and (folder / LEARNED).exists():
        learned = Learned.load(folder / LEARNED)
        return learned.settings, learned.records(), learned.stride
    settings = RunSettings.load(folder)
    try:
        return settings, read_history(folder / HISTORY, 0)[0], 1
    except (OSError, ValueError) as error:
        raise unreadable_history(folder) from error


def run_labels(runs: Sequence[tuple[str, str]]) -> list[str]:
    """What runs are called in a figure and beside it, cut to `LONGEST_LABEL` characters.

    Args:
        runs: name of the folder and given title of each (`charlstm.checkpoints.title`).
    """
    shown = [called(name, title) for name, title in runs]
    cut = [one if len(one) <= LONGEST_LABEL else f"{one[: LONGEST_LABEL - 1]}…" for one in shown]
    return told_apart(cut, [name for name, _ in runs])
