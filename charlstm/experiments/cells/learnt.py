"""When was it learnt? The last model's units, the closing rate and the bits, over a run's
snapshots."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from charlstm.checkpoints.checkpoint import load_checkpoint
from charlstm.errors import user_error
from charlstm.experiments.cells.experiment import PLACES, CellsQuestion
from charlstm.experiments.cells.finding import finding
from charlstm.experiments.cells.places import places
from charlstm.experiments.cells.rates import EVERY, seed_texts, with_control
from charlstm.experiments.cells.source import Source
from charlstm.experiments.cells.targets import CLOSED
from charlstm.experiments.continuations import Watching, rounds
from charlstm.experiments.intervals import FEWEST, Estimate, over_seeds
from charlstm.experiments.snapshots import step_of
from charlstm.model.evaluate import evaluate
from charlstm.model.hold import Unit
from charlstm.model.recording import finished
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Stray, Target

_SCORED = 65_536  # characters of the validation text


@dataclass(frozen=True)
class LearntRow:
    """The model of one step.

    Attributes:
        step: of the model.
        areas: unit -> area under the ROC curve for the target, on the half that is shown.
        best: the unit with the largest area at this step.
        closed, stray: rates after the open texts and their controls, with intervals over texts;
            None if there are too few texts.
        bpc: bits per character of the first 65,536 characters of the validation text.
    """

    step: int
    areas: dict[str, float]
    best: str
    closed: Estimate | None
    stray: Estimate | None
    bpc: float


def learning(
    snapshots: Sequence[Path], units: Sequence[Unit], source: Source, question: CellsQuestion
) -> Iterator[LearntRow]:
    """Look at the models of some steps of one run, whose units keep their numbers as it trains.

    Args:
        snapshots: checkpoint folders, each named by its step.
        units: to follow, chosen on the last model.
        source: the text, as the models read it.
        question: as asked of the last model.

    Yields:
        a row for each snapshot, in order of the steps.

    Raises:
        UserError: a folder is not named by a step, is no checkpoint, has other characters or lacks
            a unit; or the target is none that a bracket closes.
    """
    if question.target not in CLOSED:
        names = " ".join(CLOSED)
        raise user_error("cells.learnt.unclosed", name=repr(question.target), names=names)
    folders = {step_of(folder): folder for folder in snapshots}
    _, shown = places(source, question.target, PLACES)
    texts = seed_texts(source, shown, question.sampling.texts)
    for step in sorted(folders):
        checkpoint = load_checkpoint(folders[step])
        sampler = Sampler(checkpoint.model, checkpoint.vocab)
        if checkpoint.vocab.decode(source.ids[:1000].tolist()) != source.text[:1000]:
            raise user_error("cells.learnt.other_run", step=step)
        for unit in units:
            unit.check(sampler.model.n_layers, sampler.model.hidden_size)
        ranking = finished(finding(sampler, source, question.target, False, question.sampling.dice))
        rates = finished(_closing(sampler, source, texts, question))
        yield LearntRow(
            step=step,
            areas={str(unit): ranking.areas.area(unit, question.target).shown for unit in units},
            best=ranking.finding.units[0].unit,
            closed=rates[0] if rates else None,
            stray=rates[1] if rates else None,
            bpc=evaluate(checkpoint.model, source.ids[:_SCORED]).bpc,
        )


def _closing(
    sampler: Sampler, source: Source, texts: Sequence[str], question: CellsQuestion
) -> Generator[float, None, list[Estimate]]:
    """The closing rate after open texts, and the stray rate after their controls; none if the texts
    are too few."""
    if len(texts) < FEWEST:
        return []
    how = question.sampling
    happened = np.zeros((2, len(texts)))
    for number, text in enumerate(texts):
        control = with_control(source, text)
        watching = Watching(
            sampler,
            [(text, Target(text)), (control, Stray(control, CLOSED[question.target]))],
            [how.temperature],
            range(how.samples),
            how.dice + number,
            EVERY,
        )
        for _ in rounds(sampler, [watching], how.horizon, EVERY):
            yield number / len(texts)
        happened[:, number] = [fates.happened()[0] for fates in watching.fates]
    return [Estimate(*over_seeds(row)) for row in (happened / how.samples).tolist()]
