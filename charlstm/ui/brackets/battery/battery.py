"""The Brackets tab's second experiment: many seed texts, so that the answer is about the model."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.experiments.battery import SAMPLES, SEEDS, battery, probing_battery
from charlstm.text.corpus import at_hand
from charlstm.ui.brackets.answer_cache import KeptAnswers, battery_functions
from charlstm.ui.brackets.battery.data import Battery, battery_shown
from charlstm.ui.brackets.inputs import TEMPERATURE_NAME, TEMPERATURES, given, model_of
from charlstm.ui.components.component import drawn
from charlstm.ui.components.events import paced

LABEL = f"Ask {SEEDS} other texts at T {TEMPERATURES[1]}"
LABEL_AT = f"(t) => `Ask {SEEDS} other texts at T ${{{TEMPERATURE_NAME}(t)}}`"
"""The label of the button: at first, and as a JavaScript function of the temperature."""


def build_battery(kept: KeptAnswers) -> gr.HTML:
    """The component that draws the answer."""
    return drawn(
        __file__,
        "battery",
        Battery("idle"),
        after=("brackets/files.js",),
        server_functions=battery_functions(kept),
    )


def asking_battery(checkpoints: Checkpoints, kept: KeptAnswers) -> Callable[..., Iterator[Battery]]:
    """The event handler of the button."""

    def run(
        name: str | None, horizon: int | None, dice: int | None, temperature: float
    ) -> Iterator[Battery]:
        sampler = model_of(checkpoints, name)
        horizon, dice = given(horizon, "horizon"), given(dice, "dice")
        info = checkpoints.info(str(name))
        seeds = battery(at_hand(info.corpus) if info.corpus else None)
        started = time.monotonic()
        reports = probing_battery(sampler, seeds, temperature, SAMPLES, horizon, dice)
        for progress in paced(reports):
            result = progress.result
            key = None if result is None else kept.keep_battery(info.name, info.fingerprint, result)
            seconds = time.monotonic() - started
            yield battery_shown(progress, seeds.source, temperature, len(seeds.seeds), seconds, key)

    return run
