"""Which one is human, its data: what is shown of a round and said of a tally, for the browser.

No gradio, no HTML; texts stay plain text, and the browser puts them into the page as text nodes.
"""

from __future__ import annotations

from typing import Any

from charlstm.experiments.blind_test import Picks, Round, Tally
from charlstm.experiments.intervals import tail_chance

_ASKED = (0.2, 1.0)  # the notebook asks which of these two feels more human
_DOUBT = 0.025  # on either side: what comes as often by chance alone is not called a finding


def round_shown(drawn: Round, name: str, checkpoint: str, corpus: str) -> dict[str, Any]:
    """What `round.js` draws before the pick: nothing in it tells which text is which.

    Args:
        name: the round's, from `Ballot.put`.
        corpus: which text the real passage is from, in a few words.
    """
    return {
        "phase": "picking",
        "round": name,
        "checkpoint": checkpoint,
        "corpus": corpus,
        "beginning": drawn.beginning,
        "texts": drawn.texts,
    }


def answer_shown(drawn: Round, name: str, place: int) -> dict[str, Any]:
    """What `round.js` draws after the pick, beside the texts that it has.

    Args:
        place: of the text that was picked.
    """
    return {
        "phase": "answered",
        "round": name,
        "place": place,
        "sources": drawn.sources,
        "dice": drawn.dice,
    }


def tally_shown(everyone: Tally, own: Tally, checkpoint: str) -> dict[str, Any]:
    """What `tally.js` draws.

    Args:
        everyone: of all browsers.
        own: of this one.
    """
    return {
        "phase": "counted" if everyone.rounds else "empty",
        "checkpoint": checkpoint,
        "said": tally_sentences(everyone),
        "everyone": _counts(everyone),
        "own": _counts(own),
    }


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


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        "rounds": tally.rounds,
        "browsers": tally.browsers,
        "picks": [
            {"source": pick.source, "picked": pick.picked, "interval": pick.interval}
            for pick in tally.picks
        ],
    }
