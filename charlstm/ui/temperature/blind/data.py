"""Which one is human, its data: what is shown of a round and said of a tally, for the browser.

No gradio, no HTML; texts stay plain text, and the browser puts them into the page as text nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.experiments.blind_test import TEMPERATURES, Picks, Round, Tally
from charlstm.experiments.intervals import tail_chance

_ASKED = (0.2, 1.0)  # the notebook asks which of these two feels more human
_DOUBT = 0.025  # on either side: what comes as often by chance alone is not called a finding


@dataclass(frozen=True)
class BlindAnswer:
    """Which text is which, once one was picked.

    Attributes:
        place: of the text that was picked.
        sources: the temperature of each text; None is the real one.
    """

    place: int
    sources: list[float | None]
    dice: int


@dataclass(frozen=True)
class BlindRound:
    """What `round.js` draws; before the pick nothing in it tells which text is which.

    Attributes:
        phase: "idle", "waiting", "picking" or "answered"; then without the texts, which the script
            has already.
        temperatures: those of the model's texts, in rising order.
        round: its name, from `Ballot.put`.
        corpus: which text the real passage is from, in a few words.
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
    """How often a source was picked; None is the real text."""

    source: float | None
    picked: int
    interval: tuple[float, float]


@dataclass(frozen=True)
class BlindCounts:
    """Of some rounds, by some browsers, how often each source was picked; see `Tally`."""

    rounds: int
    browsers: int
    picks: list[BlindCount]


@dataclass(frozen=True)
class BlindTally:
    """What `tally.js` draws.

    Attributes:
        phase: "idle", "empty" or "counted".
        said: sentences.
        everyone, own: of all browsers, and of this one.
    """

    phase: str
    checkpoint: str = ""
    said: Sequence[str] = ()
    everyone: BlindCounts | None = None
    own: BlindCounts | None = None


def round_shown(drawn: Round, name: str, checkpoint: str, corpus: str) -> BlindRound:
    """A round before the pick; arguments as the attributes of `BlindRound`."""
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
        place: of the text that was picked.
    """
    answer = BlindAnswer(place, drawn.sources, drawn.dice)
    return BlindRound("answered", round=name, answer=answer)


def tally_shown(everyone: Tally, own: Tally, checkpoint: str) -> BlindTally:
    """What was picked.

    Args:
        everyone: of all browsers.
        own: of this one.
    """
    return BlindTally(
        "counted" if everyone.rounds else "empty",
        checkpoint,
        tally_sentences(everyone),
        _counts(everyone),
        _counts(own),
    )


def tally_sentences(tally: Tally) -> list[str]:
    """What the picks support: whether the real text is recognised, and what the notebook asks."""
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
    found = [
        f"The real text was picked in {real.picked:,} of {rounds} ({browsers}): "
        f"{100 * real.rate:.0f} %, 95 % interval {100 * low:.0f} to {100 * high:.0f} %. Guessing "
        f"gives {100 * chance:.0f} %: {known}."
    ]
    cold, hot = (picks[temperature] for temperature in _ASKED)
    found.append(f"The notebook's question, T {cold.source} or T {hot.source}: {_more(cold, hot)}")
    return found


def _more(cold: Picks, hot: Picks) -> str:
    """Which of two was picked more often, as far as their picks tell."""
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
