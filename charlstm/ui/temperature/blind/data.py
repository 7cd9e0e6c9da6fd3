"""Data that the browser draws of the blind test: a round, its answer, and the tally.

No gradio, no HTML; texts stay plain text, and the browser inserts them as text nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.experiments.blind_test import TEMPERATURES, Picks, Round, Tally
from charlstm.experiments.intervals import tail_chance

_ASKED = (0.2, 1.0)  # the notebook asks which of these two feels more human
_DOUBT = 0.025  # significance level of each one-sided test, 5 % for both sides


@dataclass(frozen=True)
class BlindAnswer:
    """The sources of a round's texts, sent after the pick.

    Attributes:
        place: index of the picked text.
        sources: the temperature of each text; None is the real one.
        dice: of the round.
    """

    place: int
    sources: list[float | None]
    dice: int


@dataclass(frozen=True)
class BlindRound:
    """What `round.js` draws; before the pick no field reveals which text is which.

    Attributes:
        phase: "idle", "waiting", "picking", or "answered" (without the texts, which the script
            already has).
        temperatures: of the model's texts, in rising order.
        round: the round's name, from `Ballot.put`.
        checkpoint: name of the checkpoint.
        corpus: a short description of the text that the real passage is from.
        beginning: the words that all texts begin with.
        texts: the continuations.
        answer: only in the phase "answered".
    """

    phase: str
    temperatures: Sequence[float] = TEMPERATURES
    round: str = ""
    checkpoint: str = ""
    corpus: str = ""
    beginning: str = ""
    texts: Sequence[str] = ()
    answer: BlindAnswer | None = None


@dataclass(frozen=True)
class BlindCount:
    """How often a source (a temperature, or None for the real text) was picked."""

    source: float | None
    picked: int
    interval: tuple[float, float]


@dataclass(frozen=True)
class BlindCounts:
    """How often each source was picked, in how many rounds, by how many browsers; see `Tally`."""

    rounds: int
    browsers: int
    picks: list[BlindCount]


@dataclass(frozen=True)
class BlindTally:
    """What `tally.js` draws.

    Attributes:
        phase: "idle", "empty" or "counted".
        checkpoint: name of the checkpoint.
        said: sentences that summarise the picks.
        everyone, own: the counts of all browsers, and of this one.
    """

    phase: str
    checkpoint: str = ""
    said: Sequence[str] = ()
    everyone: BlindCounts | None = None
    own: BlindCounts | None = None


def round_shown(drawn: Round, name: str, checkpoint: str, corpus: str) -> BlindRound:
    """A round before the pick; the arguments are attributes of `BlindRound`."""
    return BlindRound(
        "picking",
        round=name,
        checkpoint=checkpoint,
        corpus=corpus,
        beginning=drawn.beginning,
        texts=drawn.texts,
    )


def answer_shown(drawn: Round, name: str, place: int) -> BlindRound:
    """A round after the pick.

    Args:
        place: index of the picked text.
    """
    answer = BlindAnswer(place, drawn.sources, drawn.dice)
    return BlindRound("answered", round=name, answer=answer)


def tally_shown(everyone: Tally, own: Tally, checkpoint: str) -> BlindTally:
    """The picks, for the browser.

    Args:
        everyone: picks of all browsers.
        own: picks of this browser.
    """
    return BlindTally(
        "counted" if everyone.rounds else "empty",
        checkpoint,
        tally_sentences(everyone),
        _counts(everyone),
        _counts(own),
    )


def tally_sentences(tally: Tally) -> list[str]:
    """What the picks show: whether people recognise the real text, and the notebook's question,
    which of two temperatures feels more human."""
    if not tally.rounds:
        return ["Nobody has picked yet, since this server was started."]
    picks = {pick.source: pick for pick in tally.picks}
    real, chance = picks[None], 1 / len(picks)
    low, high = real.interval
    browsers = f"{tally.browsers:,} browser{'s' if tally.browsers > 1 else ''}"
    rounds = f"{tally.rounds:,} round{'s' if tally.rounds > 1 else ''}"
    if tail_chance(real.picked, tally.rounds, chance) < _DOUBT:
        known = "people tell the real text from the model's more often than by chance"
    elif tail_chance(tally.rounds - real.picked, tally.rounds, 1 - chance) < _DOUBT:
        known = "the model's texts pass for the real one more often than by chance"
    else:
        known = "that does not show that people tell it from the model's"
    sentences = [
        f"The real text was picked in {real.picked:,} of {rounds} ({browsers}): "
        f"{100 * real.rate:.0f} %, 95 % interval {100 * low:.0f} to {100 * high:.0f} %. Guessing "
        f"gives {100 * chance:.0f} %: {known}."
    ]
    cold, hot = (picks[temperature] for temperature in _ASKED)
    sentences.append(
        f"The notebook's question, T {cold.source} or T {hot.source}: {_more(cold, hot)}"
    )
    return sentences


def _more(cold: Picks, hot: Picks) -> str:
    """Which of two temperatures was picked significantly more often, if either was."""
    both = cold.picked + hot.picked
    if not both:
        return "neither was picked yet."
    counts = f"{cold.picked:,} to {hot.picked:,} picks"
    better = max(cold, hot, key=lambda pick: pick.picked)
    if tail_chance(better.picked, both, 0.5) >= _DOUBT:
        return f"{counts}, too close or too few to say which feels more human."
    return f"{counts}; T {better.source} feels more human."


def _counts(tally: Tally) -> BlindCounts:
    picks = [BlindCount(pick.source, pick.picked, pick.interval) for pick in tally.picks]
    return BlindCounts(tally.rounds, tally.browsers, picks)
