"""What a browser gets of a run: numbers, each one once. `loss_run.js` reads it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from charlstm.curves import MEAN_OF, running_means
from charlstm.errors import UserError
from charlstm.runs import Runs, RunStatus

THIN_ABOVE = 2_000
"""Training points in one answer; a longer stretch of history is thinned to about as many. The last
`MEAN_OF` of a thinned answer travel whole, for the browser to go on with the running mean."""
SERIES = ("learning_rate", "gradient_norm")
"""What travels beside the loss when it is asked for."""


def news_of_run(runs: Runs, asked: Any) -> dict[str, Any]:
    """What is new of a run.

    Args:
        asked: from a browser, which may send anything; [run name, byte offset, one of `SERIES` or
            None] is answered.

    Returns:
        what `answer` describes, or ``{"error": sentence}``.
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
        try:
            records, next_offset = runs.history(name, offset)
        except ValueError:  # the offset is not at the start of a line: the history was cut
            records, next_offset = runs.history(name, 0)
    except UserError as error:
        return {"error": str(error)}
    return answer(status, records, offset, next_offset, series)


def answer(
    status: RunStatus,
    records: Sequence[dict[str, Any]],
    offset: int,
    next_offset: int,
    series: str | None = None,
) -> dict[str, Any]:
    """What a browser that has read to `offset` gets: numbers, each one once.

    Returns:
        ``offset``: where to go on. ``status``: [state, step, total steps or None, seconds, seconds
        left or None, message]. ``steps``: stretches of training points, each
        [first step, stride, loss, loss, …] in nats per character, None for a loss that is not
        finite. For each of those points ``seconds`` of training, ``series`` where one was asked
        for, and ``means``, the running mean, where points were left out. ``characters`` read up to
        the last of them. ``validations``: [step, nats, characters scored, seconds] each.
        ``samples``: [step, text] of what the run wrote. ``floor``, at offset 0: nats per character
        or None.
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
    if offset == 0:
        found["floor"] = status.floor
    if steps:
        head = steps[:-MEAN_OF] if len(steps) > THIN_ABOVE else []
        stride = max(1, math.ceil(len(head) / (THIN_ABOVE - MEAN_OF)))
        kept = [*range(0, len(head), stride), *range(len(head), len(steps))]
        sent = [steps[i] for i in kept]
        found["steps"] = _stretches(sent)
        found["seconds"] = [round(record["seconds"], 2) for record in sent]
        found["characters"] = steps[-1]["characters"]
        if series is not None:
            found["series"] = [_number(float(f"{record[series]:.3g}"), 9) for record in sent]
        if stride > 1:
            found["means"] = [_number(mean) for mean in running_means(steps, kept)]
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
