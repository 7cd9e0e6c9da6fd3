"""Sentences and small data structures that the browser displays. No gradio, no HTML.

What a person typed or a model wrote stays plain text here; the browser inserts it as text nodes,
so nothing needs escaping.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.checkpoints.card_facts import in_words
from charlstm.checkpoints.catalog import CheckpointInfo
from charlstm.runs.status import RunStatus
from charlstm.text.vocabulary import UNK, Vocabulary
from charlstm.texts import listed, text

_SHAPELESS = {" ": "space", "\n": "newline", "\t": "tab"}
_NAMED_CHARACTERS = 12  # unknown characters listed in a sentence; the others are counted


def character_name(character: str) -> str:
    """A character as the page's scripts name it: itself, or a name, which they translate, or code
    point where it has no visible shape (spaces, controls, combining marks, surrogates)."""
    if character in _SHAPELESS:
        return _SHAPELESS[character]
    has_shape = unicodedata.category(character)[0] not in "CZM"
    return character if has_shape else f"U+{ord(character):04X}"


def _named(character: str) -> str:
    """A character in a sentence."""
    name = character_name(character)
    shapeless = character in _SHAPELESS
    return text(f"components.character_name.{name}") if shapeless else name


def unknown_sentence(unknown: Sequence[str]) -> str | None:
    """A sentence that names the characters a model has not seen; None if there are none.

    Args:
        unknown: the distinct unknown characters of a text, from `Vocabulary.unknown`.
    """
    if not unknown:
        return None
    names = " ".join(map(_named, unknown[:_NAMED_CHARACTERS]))
    rest = len(unknown) - _NAMED_CHARACTERS
    if rest > 0:
        names = text("components.and_more", names=names, rest=rest)
    return text("components.unknown", n=len(unknown), names=names, unk=UNK)


def line_end_sentence(ends: Sequence[str]) -> str | None:
    """A sentence that names the characters a model reads as newlines; None if there are none.

    Args:
        ends: the distinct such characters of a text, from `Vocabulary.read_as_newline`.
    """
    if not ends:
        return None
    return text("components.line_end", n=len(ends), names=listed([*map(_named, ends)]))


def checkpoint_sentence(info: CheckpointInfo) -> str:
    """A checkpoint's score and number of parameters, for the header beside its name."""
    size = _rounded(info.parameters)
    if info.bpc is None:
        return text("components.checkpoint.unmeasured", size=size)
    bpc, measured_on = f"{info.bpc:.2f}", in_words(info.measured_on)
    return text("components.checkpoint.measured", bpc=bpc, text=measured_on, size=size)


def _rounded(count: int) -> str:
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return str(count)


def run_sentence(status: RunStatus) -> str:
    """The progress of a training run in one line, for the header."""
    if status.state == "starting":
        return text("components.run.starting")
    if status.scored is not None and status.state == "scoring":
        return text("components.run.scoring", share=math.floor(100 * status.scored))
    if status.seconds_left is None:
        return text("components.run.step", step=status.step)
    left = clock(max(1.0, status.seconds_left))
    return text("components.run.left", step=status.step, left=left)


def clock(seconds: float) -> str:
    """A duration in seconds as minutes and seconds, 0:41, or with hours, 1:05:07."""
    minutes, seconds = divmod(round(max(seconds, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@dataclass(frozen=True)
class VocabularyExample:
    """What `notebook/vocabulary.js` draws: a vocabulary, and a text encoded with it.

    Attributes:
        characters: the label of each id, UNK's last.
        unk: UNK's id.
        labels, ids: the label and the id of each character of the text.
    """

    characters: list[str]
    unk: int
    labels: list[str]
    ids: list[int]


def vocabulary_example(vocab: Vocabulary, encoded: str) -> VocabularyExample:
    """A text encoded with a vocabulary, for the lesson's example."""
    return VocabularyExample(
        characters=[*map(character_name, vocab.characters), UNK],
        unk=vocab.unk_id,
        labels=[character_name(c) for c in encoded],
        ids=vocab.encode(encoded).tolist(),
    )
