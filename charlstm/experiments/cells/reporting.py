"""Making a report on a checkpoint's units: the experiment, and what goes with it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from charlstm.checkpoints.catalog import CheckpointInfo
from charlstm.experiments.cells.depth import depth_count
from charlstm.experiments.cells.experiment import CellsQuestion, finding_cells
from charlstm.experiments.cells.learnt import learning
from charlstm.experiments.cells.progress import Progress
from charlstm.experiments.cells.report import CellsReport
from charlstm.experiments.cells.source import Source
from charlstm.experiments.cells.targets import CLOSED
from charlstm.experiments.snapshots import step_of
from charlstm.model.hold import Unit
from charlstm.model.sampler import Sampler
from charlstm.text.corpus import Corpus
from charlstm.text.spec import CorpusKind
from charlstm.texts import text

_DEPTH, _SNAPSHOT = 0.15, 0.6  # of the time that the experiment takes


def reporting(
    info: CheckpointInfo,
    sampler: Sampler,
    corpus: Corpus,
    question: CellsQuestion,
    snapshots: Sequence[Path] = (),
) -> Generator[Progress[CellsReport], None, None]:
    """Run the experiment, look for a unit that counts if the text is of the bracket language, and
    ask snapshots when the units were learnt; closing the generator stops it.

    Args:
        info: of the checkpoint.
        sampler: of its model.
        corpus: its text, or another one.
        snapshots: checkpoint folders of the same run, each named by its step; asked of brackets
            only.

    Yields:
        progress several times a second or so, the last time with the report.

    Raises:
        UserError: the text is too short or has no such target, or a snapshot is none of this run.
    """
    asked = snapshots if question.target in CLOSED else ()
    for folder in asked:
        step_of(folder)  # a folder without a step is refused before the work
    source = Source.of(corpus, sampler.vocab)
    is_language = corpus.spec.kind is CorpusKind.BRACKETS
    whole = 1 + _DEPTH * is_language + _SNAPSHOT * len(asked)
    result = None
    for progress in finding_cells(sampler, source, question):
        result = progress.result
        yield Progress(progress.share / whole, progress.doing)
    assert result is not None
    done, depth = 1.0, None
    if is_language:
        work = depth_count(sampler, source)
        try:
            while True:
                yield Progress((done + _DEPTH * next(work)) / whole, text("cells.doing.depth"))
        except StopIteration as end:
            depth = end.value
        done += _DEPTH
    units = [Unit.parse(one) for one in result.reads]
    learnt = []
    for row in learning(asked, units, source, question) if asked else ():
        learnt.append(row)
        done += _SNAPSHOT
        yield Progress(done / whole, text("cells.doing.earlier"))
    report = CellsReport(info.name, info.fingerprint, result, depth, learnt)
    yield Progress(1.0, text("cells.doing.done"), report)
