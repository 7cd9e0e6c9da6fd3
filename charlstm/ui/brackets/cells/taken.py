"""What the model writes on, its units watched along it, and what it writes with units held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import BoundedSemaphore

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.cells.watch import compared, watched
from charlstm.experiments.cells.writing import Continued, Taken, writing_on
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.cells.hold import Holding, HoldQuestion
from charlstm.ui.brackets.inputs import given, temperatures_of
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Switch, Typed
from charlstm.ui.components.events import BLOCK, handles, paced

LENGTH = 120
"""Characters that the model writes on."""


@dataclass(frozen=True)
class WritingPressed(HoldQuestion):
    """What a button of `cells.js` asks for.

    Attributes:
        gates: whether to compute the gates too.
        taken: which values are held in which text.
    """

    gates: Switch
    taken: Taken


@dataclass(frozen=True)
class WritingAsked:
    """The controls that the button is pressed with."""

    temperature: Typed
    dice: Typed
    event: WritingPressed


@dataclass(frozen=True)
class HeldChances:
    """The chance of the closing bracket at the end of the text that is continued, at T = 1.

    Attributes:
        before, after: without the hold and with it.
        random: with a random set of units held in the same way; None if none is known.
    """

    before: float
    after: float
    random: float | None


@dataclass(frozen=True)
class HeldWriting:
    """What `taken.js` draws.

    Attributes:
        phase: "idle", "waiting", "writing", "written" or "stopped".
        checkpoint: that writes.
        text: the seed text.
        bracket: index of its innermost open bracket, or None.
        closing: the bracket that would close it.
        instead: the character that stands for it in the control text.
        units: that are watched, or held.
        taken: which values are held in which text.
        length: characters to write.
        chances: only with a hold.
        continued: the texts that are written on.
    """

    phase: str
    checkpoint: str = ""
    text: str = ""
    bracket: int | None = None
    closing: str = ""
    instead: str = ""
    units: Sequence[str] = ()
    taken: Taken = "none"
    length: int = LENGTH
    temperature: float = 1.0
    dice: int = 0
    chances: HeldChances | None = None
    continued: Sequence[Continued] = ()


def build_taken() -> gr.HTML:
    """Create the component; its button triggers ``submit``, which `cells.rates` handles."""
    return drawn(
        __file__,
        "taken",
        HeldWriting("idle"),
        after=(
            "components/waiting.js",
            "brackets/marks.js",
            "brackets/cells/control.js",
            "brackets/cells/lanes.js",
        ),
    )


def taking(
    checkpoints: Checkpoints, kept: KeptAnswers, turns: BoundedSemaphore
) -> Callable[..., Iterator[HeldWriting]]:
    """The handler of the event ``submit`` of `cells.js`.

    Args:
        turns: of those who read a text's units.
    """

    @handles(WritingAsked)
    def write_on(asked: WritingAsked) -> Iterator[HeldWriting]:
        pressed, dice = asked.event, given(asked.dice, "dice")
        (temperature,) = temperatures_of([asked.temperature])
        holding = Holding.of(checkpoints, kept, pressed, urgent=True)
        sampler, text, units = holding.sampler, holding.text, holding.units
        bracket, _, closing = compared(sampler, text, holding.control, units)
        written = writing_on(
            sampler, text, units, pressed.taken, before=holding.before, control=holding.control,
            gates=pressed.gates, temperature=temperature, length=LENGTH, dice=dice, every=BLOCK,
        )  # fmt: skip
        with turns:
            first = next(written)
            chances = None if pressed.taken == "none" else _chances(holding, pressed.taken)
        shown = HeldWriting(
            phase="writing",
            checkpoint=pressed.checkpoint,
            text=text,
            bracket=bracket,
            closing=closing,
            instead=holding.control,
            units=[str(unit) for unit in units],
            taken=pressed.taken,
            temperature=temperature,
            dice=dice,
            chances=chances,
            continued=first,
        )
        yield shown
        for continued in paced(written):
            whole = all(len(one.written) == LENGTH for one in continued)
            yield replace(shown, phase="written" if whole else "writing", continued=continued)

    return write_on


def _chances(holding: Holding, taken: Taken) -> HeldChances:
    found = watched(
        holding.sampler, holding.text, [], before=holding.before, control=holding.control,
        held=holding.units, others=holding.others,
    ).chances  # fmt: skip
    rows = (
        (found.own, found.held, found.others)
        if taken == "comma"
        else (found.control, found.forced, found.others_forced)
    )
    before, after, random = (row[-1] if row else None for row in rows)
    assert before is not None
    assert after is not None
    return HeldChances(before, after, random)
