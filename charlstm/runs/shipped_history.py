"""How a shipped model learnt: its run's history, small enough to ship beside the weights.

``learned.json`` holds what the page needs to show a run that was trained elsewhere: raw training
points, thinned; the running mean of all steps at each of them; all validations; what the model
wrote; and how often it closed a bracket at some steps, with the control. It is one JSON object:

- ``trained_on`` and ``machine``: the text and what read it, in words; no machine where nobody said.
- ``settings``: as in ``train.json``.
- ``ended``: ``reason``, ``step`` and ``seconds`` of the history's end.
- ``stride``: steps from one raw point to the next; near the start they stand closer.
- ``points``: ``step``, ``seconds``, ``loss``, ``mean``, ``learning_rate`` and ``gradient_norm``,
  each a list of the same length. Losses are nats per character.
- ``validations``: ``step``, ``seconds``, ``nats`` and ``characters_scored`` of each.
- ``samples``: ``step`` and ``text`` of each, see `charlstm.runs.progress_sample`.
- ``closing``: None, or a `Closing`.

It may come from anywhere, so `Learned.load` checks every value.
"""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from charlstm.atomic import replacing
from charlstm.errors import UserError
from charlstm.runs.settings import RunSettings
from charlstm.runs.status import RunStatus

COLUMNS = ("step", "seconds", "loss", "mean", "learning_rate", "gradient_norm")
MOST_BYTES = 4_000_000
_MOST = 2**53  # what a browser counts to
_MOST_TEXT = 10_000  # characters


@dataclass(frozen=True)
class ClosingRow:
    """How often the model of one step closed the bracket.

    Attributes:
        step: whose model was asked.
        n, closed, interval: samples, those that closed the bracket, and the rate's 95 % interval.
        stray, stray_interval: the same of the control, for a bracket that closes nothing.
    """

    step: int
    n: int
    closed: int
    interval: tuple[float, float]
    stray: int
    stray_interval: tuple[float, float]


@dataclass(frozen=True)
class Closing:
    """One probe of the models of some steps, the same each time.

    Attributes:
        seed_text, control_text: what was continued, with an open bracket and with none.
        temperature, horizon, dice: of the samples, see `charlstm.experiments.probe`.
        rows: by step.
    """

    seed_text: str
    control_text: str
    temperature: float
    horizon: int
    dice: int
    rows: list[ClosingRow]


@dataclass(frozen=True)
class Learned:
    """What ``learned.json`` holds; the module says what each part is."""

    trained_on: str
    settings: RunSettings
    ended: dict[str, Any]
    stride: int
    points: dict[str, list[float]]
    validations: list[dict[str, float]]
    samples: list[dict[str, Any]]
    closing: Closing | None
    machine: str = ""

    def records(self) -> list[dict[str, Any]]:
        """What is left of the history, as the run had written it; a step has its ``mean`` too."""
        config = self.settings.config
        a_step = config.streams * config.window
        rows = zip(*(self.points[name] for name in COLUMNS), strict=True)
        steps = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        found: list[dict[str, Any]] = [
            {"kind": "step", "characters": step["step"] * a_step, **step} for step in steps
        ]
        found += [{"kind": "validation", **validation} for validation in self.validations]
        found += [{"kind": "sample", "step": s["step"], "sample": s["text"]} for s in self.samples]
        order = ("step", "validation", "sample")
        found.sort(key=lambda record: (record["step"], order.index(record["kind"])))
        return [*found, {"kind": "end", **self.ended}]

    def status(self, name: str) -> RunStatus:
        """Where the run stood at its end."""
        settings, ended = self.settings, self.ended
        a_step = settings.config.streams * settings.config.window
        return RunStatus(
            name=name,
            state=ended["reason"],
            step=ended["step"],
            total_steps=settings.total_steps,
            elapsed=ended["seconds"],
            seconds_left=None,
            message="",
            corpus=settings.corpus,
            preset=settings.preset,
            floor=settings.floor,
            hidden_size=settings.config.hidden_size,
            pace=ended["step"] * a_step / ended["seconds"],
            characters_a_step=a_step,
            shipped=True,
        )

    def save(self, path: Path) -> None:
        """Write the file in one stroke, a line for each part of it.

        Raises:
            OSError: it can't be written.
        """
        parts = [
            f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
            for name, value in (asdict(self) | {"settings": self.settings.plain()}).items()
        ]
        text = "{\n" + ",\n".join(parts) + "\n}\n"
        with replacing(path.parent, path.name) as aside:
            (aside / path.name).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Learned:
        """Read the file.

        Raises:
            UserError: it can't be read, is too long, or a value in it can't be.
        """
        try:
            if path.stat().st_size > MOST_BYTES:
                raise ValueError("too long")
            return _checked(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, UserError) as error:
            raise UserError(
                f"How {path.parent.name!r} learnt can't be read ({path.name}).",
                "Copy the whole folder again.",
            ) from error


def _checked(found: dict[str, Any]) -> Learned:
    """The parts of a file; a ValueError, KeyError or TypeError where one is not what it should be,
    or does not fit the others."""
    settings, ended = RunSettings.of(found["settings"]), found["ended"]
    config, closing = settings.config, found["closing"]
    for size in (config.streams, config.window, config.hidden_size):
        _whole(size, 1)
    for text in (settings.corpus.name, settings.preset, settings.grown_from or ""):
        _text(text)
    if settings.total_steps is not None:
        _whole(settings.total_steps)
    if settings.floor is not None:
        _number(settings.floor)
    if ended["reason"] not in ("finished", "stopped"):
        raise ValueError(ended["reason"])
    points = {name: [_number(value) for value in found["points"][name]] for name in COLUMNS}
    steps = [_whole(step, 1) for step in points["step"]]
    ascending = all(a < b for a, b in itertools.pairwise(steps))
    if not steps or not ascending or len({len(column) for column in points.values()}) > 1:
        raise ValueError("points")
    return Learned(
        _text(found["trained_on"]),
        settings,
        {
            "reason": ended["reason"],
            "step": _whole(ended["step"], 1),
            "seconds": _number(ended["seconds"], above=0),
        },
        _whole(found["stride"], 1),
        points,
        [
            {
                "step": _whole(v["step"]),
                "seconds": _number(v["seconds"]),
                "nats": _number(v["nats"]),
                "characters_scored": _whole(v["characters_scored"], 1),
            }
            for v in found["validations"]
        ],
        [{"step": _whole(s["step"]), "text": _text(s["text"])} for s in found["samples"]],
        None if closing is None else _checked_closing(closing),
        _text(found.get("machine", "")),
    )


def _checked_closing(found: dict[str, Any]) -> Closing:
    rows = [
        ClosingRow(
            _whole(row["step"]),
            _whole(row["n"], 1),
            _whole(row["closed"], most=row["n"]),
            _interval(row["interval"]),
            _whole(row["stray"], most=row["n"]),
            _interval(row["stray_interval"]),
        )
        for row in found["rows"]
    ]
    if [row.step for row in rows] != sorted({row.step for row in rows}):
        raise ValueError("rows")
    return Closing(
        _text(found["seed_text"]),
        _text(found["control_text"]),
        _number(found["temperature"]),
        _whole(found["horizon"], 1),
        _whole(found["dice"]),
        rows,
    )


def _number(value: Any, above: float = -math.inf) -> float:
    if type(value) not in (int, float) or not above < value < _MOST:
        raise ValueError(value)
    return value


def _whole(value: Any, least: int = 0, most: int = _MOST) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(value)
    return value


def _interval(value: Any) -> tuple[float, float]:
    low, high = (_number(end) for end in value)
    if not 0 <= low <= high <= 1:
        raise ValueError(value)
    return low, high


def _text(value: Any) -> str:
    if type(value) is not str or len(value) > _MOST_TEXT:
        raise ValueError(value)
    return value
