"""One sample that a link names, drawn again from its dice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from charlstm.brackets import Target
from charlstm.checkpoint import Checkpoints
from charlstm.dice import MAX_DICE
from charlstm.errors import UserError
from charlstm.probe import MAX_HORIZON, MAX_SAMPLES
from charlstm.sampler import MAX_TEMPERATURE
from charlstm.ui.bracket_continued import continued
from charlstm.ui.bracket_inputs import model_of
from charlstm.ui.limits import check_seed_text
from charlstm.ui.served import served


def sample_function(checkpoints: Checkpoints) -> Callable[[Any], dict[str, Any]]:
    """The server function of `bracket_sample.js`, which says what it takes and answers."""

    @served
    def sample(asked: Any) -> dict[str, Any]:
        match asked:
            case [
                str(name),
                str(seed_text),
                int() | float() as temperature,
                int(number),
                int(horizon),
                int(dice),
            ] if (
                0 <= temperature <= MAX_TEMPERATURE
                and 1 <= number <= MAX_SAMPLES
                and 1 <= horizon <= MAX_HORIZON
                and 0 <= dice <= MAX_DICE
            ):
                pass
            case _:
                raise UserError(
                    "The link does not say which sample it is of.", "Copy it again, whole."
                )
        check_seed_text(seed_text)
        target = Target(seed_text)
        sampler = model_of(checkpoints, name)
        *_, (texts, fates) = continued(
            sampler, seed_text, target, [float(temperature)], horizon, dice, number
        )
        return {
            "seed": seed_text,
            "watched": target.position,
            "text": texts[0],
            "fate": fates[0],
        }

    return sample
