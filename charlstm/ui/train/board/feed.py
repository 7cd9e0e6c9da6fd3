"""What a browser gets of a run: numbers, each one once. `run.js` reads it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from charlstm.checkpoints.files import HISTORY
from charlstm.errors import UserError
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.history import Histories
from charlstm.runs.shipped_history import Closing
from charlstm.runs.status import RunStatus

MOST = 2_000
"""Training points in one answer; a longer stretch of history is thinned to about as many."""
SERIES = ("learning_rate", "gradient_norm")
"""What travels beside the loss when it is asked for."""


def news_of_run(runs: RunCatalog, histories: Histories, asked: Any) -> dict[str, Any]:
    """What is new of a run.

    Args:
        asked: from a browser, which may send anything; [run name, byte offset, one of `SERIES` or
            None] is answered.

    Returns:
        what `answer` describes; for a run that shipped ``shipped`` with it, at offset 0:
        ``trainedOn`` and ``closing``, see `closing_rows`. Or ``{"error": sentence}``.
    """
    try:
        match asked:
            case [str(name), int(offset), (str() | None) as series] if (
                0 <= offset < 2** 53 and series in (None, *SERIES)
            ):
                pass
            case _:
                raise UserError("The page asked for a run in an unknown way.", "Reload the page.")
        # The state first: where it says that the run has ended, the history is whole.
        status = runs.status(name)
        if learned := runs.learned(name):
            records, end = runs.history(name, offset)
            found = answer(status, records, offset, end, series, learned.stride)
            if offset == 0:
                closing = learned.closing and closing_rows(learned.closing)
                found["shipped"] = {"trainedOn": learned.trained_on, "closing": closing}
            return found
        try:
            records, end, stride = histories.since(runs.folder(name) / HISTORY, offset, MOST)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(
                f"The history of {name!r} can't be read.", f"Look into its {HISTORY}."
            ) from error
        return answer(status, records, offset, end, series, stride)
    except UserError as error:
        return {"error": str(error)}


def answer(
    status: RunStatus,
    records: Sequence[dict[str, Any]],
    offset: int,
    next_offset: int,
    series: str | None = None,
    stride: int = 1,
) -> dict[str, Any]:
    """What a browser that has read to `offset` gets: numbers, each one once.

    Args:
        records: as `Histories.since` gives them; ``stride`` steps lie from one to the next.

    Returns:
        ``offset``: where to go on. ``status``: [state, step, total steps or None, seconds, seconds
        left or None, message]. ``steps``: stretches of training points, each
        [first step, stride, loss, loss, …] in nats per character, None for a loss that is not
        finite. For each of those points ``means``, the running mean, ``seconds`` of training, and
        ``series`` where one was asked for. ``thinned``: where points were left out, about how many
        steps lie from one to the next. ``characters`` that a step reads. ``validations``:
        [step, nats, characters scored, seconds] each. ``samples``: [step, text] of what the run
        wrote. ``floor``, at offset 0: nats per character or None. ``note``: what
        else there is to know of its numbers, where there is something. ``scored``, while the whole
        validation text is scored: the share that is.
    """
    steps = [record for record in records if record["kind"] == "step"]
    validations = [record for record in records if record["kind"] == "validation"]
    found: dict[str, Any] = {
        "offset": next_offset,
        "status": [
            status.state,
            status.step,
            status.total_steps,
            round(status.elapsed, 1),
            None if status.seconds_left is None else round(status.seconds_left),
            status.message,
        ],
    }
    if status.note:
        found["note"] = status.note
    if status.scored is not None:
        found["scored"] = round(status.scored, 3)
    if offset == 0:
        found["floor"] = status.floor
        found["characters"] = status.characters_a_step
    if steps:
        found["steps"] = _stretches(steps)
        found["means"] = [_number(record["mean"]) for record in steps]
        found["seconds"] = [round(record["seconds"], 2) for record in steps]
        if series is not None:
            found["series"] = [_number(float(f"{record[series]:.3g}"), 9) for record in steps]
        if stride > 1:
            found["thinned"] = stride
    if validations:
        found["validations"] = [
            [
                v["step"],
                _number(v["nats"]),
                v["characters_scored"],
                round(v["seconds"], 2),
            ]
            for v in validations
        ]
    if written := [[record["step"], record["sample"]] for record in records if "sample" in record]:
        found["samples"] = written
    return found


def closing_rows(closing: Closing) -> dict[str, Any]:
    """What `closing.js` draws: how the models of some steps were asked, and for each of them
    [step, n, closed, low, high, strays of the control, low, high], with 95 % intervals from low to
    high."""
    return {
        "seed": closing.seed_text,
        "temperature": closing.temperature,
        "horizon": closing.horizon,
        "dice": closing.dice,
        "rows": [
            [row.step, row.n, row.closed, *row.interval, row.stray, *row.stray_interval]
            for row in closing.rows
        ],
    }


def _stretches(steps: Sequence[dict[str, Any]]) -> list[list[float | None]]:
    """[first step, stride, losses…] for each stretch of equally spaced steps."""
    found: list[list[float | None]] = []
    last = stride = 0
    for record in steps:
        step = record["step"]
        if found and len(found[-1]) == 3 and step > last:
            stride = found[-1][1] = step - last
        if not found or step != last + stride:
            found.append([step, 1])
            stride = 1
        found[-1].append(_number(record["loss"]))
        last = step
    return found


def _number(value: float, digits: int = 4) -> float | None:
    """Rounded; JSON has no word for what is not finite."""
    return round(value, digits) if math.isfinite(value) else None
