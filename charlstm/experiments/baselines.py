"""Baselines of a probe: the real text's own brackets, and a 7-gram model.

Both are counted if the text is at hand (`charlstm.text.corpus.at_hand`). If WikiText-2 is not,
figures counted for this project and shipped in ``baselines.json`` are used instead, and their
``source`` says so. Other texts that are not at hand have no baselines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from charlstm.checkpoints.catalog import CheckpointInfo
from charlstm.experiments.intervals import wilson_interval
from charlstm.experiments.real_brackets import Counts, counts_of, real_counts
from charlstm.text.brackets import Stray, Target, with_comma
from charlstm.text.corpus import at_hand
from charlstm.text.ngram import NGram
from charlstm.text.spec import WIKITEXT2, CorpusSpec
from charlstm.texts import text

_SHIPPED = Path(__file__).with_name("baselines.json")


@dataclass(frozen=True)
class RealIncidence:
    """The closing distances of a real text's brackets, counted as in a probe.

    Attributes:
        source: the text and the brackets counted, in a sentence.
        n: number of brackets counted.
        never: those that are not closed in their row.
        closed: horizon + 1 shares; index k: closed within k more characters.
        median: further characters within which half of them are closed; None if half never are.
    """

    source: str
    n: int
    never: int
    closed: list[float]
    median: int | None


@dataclass(frozen=True)
class Baseline:
    """A probe of a 7-gram model of the training text: samples after the seed text, and comma
    controls on the same dice. The model has no temperature: it draws by the text's frequencies.

    Attributes:
        source: the text that was counted, in a sentence.
        n: number of samples, and of controls.
        closed, rate, interval: samples that closed the bracket within the horizon, closed / n, and
            its 95 % Wilson interval.
        strays, control, control_interval: the same for controls with a stray.
        closed_by: horizon + 1 shares of the samples; index k: closed within k characters.
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
    horizon: int,
    seed_text: str = "( ",
    spec: CorpusSpec | None = WIKITEXT2,
    *,
    across_lines: bool = False,
) -> RealIncidence | None:
    """The real text's closing distances, to compare with `TemperatureResult.incidence`.

    Counts brackets of the target's kind (the innermost that the seed text leaves open), at any
    depth, that are still open after as many characters as the seed text has after the target: after
    "( " that is 1, the space. So a seed text that ends far inside a bracket is compared with
    brackets that are open as long.

    Args:
        horizon: the most characters after the seed text.
        seed_text: text that leaves a bracket open.
        spec: the model's text (`CheckpointInfo.corpus`); its validation split is counted.
        across_lines: whether a bracket may be closed in a later line (`ProbeQuestion`).

    Returns:
        None if the text is not at hand, or has no such bracket.

    Raises:
        UserError: the seed text leaves no bracket open.
    """
    Target(seed_text)
    corpus = at_hand(spec) if spec else None
    if corpus is not None:
        kinds = real_counts(corpus, across_lines)
        name = text("experiments.real.of_text", corpus=corpus.description)
        return _real(kinds, name, horizon, seed_text, across_lines)
    shipped = spec == WIKITEXT2 and not across_lines
    return shipped_incidence(horizon, seed_text) if shipped else None


def shipped_incidence(horizon: int, seed_text: str) -> RealIncidence | None:
    """`real_incidence` of WikiText-2 by the shipped figures."""
    name = text("experiments.real.shipped")
    return _real(_shipped()["real"]["kinds"], name, horizon, seed_text, across_lines=False)


def _real(
    kinds: Mapping[str, Mapping[str, Counts]],
    name: str,
    horizon: int,
    seed_text: str,
    across_lines: bool,
) -> RealIncidence | None:
    """The closing distances of a text's brackets.

    Args:
        kinds: as of `real_counts`.
        name: of the text, in a phrase.
    """
    position = Target(seed_text).position
    kind, inside = seed_text[position], len(seed_text) - position - 1
    counts = kinds.get(kind, {"closed": {}, "never": {}})
    closed = {int(d) - inside: times for d, times in counts["closed"].items() if int(d) > inside}
    never = sum(times for row, times in counts["never"].items() if int(row) > inside)
    n = sum(closed.values()) + never
    if n == 0:
        return None
    closed_by = _within(closed, max([horizon, *closed]))
    which = f"{'open' if inside else 'all'}{'_in_any_line' if across_lines else ''}"
    return RealIncidence(
        text(
            f"experiments.real.{which}",
            n=n,
            bracket=kind,
            text=name,
            characters=text("experiments.characters", n=inside),
        ),
        n,
        never,
        [times / n for times in closed_by[: horizon + 1]],
        next((k for k, times in enumerate(closed_by) if 2 * times >= n), None),
    )


def ngram_baseline(
    seed_text: str,
    samples: int,
    horizon: int,
    dice: int,
    spec: CorpusSpec | None = WIKITEXT2,
    *,
    across_lines: bool = False,
) -> Baseline | None:
    """A probe of the 7-gram model of the training text: the seed text and its comma control.

    If WikiText-2 is not at hand, this returns shipped figures, which exist for some seed texts
    (always of 5,000 samples, whatever ``samples``).

    Args:
        seed_text: text that leaves a bracket open; the innermost is the target.
        samples, horizon, dice, across_lines: as for `ProbeQuestion`.
        spec: the model's text (`CheckpointInfo.corpus`).

    Returns:
        None if the text is not at hand and no figures are shipped for this seed text.

    Raises:
        UserError: the seed text leaves no bracket open, or the 7-gram counts can't be stored.
    """
    Target(seed_text)
    corpus = at_hand(spec) if spec else None
    if corpus is not None:
        ngram = NGram.of_corpus(corpus)
        counts = ngram_counts(ngram, seed_text, samples, horizon, dice, across_lines)
        source = text("experiments.ngram.of_text", corpus=corpus.description)
        return _baseline(counts, source, samples, horizon)
    shipped = spec == WIKITEXT2 and not across_lines
    return shipped_baseline(horizon, seed_text) if shipped else None


def shipped_baseline(horizon: int, seed_text: str) -> Baseline | None:
    """`ngram_baseline` by the shipped figures; None if there are none for this seed text."""
    shipped = _shipped()["ngram"]
    counts = shipped["seed_texts"].get(seed_text)
    source = text("experiments.ngram.shipped")
    return None if counts is None else _baseline(counts, source, shipped["samples"], horizon)


def _baseline(counts: Mapping[str, Counts], source: str, samples: int, horizon: int) -> Baseline:
    """A probe of a 7-gram model.

    Args:
        counts: as of `ngram_counts`.
    """
    closed, strays = (
        {int(distance): times for distance, times in counts[event].items()}
        for event in ("closed", "strays")
    )
    closed_by, strays_by = _within(closed, horizon), _within(strays, horizon)
    return Baseline(
        source,
        samples,
        *_rate(closed_by, samples),
        *_rate(strays_by, samples),
        [times / samples for times in closed_by],
    )


def missing_comparisons(
    info: CheckpointInfo, ngram: Baseline | None, real: RealIncidence | None
) -> str:
    """A sentence on the comparisons that a probe of a checkpoint lacks, and why; "" if none is
    missing.

    Args:
        ngram: `ngram_baseline` of the checkpoint's text.
        real: `real_incidence` of it.
    """
    if ngram is not None and real is not None:
        return ""
    lost = "both" if ngram is None and real is None else "ngram" if ngram is None else "real"
    at_all = info.corpus is not None and at_hand(info.corpus) is not None
    why = text("experiments.missing.no_bracket") if at_all else info.no_text
    return text(f"experiments.missing.{lost}", why=why)


def ngram_counts(
    ngram: NGram,
    seed_text: str,
    samples: int,
    horizon: int,
    dice: int,
    across_lines: bool = False,
) -> dict[str, Counts]:
    """Counts by distance: "closed" of the samples, and "strays" of the comma controls."""
    target = Target(seed_text)
    without = with_comma(seed_text, target.position)
    watches: dict[str, tuple[str, Target | Stray]] = {
        "closed": (seed_text, target),
        "strays": (without, Stray(without, target.closing)),
    }
    return {
        event: counts_of(
            _distance(written, watch.again())
            for written in ngram.continued(begun, horizon, dice, samples, across_lines)
        )
        for event, (begun, watch) in watches.items()
    }


def _distance(written: str, watch: Target | Stray) -> int | None:
    """Characters up to the event of ``watch``; None if the line ends without it."""
    return next((n for n, c in enumerate(written, 1) if c != "\n" and watch.feed(c)), None)


def _within(distances: Mapping[int, int], horizon: int) -> list[int]:
    """horizon + 1 cumulative counts; index k: of distances up to k."""
    return list(accumulate(distances.get(k, 0) for k in range(horizon + 1)))


def _rate(within: list[int], n: int) -> tuple[int, float, tuple[float, float]]:
    return within[-1], within[-1] / n, wilson_interval(within[-1], n)


@cache
def _shipped() -> dict[str, Any]:
    shipped: dict[str, Any] = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    return shipped
