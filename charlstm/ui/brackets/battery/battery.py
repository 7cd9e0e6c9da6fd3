"""The Brackets tab's second experiment: many seed texts, so that the answer is about the model."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.battery import SAMPLES, SEEDS, battery, probing_battery
from charlstm.text.corpus import at_hand
from charlstm.ui.brackets.answer_cache import KeptAnswers, battery_functions
from charlstm.ui.brackets.battery.data import Battery, battery_shown
from charlstm.ui.brackets.inputs import (
    TEMPERATURE_NAME,
    given,
    model_of,
    temperatures_of,
)
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Picked, Switch, Typed
from charlstm.ui.components.events import PROBING, handles, paced
from charlstm.ui.components.waiting import place_in_line

LABEL_AT = f"(t) => phrase('brackets.test_others', {{ n: {SEEDS}, at: {TEMPERATURE_NAME}(t) }})"
"""The label of the button as a JavaScript function of the temperature."""


@dataclass(frozen=True)
class BatteryQuestion(Picked):
    """The controls that a battery is asked with."""

    horizon: Typed
    dice: Typed
    across_lines: Switch
    temperature: Typed


def build_battery(kept: KeptAnswers) -> gr.HTML:
    """The component that draws the answer."""
    return drawn(
        __file__,
        "battery",
        Battery("idle"),
        after=("components/waiting.js", "brackets/files.js"),
        server_functions=[*battery_functions(kept), place_in_line(PROBING["concurrency_id"])],
    )


def asking_battery(checkpoints: Checkpoints, kept: KeptAnswers) -> Callable[..., Iterator[Battery]]:
    """The event handler of the button."""

    @handles(BatteryQuestion)
    def run(asked: BatteryQuestion) -> Iterator[Battery]:
        sampler = model_of(checkpoints, asked.checkpoint)
        horizon, dice = given(asked.horizon, "horizon"), given(asked.dice, "dice")
        [temperature] = temperatures_of([asked.temperature])
        info = checkpoints.info(str(asked.checkpoint))
        seeds = battery(at_hand(info.corpus) if info.corpus else None, info.no_text)
        started = time.monotonic()
        reports = probing_battery(
            sampler, seeds, temperature, SAMPLES, horizon, dice, asked.across_lines
        )
        for progress in paced(reports):
            result = progress.result
            key = None if result is None else kept.keep_battery(info, result)
            seconds = time.monotonic() - started
            yield battery_shown(progress, seeds.source, temperature, len(seeds.seeds), seconds, key)

    return run
