"""Which one is human? A panel of the Temperature tab, see `charlstm.experiments.blind_test`.

Which text is which stays in the server's memory until the browser has picked.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.errors import UserError
from charlstm.experiments.blind_test import TEMPERATURES, Ballot, Model, drawing
from charlstm.runs.owners import OWNER, check_token, owns
from charlstm.text.corpus import at_hand
from charlstm.ui.components.component import asset
from charlstm.ui.components.events import sentences
from charlstm.ui.components.limits import MAX_SHOWN_DICE, SAMPLING
from charlstm.ui.temperature.blind.data import answer_shown, round_shown, tally_shown
from charlstm.ui.temperature.effect.data import corpus_sentence

# In the browser: from the click on it waits; what is not answered gives way to what stood before.
_ASKED = """(value) => ({
    ...value, phase: "waiting", before: value.phase === "waiting" ? value.before : value.phase,
})"""
_FAILED = '(value) => ({ ...value, phase: value.phase === "waiting" ? value.before : value.phase })'


def build_blind_panel(checkpoints: Checkpoints, picker: gr.Dropdown) -> None:
    """Create the panel, folded, in the current context and wire its events."""
    ballot = Ballot()
    with gr.Accordion("Which one is human?", open=False, elem_classes="more", elem_id="blind"):
        with gr.Row(elem_classes="bar"):
            draw = gr.Button(
                "Draw a round", size="md", scale=0, elem_id="draw-round", elem_classes="quiet"
            )
            show = gr.Button(
                "Show the tally", size="md", scale=0, elem_id="show-tally", elem_classes="quiet"
            )
        idle = {"phase": "idle", "temperatures": TEMPERATURES}
        shown = _drawn("mountRound", idle, "round", "trigger")
        tally = _drawn("mountTally", {"phase": "idle"}, "tally")
    owner = gr.Textbox(visible=False)  # the browser fills its token in at each event

    @sentences
    def new(name: str | None, token: str) -> Iterator[Any]:
        yield from rounds(checkpoints, ballot, name, check_token(token))

    @sentences
    def pick(_name: str | None, token: str, event: gr.EventData) -> tuple[Any, Any]:
        match event._data:
            case {"round": asked, "place": place}:
                model, drawn = ballot.pick(asked, place, token)
                return answer_shown(drawn, asked, place), counted(model, token)
        raise UserError("The page asked in an unknown way.", "Reload the page.")

    @sentences
    def count(name: str | None, token: str) -> dict[str, Any]:
        info = checkpoints.info(name or "")
        return counted((info.name, info.fingerprint), check_token(token))

    def counted(model: Model, token: str) -> dict[str, Any]:
        return tally_shown(ballot.tally(model), ballot.tally(model, token), model[0])

    in_browser: dict[str, Any] = {"fn": None, "api_visibility": "private"}
    known: dict[str, Any] = {
        "inputs": [picker, owner],
        "js": asset(__file__, "../../components/owner.js"),
        "show_progress": "hidden",
        "api_visibility": "private",
    }
    draw.click(inputs=shown, outputs=shown, js=_ASKED, **in_browser)
    asking = draw.click(new, outputs=shown, trigger_mode="always_last", **known, **SAMPLING)
    asking.failure(inputs=shown, outputs=shown, js=_FAILED, **in_browser)
    shown.pick(pick, outputs=[shown, tally], queue=False, **known)
    show.click(count, outputs=tally, queue=False, **known)


def rounds(checkpoints: Checkpoints, ballot: Ballot, name: str | None, token: str) -> Iterator[Any]:
    """Draw a round and let it wait for its pick.

    Yields:
        `gr.skip()` while it is drawn, so that it ends when its page closes; then what is shown.

    Raises:
        UserError: there is no such checkpoint, its text is not at hand, or it is another's own.
    """
    if name is None:
        raise UserError("There is no checkpoint to write with.", "Train one in the Train tab.")
    info = checkpoints.info(name)
    yield gr.skip()
    corpus = at_hand(info.corpus) if info.corpus else None
    if info.corpus is None or corpus is None:
        raise UserError(
            f"A round needs a real passage. {corpus_sentence(info.corpus, None)}",
            "Choose a checkpoint whose text is here.",
        )
    folder = checkpoints.load(name).path
    own_text = not info.corpus.is_public
    if own_text and (folder / OWNER).is_file() and not owns(folder, token):
        raise UserError(
            "This checkpoint was trained on a text that another browser brought.",
            "Its passages are shown only there: choose another checkpoint.",
        )
    for drawn in drawing(checkpoints.sampler(name), corpus, secrets.randbelow(MAX_SHOWN_DICE + 1)):
        if drawn is None:
            yield gr.skip()
        else:
            waiting = ballot.put((name, info.fingerprint), drawn)
            yield round_shown(drawn, waiting, name, corpus.description)


def _drawn(mount: str, value: dict[str, Any], name: str, *more: str) -> gr.HTML:
    """A component that a script in the browser draws from JSON."""
    scripts = [asset(__file__, "../../components/parts.js"), asset(__file__, f"{name}.js")]
    call = f"{mount}({', '.join(['element', 'props', 'watch', *more])});"
    return gr.HTML(
        value,
        html_template=asset(__file__, f"{name}.html"),
        js_on_load="\n".join([*scripts, call]),
        apply_default_css=False,
        elem_id=f"blind-{name}",
    )
