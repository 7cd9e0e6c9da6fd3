"""A text of one's own: reading it, and what is said of it before a run starts."""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.errors import UserError
from charlstm.text.sources import hold_out
from charlstm.training.config import TrainConfig
from charlstm.ui.components.words import clock

MANY_PASSES = 10
"""A run that reads a text more often than this is told that it may learn it by heart."""
SHORT_PASS = 50
"""Steps: a text whose pass has fewer is called short, where a run's passes are not known."""


@dataclass(frozen=True)
class TextFacts:
    """What is said of a text, without keeping it.

    Attributes:
        source: how a sentence about it begins, "The file" or "The text".
        characters: all of them.
        distinct: how many different ones.
        held_out: characters at its end that are kept for validation.
    """

    source: str
    characters: int
    distinct: int
    held_out: int


def facts_of(text: str, source: str) -> TextFacts:
    """The facts of a text."""
    return TextFacts(source, len(text), len(set(text)), len(hold_out(text)[1]))


def decoded(data: bytes) -> str:
    """The text of an uploaded file.

    Raises:
        UserError: it is not UTF-8; the sentence says where.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"The file is not UTF-8: the byte at position {error.start:,} is no part of a "
            "character.",
            "Save it as UTF-8 in an editor and upload it again.",
        ) from error


def check_size(size: int, most: int) -> None:
    """Refuse a text that is too large.

    Args:
        size: of the text in UTF-8, bytes.
        most: the limit, bytes.

    Raises:
        UserError: it is.
    """
    if size > most:
        raise UserError(
            f"The text has {size:,} bytes, and at most {megabytes(most)} are allowed here.",
            "Bring a part of it.",
        )


def check_length(facts: TextFacts, config: TrainConfig) -> None:
    """Refuse a text that is shorter than what one step reads.

    Raises:
        UserError: it is.
    """
    need = _least(config)
    have = facts.characters - facts.held_out
    if have < need or facts.held_out < 2:
        # The last tenth, rounded down, is held out.
        whole = max(need + (need - 1) // 9, 20)
        raise UserError(
            f"{facts.source} has {facts.characters:,} characters, {have:,} of them to train on, "
            f"and one step of these settings reads {need:,}.",
            f"Bring {whole:,} characters at least.",
        )


def remarks(facts: TextFacts, config: TrainConfig, pace: float | None) -> list[str]:
    """What the page says of a text under a text box.

    Args:
        config: what would be trained with.
        pace: characters a second that such a training reads here, where one was seen.
    """
    said = [
        f"{facts.source} has {facts.characters:,} characters, {facts.distinct:,} distinct; the "
        f"last tenth ({facts.held_out:,}) is held out for validation."
    ]
    try:
        check_length(facts, config)
    except UserError as error:
        return [*said, f"Too short to start. {error.remedy}"]
    length = facts.characters - facts.held_out
    if pace:
        said.append(
            f"A pass over the rest takes about {_span(length / pace)}, at the "
            f"{float(f'{pace:.2g}'):,.0f} characters a second of the newest run like this."
        )
    a_step = config.streams * config.window
    read = config.steps * a_step if config.steps else (config.seconds or 0) * (pace or 0)
    if read and read > MANY_PASSES * length:
        said.append(
            f"Short for this budget, which reads it {read / length:,.0f} times: the model may "
            "learn it by heart. Validation shows when it does."
        )
    elif not read and length < SHORT_PASS * a_step:
        said.append(
            f"Short for these settings: {length / a_step:,.0f} steps read all of it. The model "
            "may learn it by heart. Validation shows when it does."
        )
    return said


def megabytes(size: int) -> str:
    """A number of bytes, such as "20 MB" or "1,234 bytes"."""
    return f"{size:,} bytes" if size < 1_000_000 else f"{size / 1_000_000:.4g} MB"


def _least(config: TrainConfig) -> int:
    """Characters that a step reads at least, with the target of each stream's last one."""
    rows = 1 if config.batching == "windows" else config.streams
    return rows * (config.window + 1)


def _span(seconds: float) -> str:
    if seconds < 1:
        return "a second"
    return f"{seconds:.0f} seconds" if seconds < 60 else clock(seconds)
