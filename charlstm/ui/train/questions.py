"""What the events of the Train tab take: the values of their inputs, in order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from gradio.utils import get_upload_folder
from pydantic import AfterValidator, Json, PlainValidator

from charlstm.training.config import PRESETS
from charlstm.ui.components.contract import Chosen, Switch, Text, Whole
from charlstm.ui.train.own_text import TextFacts
from charlstm.ui.train.words import CORPORA


def _one_of(names: object) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:  # type: ignore[operator]
            raise ValueError("none of the list")
        return name

    return AfterValidator(check)


def _uploaded(sent: Any) -> Path:
    """The path of a file, from what the upload button sends of it."""
    if not isinstance(sent, dict) or not isinstance(sent.get("path"), str):
        raise ValueError("no file")
    try:
        path = Path(sent["path"]).resolve()
        if path.is_relative_to(Path(get_upload_folder()).resolve()) and path.is_file():
            return path
    except OSError as error:
        raise ValueError("no file") from error
    raise ValueError("no uploaded file")


Corpus = Annotated[Text, _one_of(CORPORA)]
Preset = Annotated[Text, _one_of(PRESETS)]
Held = Json[TextFacts] | Literal[""]
"""The facts of the own text, as `TextFacts.json` writes them; "" if there is none."""
UploadedPath = Annotated[Path, PlainValidator(_uploaded)]
"""A file that a browser has uploaded."""


@dataclass(frozen=True)
class RunPicked:
    """The run in the list of runs.

    Attributes:
        order: the question's number (``train/order.js``).
        owner: the browser's token.
    """

    run: Chosen
    order: Whole
    owner: Text


@dataclass(frozen=True)
class Named:
    """The name of a run; None for none."""

    run: Chosen


@dataclass(frozen=True)
class RunAsked(RunPicked):
    """The run that a page opens with, that was picked, or whose state has changed."""

    event: Named


@dataclass(frozen=True)
class Used:
    """The run whose model is to be used."""

    event: Named


@dataclass(frozen=True)
class CorpusPicked:
    """The chosen kind of text."""

    corpus: Corpus


@dataclass(frozen=True)
class PresetPicked:
    """The chosen settings."""

    preset: Preset


@dataclass(frozen=True)
class OwnSettings(PresetPicked):
    """The chosen settings, and the boxes for one's own, which may be empty."""

    seconds: Text
    steps: Text
    hidden: Text


@dataclass(frozen=True)
class Begun(OwnSettings):
    """The controls that Start is pressed with.

    Attributes:
        dataset, column, subset: of a text on the Hub.
        pasted: the text in the box.
        own: the uploaded text, if one was uploaded.
        shared: whether others may use the model of an own text.
        title: what to call the run; "" for nothing, or for an uploaded text's own name.
        order: the question's number (``train/order.js``).
        owner: the browser's token.
    """

    corpus: Corpus
    dataset: Text
    column: Text
    subset: Text
    pasted: Text
    own: Held
    shared: Switch
    title: Text
    order: Whole
    owner: Text


@dataclass(frozen=True)
class OwnTyped:
    """The text in the box, and what was held of the one before it."""

    pasted: Text
    own: Held


@dataclass(frozen=True)
class FileSent:
    """A file of the upload button."""

    file: UploadedPath


@dataclass(frozen=True)
class ToldOf(OwnSettings):
    """The settings and the own text that `remarks` are on."""

    own: Held
