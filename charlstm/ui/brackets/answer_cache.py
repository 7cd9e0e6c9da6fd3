"""A cache of the latest answers, from which the browser later requests samples and files.

It is in the memory of the process; a key is derived from the question. An answer that was dropped
is not lost: the same dice give the same answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from charlstm.checkpoints.catalog import CheckpointInfo
from charlstm.errors import user_error
from charlstm.experiments.battery import BatteryResult
from charlstm.experiments.cells.experiment import CellsQuestion
from charlstm.experiments.cells.report import CellsReport, report_beside
from charlstm.experiments.continuations import ProbeSample
from charlstm.export.figure import picture
from charlstm.export.probe_figure import plot_probe
from charlstm.export.probe_report import ProbeReport, probe_csv, probe_json
from charlstm.language import ENGLISH
from charlstm.texts import translated
from charlstm.ui.brackets.probe.contract import GallerySample
from charlstm.ui.brackets.probe.data import gallery_shown
from charlstm.ui.components.cache import Cache
from charlstm.ui.components.contract import Text, Whole, asked_strangely
from charlstm.ui.components.events import served
from charlstm.ui.components.files import SavedFile, saved_file

T = TypeVar("T")

_MOST_CHARACTERS = 40_000_000  # of the samples of all kept answers; the latest is always kept
_MOST_BATTERIES = 50
_MOST_CELLS = 50
_MOST_SHOWN = 50  # samples in one response to a browser


@dataclass(frozen=True)
class _KeptReport:
    reader: str
    report: ProbeReport


@dataclass(frozen=True)
class _KeptBattery:
    reader: str
    checkpoint: str
    fingerprint: str
    result: BatteryResult


@dataclass(frozen=True)
class _KeptCells:
    reader: str
    report: CellsReport


class KeptAnswers:
    """The latest reports on single seed texts, results of batteries, and reports on units.

    What was computed from a private text is kept for its reader (`CheckpointInfo.reader`): the key
    is made with the reader's token, so that nobody else knows it.
    """

    def __init__(self) -> None:
        self._reports: Cache[_KeptReport] = Cache(_MOST_CHARACTERS, _characters)
        self._batteries: Cache[_KeptBattery] = Cache(_MOST_BATTERIES)
        self._cells: Cache[_KeptCells] = Cache(_MOST_CELLS)

    def keep(self, report: ProbeReport, reader: str = "") -> str:
        """Keep a report, and return its key. The seed text is kept once, not in every sample."""
        question = report.result.question
        key = (report.checkpoint, report.fingerprint, question, reader)
        light = _with_texts(report, lambda text: text[len(question.seed_text) :])
        return _kept(self._reports, key, _KeptReport(reader, light))

    def keep_battery(self, info: CheckpointInfo, result: BatteryResult) -> str:
        """Keep a battery's result, and return its key.

        Args:
            info: of the checkpoint that was asked.
        """
        kept = _KeptBattery(info.reader, info.name, info.fingerprint, result)
        asked = (result.temperature, result.horizon, result.dice, result.across_lines)
        key = (kept.checkpoint, kept.fingerprint, *asked, kept.reader)
        return _kept(self._batteries, key, kept)

    def keep_cells(self, info: CheckpointInfo, report: CellsReport) -> str:
        """Keep a report on units, and return its key.

        Args:
            info: of the checkpoint that was asked.
        """
        question = _cells_question(info, report.result.question)
        return _kept(self._cells, question, _KeptCells(info.reader, report))

    def cells(self, key: str) -> CellsReport:
        """A report on units.

        Raises:
            UserError: the report is no longer kept.
        """
        return _found(self._cells, key).report

    def cells_of(self, info: CheckpointInfo, question: CellsQuestion) -> CellsReport | None:
        """The report on a checkpoint's units that answers a question; None if none is kept."""
        kept = self._cells.get(_key(_cells_question(info, question)))
        return None if kept is None else kept.report

    def known_cells(self, info: CheckpointInfo, folder: Path) -> CellsReport | None:
        """What is known of the units that closing “(” depends on: the report in a checkpoint's own
        folder, else a kept one; None without either.

        Raises:
            UserError: the report in the folder is damaged.
        """
        if (beside := report_beside(folder, info.fingerprint)) is not None:
            return beside
        whole, part = (self.cells_of(info, CellsQuestion("(", which)) for which in (True, False))
        return whole or part

    def report(self, key: str) -> ProbeReport:
        """A report, its samples' texts without the seed text.

        Raises:
            UserError: the report is no longer kept.
        """
        return _found(self._reports, key).report

    def battery(self, key: str) -> tuple[str, str, BatteryResult]:
        """A battery's checkpoint, fingerprint and result.

        Raises:
            UserError: the result is no longer kept.
        """
        kept = _found(self._batteries, key)
        return kept.checkpoint, kept.fingerprint, kept.result

    def written(self, key: str, row: int) -> list[ProbeSample]:
        """All samples of one of a report's temperatures, their texts without the seed text.

        Args:
            key: the report's.
            row: index of the temperature.

        Raises:
            UserError: the report is no longer kept, or has fewer temperatures.
        """
        temperatures = self.report(key).result.temperatures
        if not 0 <= row < len(temperatures):
            raise asked_strangely()
        return temperatures[row].samples

    def whole(self, key: str) -> ProbeReport:
        """A report with whole texts, and with the kept batteries of the same model, reader, dice,
        horizon and treatment of newlines.

        Raises:
            UserError: the report is no longer kept.
        """
        kept = _found(self._reports, key)
        report, question = kept.report, kept.report.result.question
        model = (kept.reader, report.checkpoint, report.fingerprint)
        batteries = [
            battery.result
            for battery in self._batteries.values()
            if (battery.reader, battery.checkpoint, battery.fingerprint) == model
            and all(
                getattr(battery.result, name) == getattr(question, name)
                for name in ("horizon", "dice", "across_lines")
            )
        ]
        return replace(
            _with_texts(report, lambda text: question.seed_text + text), batteries=batteries
        )


@dataclass(frozen=True)
class GalleryQuestion:
    """A request for some consecutive samples of an answer, sorted as by `gallery_shown`.

    Attributes:
        key: the answer's.
        row: index of the temperature.
        first: index of the first sample.
        most: number of samples.
    """

    key: Text
    row: Whole
    first: Annotated[Whole, Field(ge=0)]
    most: Annotated[Whole, Field(ge=1, le=_MOST_SHOWN)]


@dataclass(frozen=True)
class GalleryAnswer:
    """The requested samples."""

    samples: list[GallerySample]


@dataclass(frozen=True)
class FileQuestion:
    """A request for a file of the answer with a key."""

    kind: Literal["csv", "json", "png", "svg"]
    key: Text


def report_functions(kept: KeptAnswers) -> list[Callable[[Any], dict[str, Any]]]:
    """The server functions ``gallery`` and ``save`` of an answer to one seed text."""

    @served(GalleryQuestion)
    def gallery(request: GalleryQuestion) -> GalleryAnswer:
        samples = kept.written(request.key, request.row)
        return GalleryAnswer(gallery_shown(samples, request.first, request.most))

    @served(FileQuestion)
    def save(request: FileQuestion) -> SavedFile:
        report = kept.whole(request.key)
        name = f"brackets-{report.checkpoint}-dice-{report.result.question.dice}"
        return saved_file(name, request.kind, _written(report, request.kind))

    return [gallery, save]


def battery_functions(kept: KeptAnswers) -> list[Callable[[Any], dict[str, Any]]]:
    """The server function ``save`` of a battery's answer."""

    @served(FileQuestion)
    def save(request: FileQuestion) -> SavedFile:
        if request.kind != "json":
            raise asked_strangely()
        checkpoint, fingerprint, result = kept.battery(request.key)
        model = {"checkpoint": checkpoint, "fingerprint": fingerprint}
        document = translated(model | asdict(result), ENGLISH)
        data = json.dumps(document, allow_nan=False).encode()
        return saved_file(f"battery-{checkpoint}-dice-{result.dice}", "json", data)

    return [save]


def _kept(cache: Cache[T], question: tuple[Any, ...], answer: T) -> str:
    """Keep an answer, in place of an earlier one to the same question.

    Returns:
        Its key, a hash of the question. It is no secret, unless a reader's token is part of the
        question: whoever knows the question can ask it.
    """
    cache.keep(key := _key(question), answer)
    return key


def _key(question: tuple[Any, ...]) -> str:
    return hashlib.sha256(repr(question).encode()).hexdigest()[:16]


def _cells_question(info: CheckpointInfo, question: CellsQuestion) -> tuple[Any, ...]:
    return ("cells", info.name, info.fingerprint, question, info.reader)


def _found(cache: Cache[T], key: str) -> T:
    answer = cache.get(key)
    if answer is None:
        raise user_error("brackets.not_kept")
    return answer


def _characters(kept: _KeptReport) -> int:
    """Number of characters in all samples of a report."""
    return sum(sample.length for t in kept.report.result.temperatures for sample in t.samples)


def _with_texts(report: ProbeReport, change: Callable[[str], str]) -> ProbeReport:
    temperatures = [
        replace(t, samples=[replace(s, text=change(s.text)) for s in t.samples])
        for t in report.result.temperatures
    ]
    return replace(report, result=replace(report.result, temperatures=temperatures))


def _written(report: ProbeReport, kind: str) -> bytes:
    if kind == "csv":
        return probe_csv(report).encode()
    if kind == "json":
        return probe_json(report).encode()
    return picture(plot_probe(report.result, report.ngram, report.real), kind)
