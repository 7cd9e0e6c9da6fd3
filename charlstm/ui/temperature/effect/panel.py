"""What temperature does: a panel of the Temperature tab, see
`charlstm.experiments.temperature_effect`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.experiments.temperature_effect import (
    LENGTH,
    STREAMS,
    TEMPERATURES,
    EffectResult,
    measuring,
)
from charlstm.text.corpus import at_hand
from charlstm.text.suffix_array import TrainingText
from charlstm.ui.components.cache import Latest
from charlstm.ui.components.component import asset
from charlstm.ui.components.events import sentences
from charlstm.ui.components.limits import MAX_SHOWN_DICE, SAMPLING, check_seed_text
from charlstm.ui.temperature.effect.data import progress_shown, result_shown

DICE = 7

_FRAME = 0.1  # seconds between two updates
_RESULTS = 64  # that are kept: each a few kilobytes
_TEXTS = 2  # that are kept: some tens of megabytes each

# In the browser: from the click on it waits and Stop is there. An answer is left as it is, a
# question that was interrupted says so, and one that was never answered gives way to what stood
# there before.
_ASKED = """(value) => [
    { ...value, phase: "waiting", before: value.phase === "waiting" ? value.before : value.phase },
    { __type__: "update", visible: true },
]"""
_ENDED = """(value) => {
    const left = { waiting: value.before, measuring: "stopped" };
    return [
        { ...value, phase: left[value.phase] ?? value.phase },
        { __type__: "update", visible: false },
    ];
}"""


class Effects:
    """Measures, and remembers what was measured: per weights, seed text and dice."""

    def __init__(self, checkpoints: Checkpoints) -> None:
        self._checkpoints = checkpoints
        self._results: Latest[EffectResult] = Latest(_RESULTS)
        self._texts: Latest[TrainingText] = Latest(_TEXTS)

    def shown(self, name: str, seed_text: str, dice: int) -> Iterator[dict[str, Any]]:
        """What `panel.js` draws, again and again, at last the result.

        Raises:
            UserError: there is no such checkpoint, or it is damaged.
        """
        info = self._checkpoints.info(name)
        yield {"phase": "measuring", "progress": "Looking for the training text."}
        corpus = at_hand(info.corpus) if info.corpus else None
        key = (info.fingerprint, seed_text, dice, corpus.folder if corpus else None)
        result = self._results.get(key)
        if result is None:
            sampler = self._checkpoints.sampler(name)
            training = validation = None
            if corpus is not None:
                training = self._texts.get(corpus.folder)
                if training is None:
                    preparing = "Putting the training text in order: the first time, some seconds."
                    yield {"phase": "measuring", "progress": preparing}
                    training = TrainingText.of(corpus)
                    self._texts.keep(corpus.folder, training)
                validation = corpus.vocab.decode(corpus.validation.tolist())
            shown = 0.0
            for progress in measuring(sampler, seed_text, TEMPERATURES, training, validation, dice):
                result = progress.result
                if result is None and time.monotonic() - shown >= _FRAME:
                    yield progress_shown(progress)
                    shown = time.monotonic()
            assert result is not None
            self._results.keep(key, result)
        yield result_shown(result, name, info.corpus, corpus)


def build_effect_panel(checkpoints: Checkpoints, picker: gr.Dropdown, seed: gr.Textbox) -> None:
    """Create the panel, folded, in the current context and wire its events."""
    effects = Effects(checkpoints)
    with gr.Accordion("What temperature does", open=False, elem_classes="more", elem_id="effect"):
        with gr.Row(elem_classes="bar"):
            measure = gr.Button(
                "Measure", size="md", scale=0, elem_id="measure", elem_classes="quiet"
            )
            stop = gr.Button(
                "Stop", variant="stop", scale=0, visible=False, elem_id="stop-measuring"
            )
            dice = gr.Number(
                DICE,
                label="Dice",
                precision=0,
                minimum=0,
                maximum=MAX_SHOWN_DICE,
                scale=0,
                min_width=120,
                elem_id="effect-dice",
            )
        shown = gr.HTML(
            {"phase": "idle", "texts": STREAMS, "length": LENGTH, "temperatures": TEMPERATURES},
            html_template=asset(__file__, "panel.html"),
            js_on_load="\n".join(
                [
                    asset(__file__, "../../components/parts.js"),
                    asset(__file__, "panel.js"),
                    "mountEffect(element, props, watch);",
                ]
            ),
            apply_default_css=False,
            elem_id="effect-shown",
        )

    @sentences
    def run(name: str | None, seed_text: str, dice: Any) -> Iterator[dict[str, Any]]:
        check_seed_text(seed_text)
        if name is None:
            raise UserError("There is no checkpoint to measure.", "Train one in the Train tab.")
        if type(dice) is not int or not 0 <= dice <= MAX_SHOWN_DICE:
            raise UserError(
                "The dice are no whole number that this page takes.",
                f"Type one from 0 to {MAX_SHOWN_DICE:,}.",
            )
        yield from effects.shown(name, seed_text, dice)

    in_browser: dict[str, Any] = {"fn": None, "api_visibility": "private"}
    measure.click(inputs=shown, outputs=[shown, stop], js=_ASKED, **in_browser)
    measuring_event = measure.click(
        run,
        inputs=[picker, seed, dice],
        outputs=shown,
        trigger_mode="always_last",
        show_progress="hidden",
        api_visibility="private",
        **SAMPLING,
    )
    # After an answer Gradio sends the one, after an error the other, after Stop both.
    for ended in (measuring_event.then, measuring_event.failure):
        ended(inputs=shown, outputs=[shown, stop], js=_ENDED, **in_browser)
    stop.click(cancels=measuring_event, **in_browser)
