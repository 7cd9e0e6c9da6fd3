"""What a browser gets of a run: numbers, each one once. `loss_board.js` reads it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from charlstm.errors import UserError
from charlstm.runs import Runs, RunStatus

THIN_ABOVE = 2_000
"""Training points in one answer; a longer stretch of history is thinned to about as many."""
MEAN_OF = 50
"""Steps in the running mean; as many at the end of a thinned answer travel whole, for the browser
to go on from."""
PACE_SECONDS = 10
"""Over which the speed is told."""


def news_of_run(runs: Runs, asked: Any) -> dict[str, Any]:
    """What is new of a run.

    Args:
        asked: from a browser, which may send anything; [run name, byte offset] is answered.

    Returns:
        what `answer` describes, or ``{"error": sentence}``.
    """
    try:
        match asked:
            case [str(name), int(offset)] if 0 <= offset < 2**53:
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
    return answer(status, records, offset, next_offset)


def answer(
    status: RunStatus, records: Sequence[dict[str, Any]], offset: int, next_offset: int
) -> dict[str, Any]:
    """What a browser that has read to `offset` gets: numbers, each one once.

    Returns:
        ``offset``: where to go on. ``status``: [state, step, total steps or None, seconds, seconds
        left or None, message]. ``steps``: stretches of training points, each
        [first step, stride, loss, loss, …] in nats per character, None for a loss that is not
        finite. ``means``: the running mean at each training point, where those are thinned.
        ``validations``: [step, nats, sample, characters scored] each. ``pace``: [characters,
        seconds] at two of the last steps. ``floor``, at offset 0: nats per character or None.
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
        found["steps"] = _stretches([steps[i] for i in kept])
        if stride > 1:
            found["means"] = [_number(mean) for mean in _running_means(steps, kept)]
        late = [s for s in steps[:-1] if s["seconds"] >= steps[-1]["seconds"] - PACE_SECONDS]
        found["pace"] = [
            [s["characters"], round(s["seconds"], 2)]
            for s in (*(late[:1] or steps[-2:-1]), steps[-1])
        ]
    if validations:
        found["validations"] = [
            [v["step"], _number(v["nats"]), v["sample"], v["characters_scored"]]
            for v in validations
        ]
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


def mean_window(step: int) -> int:
    """Steps in the running mean at a step: near the start only the last fifth, for the line to
    follow the fall. `loss_plot.js` has the same rule."""
    return min(MEAN_OF, math.ceil(step / 5))


def _running_means(steps: Sequence[dict[str, Any]], places: Sequence[int]) -> list[float]:
    losses = [record["loss"] for record in steps]
    windows = (losses[max(0, i + 1 - mean_window(steps[i]["step"])) : i + 1] for i in places)
    return [math.fsum(window) / len(window) for window in windows]


def _number(value: float) -> float | None:
    """To four decimals; JSON has no word for what is not finite."""
    return round(value, 4) if math.isfinite(value) else None
