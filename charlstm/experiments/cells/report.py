"""An experiment on a checkpoint's units as a file: ``cells.json`` beside a shipped checkpoint.

It is `CellsReport` as one JSON object, under the names of the dataclasses' attributes, with the
verdict, which `CellsReport.load` makes of the figures again. The file may come from an untrusted
checkpoint, so that checks every value.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, TypeAdapter

from charlstm.atomic import replacing
from charlstm.checkpoints.files import CELLS, checked_json
from charlstm.checkpoints.title import in_folder
from charlstm.errors import user_error
from charlstm.experiments.cells.depth import DepthCount
from charlstm.experiments.cells.experiment import CellsResult
from charlstm.experiments.cells.learnt import LearntRow
from charlstm.language import ENGLISH, speaking
from charlstm.texts import translated

MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class CellsReport:
    """An experiment and the checkpoint it was made on.

    Attributes:
        checkpoint: its name.
        fingerprint: of its weights (`CheckpointInfo.fingerprint`): other weights have other units.
        result: of `experiment.finding_cells`.
        depth: of `depth.depth_count`; None but for a model of the bracket language.
        learnt: of `learnt.learning`; empty without snapshots.
    """

    checkpoint: str
    fingerprint: str
    result: CellsResult
    depth: DepthCount | None = None
    learnt: list[LearntRow] = field(default_factory=list)

    def json(self) -> str:
        """The report as JSON: numbers to six significant digits, sentences in English."""
        with speaking(ENGLISH):
            document = _short(translated(asdict(self) | {"result": self.result.plain()}))
        return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"

    def save(self, path: Path) -> None:
        """Replace the file atomically.

        Raises:
            OSError: it can't be written.
        """
        with replacing(path.parent, path.name) as aside:
            (aside / path.name).write_text(self.json(), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> CellsReport:
        """Read the file.

        Raises:
            UserError: the file can't be read, is longer than `MOST_BYTES`, or holds an invalid
                value.
        """
        checkpoint = in_folder(path.parent)
        unreadable = user_error("cells.damaged", checkpoint=checkpoint, file=path.name)
        return checked_json(path, _REPORT, MOST_BYTES, unreadable)


def report_beside(folder: Path, fingerprint: str) -> CellsReport | None:
    """The report in a checkpoint's folder; None without one, or if it is of other weights.

    Raises:
        UserError: the file is damaged.
    """
    if not (folder / CELLS).is_file():
        return None
    report = CellsReport.load(folder / CELLS)
    return report if report.fingerprint == fingerprint else None


def _told(report: CellsReport) -> CellsReport:
    """A report, if a verdict can be made of its figures."""
    try:
        _ = report.result.verdict
    except (ArithmeticError, LookupError) as error:
        raise ValueError("no figures of an experiment") from error
    return report


_REPORT = TypeAdapter(Annotated[CellsReport, AfterValidator(_told)])


def _short(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_short(one) for one in value]
    return value
