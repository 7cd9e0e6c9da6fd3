"""Data that the browser draws of the blind test: a round, its answer, and the tally.

No gradio, no HTML; texts stay plain text, and the browser inserts them as text nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.experiments.ballot import Model, Picks, Tally
from charlstm.experiments.blind_test import TEMPERATURES, Round
from charlstm.experiments.intervals import tail_chance
from charlstm.texts import text

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
        checkpoint, called: the name of the checkpoint, and what the page calls it.
        weights: its fingerprint.
        corpus: a short description of the text that the real passage is from.
        beginning: the words that all texts begin with.
        texts: the continuations.
        answer: only in the phase "answered".
    """

    phase: str
    temperatures: Sequence[float] = TEMPERATURES
    round: str = ""
    checkpoint: str = ""
    called: str = ""
    weights: str = ""
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
class TallyCounts:
    """How often each source was picked, in how many rounds, by how many browsers; see `Tally`."""

    rounds: int
    browsers: int
    picks: list[BlindCount]


@dataclass(frozen=True)
class BlindTally:
    """What `tally.js` draws.

    Attributes:
        phase: "idle", "empty" or "counted".
        called: what the page calls the checkpoint.
        dice: of the one round that is counted, which many browsers answer; None for all rounds that
            one browser answers each.
        said: sentences that summarise the picks.
        everyone, own: the counts of all browsers, and of this one.
    """

    phase: str
    called: str = ""
    dice: int | None = None
    said: Sequence[str] = ()
    everyone: TallyCounts | None = None
    own: TallyCounts | None = None


def round_shown(drawn: Round, name: str, model: Model, called: str, corpus: str) -> BlindRound:
    """A round before the pick; ``name`` is its own, ``called`` and ``corpus`` are attributes of
    `BlindRound`."""
    return BlindRound(
        "picking",
        round=name,
        checkpoint=model[0],
        called=called,
        weights=model[1],
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


def tally_shown(everyone: Tally, own: Tally, called: str, dice: int | None) -> BlindTally:
    """The picks, for the browser.

    Args:
        everyone: picks of all browsers.
        own: picks of this browser.
        called, dice: as in `BlindTally`.
    """
    return BlindTally(
        "counted" if everyone.rounds else "empty",
        called,
        dice,
        tally_sentences(everyone, shared=dice is not None),
        _counts(everyone),
        _counts(own),
    )


def tally_sentences(tally: Tally, shared: bool = False) -> list[str]:
    """What the picks show: whether people recognise the real text, and the notebook's question,
    which of two temperatures feels more human.

    Args:
        shared: whether they are of one round, which each browser answered once.
    """
    if not tally.rounds:
        return [text("temperature.blind.nobody")]
    picks = {pick.source: pick for pick in tally.picks}
    real, chance = picks[None], 1 / len(picks)
    low, high = real.interval
    browsers = text("temperature.blind.browsers", n=tally.browsers)
    rounds = text("temperature.blind.rounds", n=tally.rounds)
    if tail_chance(real.picked, tally.rounds, chance) < _DOUBT:
        known = text("temperature.blind.known.told")
    elif tail_chance(tally.rounds - real.picked, tally.rounds, 1 - chance) < _DOUBT:
        known = text("temperature.blind.known.passed")
    else:
        known = text("temperature.blind.known.unshown")
    where = (
        text("temperature.blind.by", picked=real.picked, browsers=browsers)
        if shared
        else text("temperature.blind.in", picked=real.picked, rounds=rounds, browsers=browsers)
    )
    shares = {"rate": real.rate, "low": low, "high": high, "chance": chance}
    percents = {name: f"{100 * share:.0f}" for name, share in shares.items()}
    sentences = [text("temperature.blind.real", where=where, known=known, **percents)]
    if shared:
        sentences.append(text("temperature.blind.same_texts"))
    cold, hot = (picks[temperature] for temperature in _ASKED)
    asked = {"cold": str(cold.source), "hot": str(hot.source)}
    sentences.append(text("temperature.blind.question", more=_more(cold, hot), **asked))
    return sentences


def _more(cold: Picks, hot: Picks) -> str:
    """Which of two temperatures was picked significantly more often, if either was."""
    both = cold.picked + hot.picked
    if not both:
        return text("temperature.blind.neither")
    counts = {"cold": cold.picked, "hot": hot.picked}
    better = max(cold, hot, key=lambda pick: pick.picked)
    if tail_chance(better.picked, both, 0.5) >= _DOUBT:
        return text("temperature.blind.too_close", **counts)
    return text("temperature.blind.better", better=str(better.source), **counts)


def _counts(tally: Tally) -> TallyCounts:
    picks = [BlindCount(pick.source, pick.picked, pick.interval) for pick in tally.picks]
    return TallyCounts(tally.rounds, tally.browsers, picks)
