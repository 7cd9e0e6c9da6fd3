"""What stands beside a probe's answer: the text's own brackets, and a model without a memory.

Both are counted where the text is at hand (`charlstm.text.corpus.at_hand`). Where WikiText-2 is
not, figures that were counted for this project and come with it in ``baselines.json`` take its
place; their sentence says so. For any other text that is not at hand there is nothing to show.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from charlstm.experiments.intervals import wilson_interval
from charlstm.text.brackets import OPENING, PAIRS, Stray, Target, scan, with_comma
from charlstm.text.corpus import Corpus, at_hand
from charlstm.text.ngram import NGram
from charlstm.text.spec import WIKITEXT2, CorpusSpec
from charlstm.text.vocabulary import Vocabulary

_SHIPPED = Path(__file__).with_name("baselines.json")

Counts = dict[str, int]
"""Distances in characters, as JSON has them, and how many samples or brackets have each."""


@dataclass(frozen=True)
class RealBracket:
    """An opening bracket of a text, paired within its row: a newline ends the paragraph.

    Attributes:
        position: where it stands.
        kind: which bracket it is.
        depth: brackets open from it on, itself included.
        distance: characters from it to the bracket that closes it; None where nothing does.
        row: characters from it to the newline that ends its row, or to the end of the text.
    """

    position: int
    kind: str
    depth: int
    distance: int | None
    row: int


@dataclass(frozen=True)
class RealIncidence:
    """How the brackets of a real text are closed, counted on as a probe counts.

    Attributes:
        source: which text this is, and which of its brackets, in a sentence.
        n: how many those are.
        never: those of them that nothing closes in their row.
        closed: horizon + 1 shares; number k: closed within k more characters.
        median: more characters within which half of them are closed; None where it is never half.
    """

    source: str
    n: int
    never: int
    closed: list[float]
    median: int | None


@dataclass(frozen=True)
class Baseline:
    """A 7-gram model of the training text, asked as a probe asks: the seed text, and the same with
    a comma for its bracket, on the same dice. It has no temperature: it draws what the text has.

    Attributes:
        source: which text was counted, in a sentence.
        n: samples, and as many controls.
        closed, rate, interval: samples that closed the bracket within the horizon, closed / n, and
            its 95 % interval after Wilson.
        strays, control, control_interval: the same of the controls in which a stray came.
        closed_by: horizon + 1 shares of the samples; number k: closed within k characters.
    """

    source: str
    n: int
    closed: int
    rate: float
    interval: tuple[float, float]
    strays: int
    control: float
    control_interval: tuple[float, float]
    closed_by: list[float]


def real_incidence(
    horizon: int, seed_text: str = "( ", spec: CorpusSpec | None = WIKITEXT2
) -> RealIncidence | None:
    """The real text's own closing distances, to lay beside `probe.TemperatureResult.incidence`.

    Counted are the brackets of the kind that the seed text leaves open (the innermost), at any
    depth, that are still open when as many characters have come as the seed text has after its
    bracket: 1 after "( ", the space. So a seed text that ends far inside is compared with brackets
    that have come as far.

    Args:
        horizon: characters after the seed text.
        seed_text: leaves a bracket open.
        spec: the model's text (`CheckpointInfo.corpus`); the validation split is counted.

    Returns:
        None where the text is not at hand, or has no such bracket.

    Raises:
        UserError: the seed text leaves no bracket open.
    """
    position = Target(seed_text).position
    kind, inside = seed_text[position], len(seed_text) - position - 1
    corpus = at_hand(spec) if spec else None
    if corpus is not None:
        kinds = real_counts(corpus)
        text = f"the validation text ({corpus.description})"
    elif spec == WIKITEXT2:
        kinds = _shipped()["real"]["kinds"]
        text = _shipped()["real"]["text"]
    else:
        return None
    counted = kinds.get(kind, {"closed": {}, "never": {}})
    closed = {int(d) - inside: times for d, times in counted["closed"].items() if int(d) > inside}
    never = sum(times for row, times in counted["never"].items() if int(row) > inside)
    n = sum(closed.values()) + never
    if n == 0:
        return None
    closed_by = _within(closed, max([horizon, *closed]))
    came = "1 character" if inside == 1 else f"{inside:,} characters"
    return RealIncidence(
        f'The {n:,} "{kind}" of {text}{f", still open after {came}" if inside else ""}.',
        n,
        never,
        [times / n for times in closed_by[: horizon + 1]],
        next((k for k, times in enumerate(closed_by) if 2 * times >= n), None),
    )


def ngram_baseline(
    seed_text: str, samples: int, horizon: int, dice: int, spec: CorpusSpec | None = WIKITEXT2
) -> Baseline | None:
    """The 7-gram model of the training text after the same seed text and after its control.

    Where the training text is not at hand, the shipped figures of some seed texts (5,000 samples,
    whatever is asked for) take its place.

    Args:
        seed_text: leaves a bracket open; the innermost is watched.
        samples, horizon, dice: as for `ProbeQuestion`.
        spec: the model's text (`CheckpointInfo.corpus`).

    Returns:
        None where the text is not at hand and no figures are shipped for this seed text.

    Raises:
        UserError: the seed text leaves no bracket open, or the counted text can't be stored.
    """
    Target(seed_text)
    corpus = at_hand(spec) if spec else None
    if corpus is not None:
        counted = ngram_counts(NGram.of_corpus(corpus), seed_text, samples, horizon, dice)
        text = f"the training text ({corpus.description})"
    elif spec == WIKITEXT2:
        shipped = _shipped()["ngram"]
        counted = shipped["seed_texts"].get(seed_text)
        samples, text = shipped["samples"], shipped["text"]
    else:
        return None
    if counted is None:
        return None
    closed, strays = (
        {int(distance): times for distance, times in counted[event].items()}
        for event in ("closed", "strays")
    )
    closed_by, strays_by = _within(closed, horizon), _within(strays, horizon)
    return Baseline(
        f"A 7-gram model of {text}.",
        samples,
        *_rate(closed_by, samples),
        *_rate(strays_by, samples),
        [times / samples for times in closed_by],
    )


def real_brackets(ids: np.ndarray, vocab: Vocabulary) -> list[RealBracket]:
    """Every opening bracket of a text, in order.

    Args:
        ids: of shape (characters,).
    """
    # Few characters are brackets or newlines: the rest is never looked at one by one.
    marks = np.array([c == "\n" or c in PAIRS or c in OPENING for c in vocab.characters] + [False])
    places = np.append(np.flatnonzero(marks[ids]), len(ids))
    text = vocab.decode(ids[places[:-1]].tolist())
    found = []
    start = 0
    for row in text.split("\n"):
        end = start + len(row)
        scanned = scan(row)
        partner = dict(scanned.pairs)
        for i in sorted([*partner, *scanned.unclosed]):
            position = int(places[start + i])
            closing = partner.get(i)
            distance = None if closing is None else int(places[start + closing]) - position
            to_end = int(places[end]) - position
            found.append(RealBracket(position, row[i], scanned.depth[i], distance, to_end))
        start = end + 1
    return found


def real_counts(corpus: Corpus) -> dict[str, dict[str, Counts]]:
    """The brackets of a validation text, by kind: "closed" by their distance, and those that
    "never" close in their row by the characters that it still has."""
    found = real_brackets(corpus.validation, corpus.vocab)
    return {
        kind: {
            "closed": _counts(b.distance for b in found if b.kind == kind),
            "never": _counts(b.row for b in found if b.kind == kind and b.distance is None),
        }
        for kind in sorted({b.kind for b in found})
    }


def ngram_counts(
    ngram: NGram, seed_text: str, samples: int, horizon: int, dice: int
) -> dict[str, Counts]:
    """After how many characters the samples "closed" the bracket and the controls had "strays"."""
    target = Target(seed_text)
    without = with_comma(seed_text, target.position)
    watches: dict[str, tuple[str, Target | Stray]] = {
        "closed": (seed_text, target),
        "strays": (without, Stray(without, target.closing)),
    }
    return {
        event: _counts(
            _distance(written, watch.again())
            for written in ngram.paragraphs(text, horizon, dice, samples)
        )
        for event, (text, watch) in watches.items()
    }


def _distance(written: str, watch: Target | Stray) -> int | None:
    """Characters up to the event that is watched for; None where the paragraph ends without it."""
    return next((n for n, c in enumerate(written, 1) if c != "\n" and watch.feed(c)), None)


def _counts(distances: Iterable[int | None]) -> Counts:
    counted = Counter(distance for distance in distances if distance is not None)
    return {str(distance): times for distance, times in sorted(counted.items())}


def _within(distances: Mapping[int, int], horizon: int) -> list[int]:
    """horizon + 1 numbers; number k: of distances up to k."""
    return list(accumulate(distances.get(k, 0) for k in range(horizon + 1)))


def _rate(within: list[int], n: int) -> tuple[int, float, tuple[float, float]]:
    return within[-1], within[-1] / n, wilson_interval(within[-1], n)


@cache
def _shipped() -> dict[str, Any]:
    shipped: dict[str, Any] = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    return shipped
