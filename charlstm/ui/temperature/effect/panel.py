"""The panel "What temperature does" of the Temperature tab, see
`charlstm.experiments.temperature_effect`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import user_error
from charlstm.experiments.temperature_effect import (
    TEMPERATURES,
    EffectResult,
    measuring,
)
from charlstm.text.corpus import at_hand
from charlstm.text.suffix_array import TrainingText
from charlstm.texts import text
from charlstm.ui.components.cache import Cache
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import SeedTyped, Typed
from charlstm.ui.components.events import IN_BROWSER, PROBING, handles, long_question, paced
from charlstm.ui.components.glossary import explained
from charlstm.ui.components.limits import MAX_SHOWN_DICE, check_seed_text, shown_dice
from charlstm.ui.components.visitor import asker
from charlstm.ui.components.waiting import place_in_line
from charlstm.ui.temperature.effect.data import Effect, progress_shown, result_shown

DICE = 7

_RESULTS = 64  # results that are kept, a few kilobytes each
_TEXTS = 2  # indexed training texts that are kept, some tens of megabytes each


@dataclass(frozen=True)
class EffectQuestion(SeedTyped):
    """What to measure: a checkpoint, from which seed text and with which dice."""

    dice: Typed


class Effects:
    """Measures checkpoints, and caches the results by weights, seed text, dice and corpus."""

    def __init__(self, checkpoints: Checkpoints) -> None:
        self._checkpoints = checkpoints
        self._results: Cache[EffectResult] = Cache(_RESULTS)
        self._texts: Cache[TrainingText] = Cache(_TEXTS)

    def shown(self, name: str, seed_text: str, dice: int) -> Iterator[Effect]:
        """Measure a checkpoint, or take the result from the cache.

        Args:
            name: the checkpoint's.

        Yields:
            Values of the component: the progress, several times a second, and at last the result.

        Raises:
            UserError: there is no such checkpoint, or it is damaged.
        """
        info = self._checkpoints.info(name)
        yield Effect("measuring", progress=text("temperature.effect.looking"))
        corpus = at_hand(info.corpus) if info.corpus else None
        key = (info.fingerprint, seed_text, dice, corpus.folder if corpus else None)
        result = self._results.get(key)
        if result is None:
            sampler = self._checkpoints.sampler(name).asked_by(asker())
            training = validation = None
            if corpus is not None:
                training = self._texts.get(corpus.folder)
                if training is None:
                    preparing = text("temperature.effect.indexing")
                    yield Effect("measuring", progress=preparing)
                    training = TrainingText.of(corpus)
                    self._texts.keep(corpus.folder, training)
                validation = corpus.vocab.decode(corpus.validation.tolist())
            measured = measuring(sampler, seed_text, TEMPERATURES, training, validation, dice)
            for progress in paced(measured):
                result = progress.result
                if result is None:
                    yield progress_shown(progress)
            assert result is not None
            self._results.keep(key, result)
        yield result_shown(result, self._checkpoints.called(name), info, corpus)


def build_effect_panel(
    checkpoints: Checkpoints, picker: gr.Dropdown, seed: gr.Textbox
) -> gr.Number:
    """Create the panel, a closed accordion, in the current Gradio context and wire its events.

    Returns:
        The control of the dice.
    """
    effects = Effects(checkpoints)
    with gr.Accordion(
        text("temperature.effect.title"), open=False, elem_classes="more", elem_id="effect"
    ):
        with gr.Row(elem_classes="bar"):
            measure = gr.Button(
                text("temperature.effect.measure"),
                size="md",
                scale=0,
                elem_id="measure",
                elem_classes="quiet",
            )
            stop = gr.Button(
                text("components.stop"),
                variant="stop",
                scale=0,
                visible=False,
                elem_id="stop-measuring",
            )
            dice = gr.Number(
                DICE,
                label=text("components.dice"),
                precision=0,
                minimum=0,
                maximum=MAX_SHOWN_DICE,
                scale=0,
                min_width=120,
                elem_id="effect-dice",
                elem_classes=explained("dice"),
            )
        panel = drawn(
            __file__,
            "panel",
            Effect("idle"),
            after=("components/waiting.js", "temperature/effect/chart.js"),
            server_functions=[place_in_line(PROBING["concurrency_id"])],
            elem_id="effect-shown",
        )

    @handles(EffectQuestion)
    def run(asked: EffectQuestion) -> Iterator[Effect]:
        check_seed_text(asked.seed)
        if asked.checkpoint is None:
            raise user_error("temperature.effect.no_checkpoint")
        yield from effects.shown(asked.checkpoint, asked.seed, shown_dice(asked.dice))

    measuring_event = long_question([measure.click], run, [picker, seed, dice], panel, stop)
    stop.click(cancels=measuring_event, **IN_BROWSER)
    return dice
