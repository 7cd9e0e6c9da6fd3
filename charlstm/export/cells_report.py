"""Export an experiment on units: a CSV table with a row a unit or a set of units."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from charlstm.experiments.cells.report import CellsReport

COLUMNS = (
    "checkpoint",
    "fingerprint",
    "target",
    "kind",
    "units",
    "area_chosen",
    "area_shown",
    "necessity_chosen",
    "necessity",
    "necessity_low",
    "necessity_high",
    "sufficiency",
    "sufficiency_low",
    "sufficiency_high",
)
"""The columns of the table. ``kind`` is "area" (a unit ranked by its area), "single" (one ranked by
what taking it away does), "dose" (the k best together), "pair", "best" or "random". Areas are under
the ROC curve; necessity and sufficiency are in nats, "chosen" on the half of the articles that
units were chosen on, the others on the other half, low and high their 95 % interval."""


def cells_csv(report: CellsReport) -> str:
    """The table under `COLUMNS`."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    same = {
        "checkpoint": report.checkpoint,
        "fingerprint": report.fingerprint,
        "target": report.result.question.target,
    }
    table.writerows(same | row for row in _rows(report))
    return text.getvalue()


def _rows(report: CellsReport) -> Iterator[dict[str, Any]]:
    for one in report.result.finding.units:
        yield {
            "kind": "area",
            "units": one.unit,
            "area_chosen": one.chosen,
            "area_shown": one.shown,
        }
    effects = report.result.effects
    if effects is None:
        return
    for single in effects.singles:
        yield {"kind": "single", "units": single.unit, "necessity_chosen": single.chosen}
    named = [*(("dose", one) for one in effects.doses), ("pair", effects.pair)]
    for kind, effect in (*named, ("best", effects.best)):
        yield {
            "kind": kind,
            "units": " ".join(effect.units),
            "necessity_chosen": effect.chosen,
            "necessity": effect.necessity.mean,
            "necessity_low": effect.necessity.interval[0],
            "necessity_high": effect.necessity.interval[1],
            "sufficiency": effect.sufficiency.mean,
            "sufficiency_low": effect.sufficiency.interval[0],
            "sufficiency_high": effect.sufficiency.interval[1],
        }
    random = effects.random
    for units, taken, given in zip(effects.sets, random.necessity, random.sufficiency, strict=True):
        yield {
            "kind": "random",
            "units": " ".join(units),
            "necessity": taken,
            "sufficiency": given,
        }
