"""How often the bracket is closed with units held and without: many samples on the same dice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.cells.text_rates import HeldRates, text_rates
from charlstm.ui.brackets.answer_cache import KeptAnswers
from charlstm.ui.brackets.cells.hold import Holding, HoldQuestion
from charlstm.ui.brackets.inputs import given, temperatures_of
from charlstm.ui.brackets.probe.data import seconds_left
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Switch, Text, Typed
from charlstm.ui.components.events import PROBING, handles, paced
from charlstm.ui.components.waiting import place_in_line

SAMPLES = 100
"""Samples of each kind: the label of the button in `taken.js` says so too."""


@dataclass(frozen=True)
class CountPressed(HoldQuestion):
    """What the button of `taken.js` asks for.

    Attributes:
        closing: the bracket whose closings are counted, for the answer's words.
        instead: the character that stands for the open bracket in the control text.
    """

    closing: Text
    instead: Text


@dataclass(frozen=True)
class CountAsked:
    """The controls that the button is pressed with."""

    temperature: Typed
    horizon: Typed
    dice: Typed
    across_lines: Switch
    event: CountPressed


@dataclass(frozen=True)
class HeldCounts:
    """What `rates.js` draws.

    Attributes:
        phase: "idle", "waiting", "asking", "done" or "stopped".
        units: that are held, with commas between.
        closing, instead: as in `CountPressed`.
        seconds_left: while it asks.
        rates: None before the first samples.
    """

    phase: str
    units: str = ""
    closing: str = ""
    instead: str = ""
    temperature: float = 1.0
    horizon: int = 0
    dice: int = 0
    across_lines: bool = False
    seconds_left: int | None = None
    rates: HeldRates | None = None


def build_rates() -> gr.HTML:
    """Create the component. Its button triggers ``stop``."""
    return drawn(
        __file__,
        "rates",
        HeldCounts("idle"),
        after=("components/waiting.js", "brackets/cells/control.js", "brackets/probe/chart.js"),
        server_functions=[place_in_line(PROBING["concurrency_id"])],
    )


def counting(checkpoints: Checkpoints, kept: KeptAnswers) -> Callable[..., Iterator[HeldCounts]]:
    """The handler of the event ``submit`` of `taken.js`."""

    @handles(CountAsked)
    def count_held(asked: CountAsked) -> Iterator[HeldCounts]:
        pressed = asked.event
        horizon, dice = given(asked.horizon, "horizon"), given(asked.dice, "dice")
        (temperature,) = temperatures_of([asked.temperature])
        holding = Holding.of(checkpoints, kept, pressed, urgent=False)
        asking = HeldCounts(
            phase="asking",
            units=", ".join(map(str, holding.units)),
            closing=pressed.closing,
            instead=pressed.instead,
            temperature=temperature,
            horizon=horizon,
            dice=dice,
            across_lines=asked.across_lines,
        )
        started = time.monotonic()
        reports = text_rates(
            holding.sampler, holding.text, holding.units, holding.others, before=holding.before,
            control=holding.control, samples=SAMPLES, temperature=temperature, horizon=horizon,
            dice=dice, across_lines=asked.across_lines,
        )  # fmt: skip
        for rates in paced(reports):
            left = seconds_left(time.monotonic() - started, rates.characters / horizon)
            phase = "done" if rates.done else "asking"
            yield replace(asking, phase=phase, rates=rates, seconds_left=left)

    return count_held
