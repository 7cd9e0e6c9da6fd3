"""One continuation at each temperature, up to the character that decides its fate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import gradio as gr
import numpy as np

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Target
from charlstm.ui.brackets.inputs import BracketQuestion, Numbers, Temperatures, checked
from charlstm.ui.brackets.watching import Watching
from charlstm.ui.components.component import drawn
from charlstm.ui.components.events import BLOCK, IN_BROWSER, handles, paced
from charlstm.ui.components.limits import MAX_SHOWN_DICE

HANDED = """(checkpoint, seed, horizon, dice, ...at) =>
    [checkpoint, seed, horizon, charlstmRoll.taken(dice), ...at]"""
"""The ``js`` of Continue: it replaces the dice by those just rolled, see ``brackets/roll.js``."""


@dataclass(frozen=True)
class ContinuedRow:
    """A continuation.

    Attributes:
        text: what the model wrote.
        fate: one of `FATES` in `charlstm.experiments.continuations`; None while undecided.
    """

    temperature: float
    text: str
    fate: str | None


@dataclass(frozen=True)
class Rows(Watching):
    """What `rows.js` draws; its phase may be "writing" or "written" too.

    Attributes:
        dice: of all rows.
        rows: one for each temperature.
    """

    dice: int | None = None
    rows: Sequence[ContinuedRow] = ()


@dataclass(frozen=True)
class ContinueQuestion(BracketQuestion):
    """The controls that Continue is pressed with."""

    rest: Temperatures


def continued(
    sampler: Sampler,
    seed_text: str,
    target: Target,
    temperatures: Sequence[float],
    horizon: int,
    dice: int,
    number: int = 1,
    *,
    across_lines: bool = False,
) -> Iterator[tuple[list[str], list[str | None]]]:
    """Write one continuation at each temperature, up to the character that decides its fate.

    Args:
        target: the watched bracket of the seed text.
        number: the sample's, from 1. Samples with lower numbers are not drawn and change nothing.
        across_lines: as in `ProbeQuestion`.

    Yields:
        The texts so far, without the seed text, and the fates (see `charlstm.experiments.probe`),
        None while undecided; the same two lists each time.
    """
    texts = [""] * len(temperatures)
    fates: list[str | None] = [None] * len(temperatures)
    watches = [target.again() for _ in temperatures]
    alive = np.zeros((len(temperatures), number), dtype=bool)
    alive[:, -1] = True
    for block in sampler.stream(
        seed_text, temperatures, horizon, dice, number, every=BLOCK, alive=alive
    ):
        for row in np.flatnonzero(alive[:, -1]):
            for character in sampler.vocab.decode(block[:, row, -1].tolist()):
                texts[row] += character
                if character == "\n" and not across_lines:
                    fates[row] = "line"
                elif watches[row].feed(character):
                    fates[row] = "closed"
                elif len(texts[row]) == horizon:
                    fates[row] = "horizon"
                if fates[row] is not None:
                    alive[row, -1] = False
                    break
        yield texts, fates
        if None not in fates:
            return


def rows_shown(
    seed_text: str,
    target: Target,
    dice: int,
    temperatures: Sequence[float],
    texts: Sequence[str],
    fates: Sequence[str | None],
) -> Rows:
    """The component's value; the arguments are those and the results of `continued`."""
    return Rows(
        phase="writing" if None in fates else "written",
        seed=seed_text,
        watched=target.position,
        dice=dice,
        rows=[ContinuedRow(*row) for row in zip(temperatures, texts, fates, strict=True)],
    )


def build_rows() -> gr.HTML:
    """The component that draws the continuations."""
    return drawn(
        __file__, "rows", Rows("idle"), after=("components/waiting.js", "brackets/marks.js")
    )


def continuing(checkpoints: Checkpoints) -> Callable[..., Iterator[Rows]]:
    """The event handler of Continue; its inputs are those of `HANDED`, where ``at`` is all
    temperatures."""

    @handles(ContinueQuestion)
    def run(asked: ContinueQuestion) -> Iterator[Rows]:
        sampler, question = checked(checkpoints, asked, asked.rest, urgent=True)
        seed_text, at = question.seed_text, question.temperatures
        target, horizon, dice = question.target(), question.horizon, question.dice
        across = question.across_lines
        written = continued(sampler, seed_text, target, at, horizon, dice, across_lines=across)
        for texts, fates in paced(written):
            yield rows_shown(seed_text, target, dice, at, texts, fates)

    return run


def wire_roll(numbers: Numbers) -> None:
    """Let the button Roll set new dice and continue with them."""
    js = f"() => charlstmRoll.roll({MAX_SHOWN_DICE + 1})"
    numbers.roll.click(outputs=numbers.dice, js=js, **IN_BROWSER)
