"""Own texts (pasted or uploaded): checks, and remarks before a run starts."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from charlstm.checkpoints.title import title_of_file
from charlstm.errors import UserError, user_error
from charlstm.text.corpus import pasted_text, store_pasted
from charlstm.text.decoding import PlainText, decoded, plain
from charlstm.text.sources import hold_out, shortest_text
from charlstm.text.spec import CorpusSpec
from charlstm.texts import text
from charlstm.training.batches import characters_a_step
from charlstm.training.config import TrainConfig
from charlstm.ui.components.contract import Text, Whole
from charlstm.ui.components.visitor import visitor
from charlstm.ui.components.words import clock
from charlstm.ui.train.words import characters_counted, seconds_counted

Count = Annotated[Whole, Field(ge=0)]
Short = Annotated[Text, Field(max_length=500)]

MANY_PASSES = 10
"""If a run reads the text more often than this, a remark warns that it may learn it by heart."""
_LONGEST_NAME = 60  # characters of a file's name in a sentence
SHORT_PASS = 50
"""If the number of passes is not known, the same remark appears when a pass has fewer steps."""


@dataclass(frozen=True)
class TextFacts:
    """Facts about a text, which the browser keeps instead of the text itself.

    Attributes:
        source: the subject of sentences about it, such as "The text".
        characters: number of characters.
        distinct: number of distinct characters.
        held_out: number of characters at its end that are held out for validation.
        remark: a sentence on what was changed as it was read; "" where nothing was.
        key: of an uploaded text, for `charlstm.text.corpus.pasted_text`; "" for a typed one.
        title: made of the name of an uploaded file, for a run that is given none.
    """

    source: Short
    characters: Count
    distinct: Count
    held_out: Count
    remark: Short
    key: Short = ""
    title: Short = ""

    def json(self) -> str:
        """The facts as a text box keeps them."""
        return json.dumps(asdict(self))


def facts_of(read: PlainText, source: str) -> TextFacts:
    """Compute the facts of a text."""
    own = read.text
    return TextFacts(source, len(own), len(set(own)), len(hold_out(own)[1]), read.remark("it"))


def typed_facts(typed: str) -> str:
    """The facts of a typed text, as a text box keeps them; "" for an empty one."""
    return facts_of(plain(typed), text("train.own.the_text")).json() if typed.strip() else ""


def uploaded_facts(path: Path, most: int) -> str:
    """Store an uploaded file; its facts, as a text box keeps them. Arguments and errors as for
    `read_upload`."""
    read, facts = read_upload(path, most)
    key = Path(store_pasted(read.text).name).stem
    return replace(facts, key=key, title=title_of_file(path.name)).json()


def stored(pasted: str, held: TextFacts | None, most: int, config: TrainConfig) -> CorpusSpec:
    """Check and store the text to train on: the one in the box, else the uploaded one.

    Args:
        held: the uploaded one's facts, as the browser kept them; their numbers are not trusted.
        most: the limit in bytes.
        config: the settings of the run.

    Raises:
        UserError: there is no text, or it is too large or too short.
    """
    own, source = pasted, text("train.own.the_text")
    if held is not None and is_uploaded(held, pasted):
        own, source = pasted_text(held.key), held.source
    check_size(len(own.encode()), most)
    read = plain(own)
    spec = store_pasted(read.text)
    check_length(facts_of(read, source), config)
    return spec


def is_uploaded(held: TextFacts, pasted: str) -> bool:
    """Whether the own text is the uploaded one, and not one that was typed after it."""
    return bool(held.key) and not pasted.strip()


def read_upload(path: Path, most: int) -> tuple[PlainText, TextFacts]:
    """The text of an uploaded file, and its facts, whose source is the file's name.

    Args:
        path: where the server has put it; its name is still its own.
        most: the limit in bytes.

    Raises:
        UserError: the file is too large, or in an unknown encoding.
    """
    name = path.name
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME // 2]}…{name[-_LONGEST_NAME // 2 :]}"
    data = path.read_bytes()
    check_size(len(data), most)
    source = text("train.own.the_file", file=name)
    read = decoded(data, source)
    return read, facts_of(read, source)


def check_size(size: int, most: int) -> None:
    """Refuse a text that is too large.

    Args:
        size: bytes of the text in UTF-8.
        most: the limit in bytes.

    Raises:
        UserError: the size is above the limit.
    """
    if size > most:
        raise user_error("train.own.large", bytes=_bytes_counted(size), most=megabytes(most))


def check_length(facts: TextFacts, config: TrainConfig) -> None:
    """Refuse a text that is too short for one step.

    Raises:
        UserError: less than a step's characters are left to train on, or fewer than 2 characters
            are held out; the message names the shortest length that is enough.
    """
    need = characters_a_step(config.batching, config.streams, config.window)
    have = facts.characters - facts.held_out
    if have < need or facts.held_out < 2:
        raise user_error(
            "train.own.short",
            source=facts.source,
            characters=characters_counted(facts.characters),
            have=have,
            need=need,
            enough=characters_counted(shortest_text(need)),
        )


def check_can_be_kept(token: str, *, shared: bool) -> None:
    """Refuse a run that is its owner's alone in a browser that can't be told from others later.

    Args:
        token: the browser's, as its script sent it.
        shared: whether everybody may use the model.

    Raises:
        UserError: the model is not shared, and the browser does not send its token by itself.
    """
    if not shared and visitor() != token:
        raise user_error("train.own.cookies")


def remarks(facts: TextFacts, config: TrainConfig, pace: float | None) -> list[str]:
    """Sentences about an own text, displayed below its text box.

    Args:
        config: the settings of the run that would start.
        pace: characters a second that such a run reads on this machine; None if not known.
    """
    sentences = [
        text(
            "train.own.facts",
            source=facts.source,
            characters=characters_counted(facts.characters),
            distinct=facts.distinct,
            held_out=facts.held_out,
        )
    ]
    if facts.remark:
        sentences.append(facts.remark)
    try:
        check_length(facts, config)
    except UserError as error:
        return [*sentences, text("train.own.too_short", remedy=error.remedy)]
    length = facts.characters - facts.held_out
    if pace:
        sentences.append(
            text(
                "train.own.pass",
                time=_span(length / pace),
                characters=characters_counted(float(f"{pace:.2g}")),
            )
        )
    a_step = config.streams * config.window
    read = config.steps * a_step if config.steps else (config.seconds or 0) * (pace or 0)
    if read and read > MANY_PASSES * length:
        sentences.append(
            text(
                "train.own.short_budget",
                times=text("train.counts.times", n=round(read / length)),
            )
        )
    elif not read and length < SHORT_PASS * a_step:
        steps = max(1, round(length / a_step))
        sentences.append(text("train.own.short_settings", n=steps))
    return sentences


def megabytes(size: int) -> str:
    """A number of bytes, such as "20 MB" or "1,234 bytes"."""
    return _bytes_counted(size) if size < 1_000_000 else f"{size / 1_000_000:.4g} MB"


def _bytes_counted(size: int) -> str:
    return text("train.counts.bytes", n=size)


def _span(seconds: float) -> str:
    return seconds_counted(max(1, seconds)) if round(seconds) < 60 else clock(seconds)
