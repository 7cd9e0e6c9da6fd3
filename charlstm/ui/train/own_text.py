"""Own texts (pasted or uploaded): decoding, checks, and remarks before a run starts."""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.errors import UserError
from charlstm.text.sources import hold_out
from charlstm.training.config import TrainConfig
from charlstm.ui.components.words import clock

MANY_PASSES = 10
"""If a run reads the text more often than this, a remark warns that it may learn it by heart."""
SHORT_PASS = 50
"""If the number of passes is not known, the same remark appears when a pass has fewer steps."""


@dataclass(frozen=True)
class TextFacts:
    """Facts about a text, kept instead of the text itself.

    Attributes:
        source: the subject of sentences about it, "The file" or "The text".
        characters: number of characters.
        distinct: number of distinct characters.
        held_out: number of characters at its end that are held out for validation.
    """

    source: str
    characters: int
    distinct: int
    held_out: int


def facts_of(text: str, source: str) -> TextFacts:
    """Compute the facts of a text."""
    return TextFacts(source, len(text), len(set(text)), len(hold_out(text)[1]))


def decoded(data: bytes) -> str:
    """The text of an uploaded file.

    Raises:
        UserError: the file is not UTF-8; the message names the first wrong byte's position.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"The file is not UTF-8: the byte at position {error.start:,} is not part of a "
            "character.",
            "Save it as UTF-8 in an editor and upload it again.",
        ) from error


def check_size(size: int, most: int) -> None:
    """Refuse a text that is too large.

    Args:
        size: bytes of the text in UTF-8.
        most: the limit in bytes.

    Raises:
        UserError: the size is above the limit.
    """
    if size > most:
        raise UserError(
            f"The text has {size:,} bytes, and at most {megabytes(most)} are allowed here.",
            "Use a part of it.",
        )


def check_length(facts: TextFacts, config: TrainConfig) -> None:
    """Refuse a text that is too short for one step.

    Raises:
        UserError: less than a step's characters are left to train on, or fewer than 2 characters
            are held out; the message names the shortest length that is enough.
    """
    need = _least(config)
    have = facts.characters - facts.held_out
    if have < need or facts.held_out < 2:
        # The last tenth, rounded down, is held out.
        whole = max(need + (need - 1) // 9, 20)
        raise UserError(
            f"{facts.source} has {facts.characters:,} characters, {have:,} of them to train on, "
            f"and one step of these settings reads {need:,}.",
            f"Use a text of at least {whole:,} characters.",
        )


def remarks(facts: TextFacts, config: TrainConfig, pace: float | None) -> list[str]:
    """Sentences about an own text, displayed below its text box.

    Args:
        config: the settings of the run that would start.
        pace: characters a second that such a run reads on this machine; None if not known.
    """
    sentences = [
        f"{facts.source} has {facts.characters:,} characters, {facts.distinct:,} distinct; the "
        f"last tenth ({facts.held_out:,}) is held out for validation."
    ]
    try:
        check_length(facts, config)
    except UserError as error:
        return [*sentences, f"Too short to start. {error.remedy}"]
    length = facts.characters - facts.held_out
    if pace:
        sentences.append(
            f"A pass over the rest takes about {_span(length / pace)}, at the "
            f"{float(f'{pace:.2g}'):,.0f} characters a second of the newest run like this."
        )
    a_step = config.streams * config.window
    read = config.steps * a_step if config.steps else (config.seconds or 0) * (pace or 0)
    if read and read > MANY_PASSES * length:
        sentences.append(
            f"Short for this budget, which reads it {read / length:,.0f} times: the model may "
            "learn it by heart. Validation shows when it does."
        )
    elif not read and length < SHORT_PASS * a_step:
        sentences.append(
            f"Short for these settings: {length / a_step:,.0f} steps read all of it. The model "
            "may learn it by heart. Validation shows when it does."
        )
    return sentences


def megabytes(size: int) -> str:
    """A number of bytes, such as "20 MB" or "1,234 bytes"."""
    return f"{size:,} bytes" if size < 1_000_000 else f"{size / 1_000_000:.4g} MB"


def _least(config: TrainConfig) -> int:
    """Fewest characters that a step needs, the target of each stream's last character included."""
    rows = 1 if config.batching == "windows" else config.streams
    return rows * (config.window + 1)


def _span(seconds: float) -> str:
    if seconds < 1:
        return "a second"
    return f"{seconds:.0f} seconds" if seconds < 60 else clock(seconds)
