"""Answers that were given lately: their galleries and files are asked for later, part by part.

They are kept in the memory of the process, under a key that stands for the question. One that is
no longer kept is not lost: the same dice give the same answer.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from charlstm.experiments.battery import BatteryResult
from charlstm.experiments.continuations import ProbeSample
from charlstm.export.figure import picture
from charlstm.export.probe_figure import plot_probe
from charlstm.export.probe_report import ProbeReport, probe_csv, probe_json
from charlstm.ui.brackets.probe.data import gallery_shown
from charlstm.ui.components.cache import Kept
from charlstm.ui.components.events import asked_strangely, served

_MOST_CHARACTERS = 40_000_000  # written, of all that is kept; the latest answer always is
_MOST_BATTERIES = 50
_MOST_SHOWN = 50  # samples in one answer to a browser
_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
}


class KeptAnswers:
    """The latest reports on one seed text, and on batteries of them."""

    def __init__(self) -> None:
        self.reports: Kept[ProbeReport] = Kept(_MOST_CHARACTERS)
        self.batteries: Kept[tuple[str, str, BatteryResult]] = Kept(_MOST_BATTERIES)

    def keep(self, report: ProbeReport) -> str:
        """Keep a report; returns its key. The seed text is kept once, not in every sample."""
        found = report.result
        key = (report.checkpoint, report.fingerprint, found.question)
        light = _with_texts(report, lambda text: text[len(found.question.seed_text) :])
        size = sum(sample.length for t in found.temperatures for sample in t.samples)
        return self.reports.keep(key, light, size)

    def keep_battery(self, checkpoint: str, fingerprint: str, result: BatteryResult) -> str:
        """Keep a battery's result; returns its key."""
        question = (checkpoint, fingerprint, result.temperature, result.horizon, result.dice)
        return self.batteries.keep(question, (checkpoint, fingerprint, result), 1)

    def written(self, key: str, row: int) -> list[ProbeSample]:
        """All samples of one of a report's temperatures, their texts without the seed text.

        Raises:
            UserError: it is no longer kept, or has fewer temperatures.
        """
        temperatures = self.reports.get(key).result.temperatures
        if not 0 <= row < len(temperatures):
            raise asked_strangely()
        return temperatures[row].samples

    def whole(self, key: str) -> ProbeReport:
        """A report, with the batteries that the same model was asked with the same dice and
        horizon.

        Raises:
            UserError: it is no longer kept.
        """
        report = self.reports.get(key)
        question = report.result.question
        asked = (report.checkpoint, report.fingerprint, question.horizon, question.dice)
        batteries = [
            result
            for checkpoint, fingerprint, result in self.batteries.all()
            if (checkpoint, fingerprint, result.horizon, result.dice) == asked
        ]
        return replace(
            _with_texts(report, lambda text: question.seed_text + text), batteries=batteries
        )


def report_functions(kept: KeptAnswers) -> list[Callable[[Any], dict[str, Any]]]:
    """The server functions of `brackets/probe/gallery.js` and `files.js` beside an answer."""

    @served
    def gallery(asked: Any) -> dict[str, Any]:
        match asked:
            case [str(key), int(row), int(first), int(most)] if (
                first >= 0 and 1 <= most <= _MOST_SHOWN
            ):
                return {"samples": gallery_shown(kept.written(key, row), first, most)}
        raise asked_strangely()

    @served
    def save(asked: Any) -> dict[str, str]:
        match asked:
            case [str(kind), str(key)] if kind in _TYPES:
                report = kept.whole(key)
                name = f"brackets-{report.checkpoint}-dice-{report.result.question.dice}"
                return _file(name, kind, _written(report, kind))
        raise asked_strangely()

    return [gallery, save]


def battery_functions(kept: KeptAnswers) -> list[Callable[[Any], dict[str, Any]]]:
    """The server function of `files.js` beside a battery's answer."""

    @served
    def save(asked: Any) -> dict[str, str]:
        match asked:
            case ["json", str(key)]:
                checkpoint, fingerprint, result = kept.batteries.get(key)
                model = {"checkpoint": checkpoint, "fingerprint": fingerprint}
                data = json.dumps(model | asdict(result), allow_nan=False).encode()
                return _file(f"battery-{checkpoint}-dice-{result.dice}", "json", data)
        raise asked_strangely()

    return [save]


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


def _file(name: str, kind: str, data: bytes) -> dict[str, str]:
    """What `files.js` saves."""
    return {
        "name": f"{name}.{kind}",
        "type": _TYPES[kind],
        "data": base64.b64encode(data).decode("ascii"),
    }
