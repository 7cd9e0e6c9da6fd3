"""The inputs for a text that is not in the list: an own one, pasted or uploaded, or a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from charlstm.errors import UserError
from charlstm.runs.catalog import RunCatalog
from charlstm.runs.manager import Runs
from charlstm.text.hub_dataset import HubText
from charlstm.text.spec import CorpusSpec
from charlstm.texts import text
from charlstm.training.config import TrainConfig, preset_config
from charlstm.ui.components.events import IN_BROWSER, QUIET, handles
from charlstm.ui.components.notes import notes_view
from charlstm.ui.components.settings import Setting
from charlstm.ui.train.own_text import (
    check_can_be_kept,
    is_uploaded,
    megabytes,
    remarks,
    stored,
    typed_facts,
    uploaded_facts,
)
from charlstm.ui.train.questions import Begun, CorpusPicked, FileSent, OwnTyped, ToldOf
from charlstm.ui.train.words import (
    HUB,
    OWN_TEXT,
    characters_counted,
    pace_of,
    typed_settings,
)

_TITLED = f"""(corpus, held) => {{
  const title = corpus === "{OWN_TEXT}" && held ? JSON.parse(held).title : "";
  return {{ __type__: "update", placeholder: title || phrase("train.optional") }};
}}"""


@dataclass(frozen=True)
class TextInputs:
    """The inputs, in two columns of which one or none is visible.

    Attributes:
        own, pasted, upload, facts, shared: of an own text: its column, the box, the button, the
            remarks on it, and whether others may use its model.
        held: its facts, as JSON. No `gr.State`: a page with one holds a connection open, and a
            browser opens six to a server, so that its seventh tab would stay blank.
        hub, dataset, column, subset: of a dataset on the Hub.
    """

    own: gr.Column
    pasted: gr.Textbox
    upload: gr.UploadButton
    facts: gr.HTML
    shared: gr.Checkbox
    held: gr.Textbox
    hub: gr.Column
    dataset: gr.Textbox
    column: gr.Textbox
    subset: gr.Textbox


def build_text_inputs(most: int) -> TextInputs:
    """Create the inputs in the current Gradio context.

    Args:
        most: bytes of an own text, and characters of a dataset, that are read.
    """
    with gr.Column(visible=False, elem_classes="train-own") as own:
        pasted = gr.Textbox(
            "",
            label=text("train.own.text"),
            placeholder=text("train.own.placeholder"),
            lines=6,
            max_lines=6,
        )
        with gr.Row(elem_classes="bar"):
            upload = gr.UploadButton(
                text("train.own.upload", most=megabytes(most)),
                file_types=[".txt"],
                type="filepath",
                size="md",
                scale=0,
                elem_classes="quiet",
            )
        facts = notes_view([], elem_id="own-text-facts")
        shared = gr.Checkbox(
            False,
            label=text("train.own.shared"),
            info=text("train.own.shared_info"),
            container=False,
            elem_id="shared",
        )
        held = gr.Textbox("", label=text("train.corpora.own"), visible="hidden")
    with gr.Column(visible=False, elem_classes="train-own") as hub:
        with gr.Row(elem_classes="train-fields"):
            dataset = gr.Textbox(
                "", label=text("train.hub.dataset"), placeholder=text("train.hub.owner")
            )
            column = gr.Textbox("text", label=text("train.hub.column"))
            subset = gr.Textbox(
                "", label=text("train.hub.configuration"), placeholder=text("train.hub.several")
            )
        notes_view(
            [text("train.hub.facts", characters=characters_counted(most))],
            elem_id="hub-facts",
        )
    return TextInputs(own, pasted, upload, facts, shared, held, hub, dataset, column, subset)


def chosen_text(asked: Begun, token: str, most: int, config: TrainConfig) -> tuple[CorpusSpec, str]:
    """Check and store the text that Start was pressed with.

    Args:
        token: the browser's.
        most: bytes of an own text.
        config: the settings of the run.

    Returns:
        the text, and the title of its run: the one that was typed, else that of the file.

    Raises:
        UserError: the text can't be used.
    """
    if asked.corpus == OWN_TEXT:
        check_can_be_kept(token, shared=asked.shared)
        held = asked.own or None
        file = held.title if held and is_uploaded(held, asked.pasted) else ""
        return stored(asked.pasted, held, most, config), asked.title.strip() or file
    if asked.corpus == HUB:
        hub = HubText(asked.dataset.strip(), asked.column.strip(), asked.subset.strip())
        return CorpusSpec.parse(hub.spec), asked.title
    return CorpusSpec.parse(asked.corpus), asked.title


def wire_text_inputs(
    inputs: TextInputs,
    corpus: gr.Dropdown,
    title: gr.Textbox,
    settings: Sequence[Setting],
    runs: Runs,
    watchable: RunCatalog,
) -> None:
    """Wire the events of the inputs.

    Args:
        corpus: the list of texts, which shows and hides the inputs.
        title: the field for the run's name, whose placeholder is what an uploaded text is called.
        settings: the components of `OwnSettings`.
        runs: says what settings are allowed.
        watchable: the runs that say how fast this machine is.
    """

    @handles(CorpusPicked)
    def unfold(asked: CorpusPicked) -> list[gr.Column]:
        return [gr.Column(visible=asked.corpus == kind) for kind in (OWN_TEXT, HUB)]

    @handles(FileSent)
    def take_file(asked: FileSent) -> tuple[str, str]:
        return uploaded_facts(asked.file, runs.limits.text), ""

    @handles(OwnTyped)
    def take_typed(asked: OwnTyped) -> str:
        """Replace an uploaded file by a typed text; an upload itself empties the text box."""
        if asked.own and is_uploaded(asked.own, asked.pasted):
            return asked.own.json()
        return typed_facts(asked.pasted)

    @handles(ToldOf)
    def told_of(asked: ToldOf) -> list[str]:
        """Remarks on the own text; invalid settings are reported only by Start."""
        if asked.own == "":
            return []
        try:
            changes = typed_settings(asked.seconds, asked.steps, asked.hidden)
            config = runs.config(asked.preset, **changes)
        except UserError:
            config = preset_config(asked.preset)
        return remarks(asked.own, config, pace_of(watchable, asked.preset, config))

    # Events that may raise a UserError are queued: Gradio shows no error of an unqueued one.
    queued: dict[str, Any] = {**QUIET, "concurrency_limit": None}
    corpus.change(unfold, corpus, [inputs.own, inputs.hub], queue=False, **QUIET)
    gr.on(
        [corpus.change, inputs.held.change],
        inputs=[corpus, inputs.held],
        outputs=title,
        js=_TITLED,
        **IN_BROWSER,
    )
    # A file that is refused, in the browser or here, does not leave the one before it in place.
    no_file = "(pasted, _own) => [pasted, '']"
    typed = [inputs.pasted, inputs.held]
    inputs.upload.click(take_typed, typed, inputs.held, js=no_file, **queued)
    inputs.upload.upload(take_file, inputs.upload, [inputs.held, inputs.pasted], **queued)
    inputs.pasted.change(  # Gradio's `input` event misses pasted text
        take_typed, typed, inputs.held, trigger_mode="always_last", **queued
    )
    # One event writes the remarks, so that none on older settings can arrive after a newer one.
    gr.on(
        [component.change for component in (inputs.held, *settings)],
        told_of,
        [*settings, inputs.held],
        inputs.facts,
        trigger_mode="always_last",
        **queued,
    )
