"""What taking units away does to the chance of a closing bracket, at places of real text.

Units are chosen on the places of one half of the articles and tested on the other. Necessity: the
control's values are put into the open text, and the closing bracket gets less likely. Sufficiency:
the open text's values are put into the control text, and it gets likelier. Both are in nats of the
closing bracket's log-probability, and as shares of the gap between open and control text. Intervals
resample articles, since places of one article are not independent.

Random sets, for comparison, move h as much: each is of units drawn until their |difference of h|
between open and control text adds up to that of the chosen units. |Difference of c| would not do:
where a cell is saturated, tanh(c) is 1 or -1 and no difference of c changes anything.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

import numpy as np

from charlstm.experiments.cells.places import Pairs, Sets, patched
from charlstm.experiments.intervals import Estimate, over_seeds
from charlstm.model.hold import Unit
from charlstm.model.recording import share_of
from charlstm.model.streams import StepWeights

DOSES = (1, 2, 5, 10, 20)
"""Numbers of the best units that are patched together."""
SETS = 99
"""Random sets."""
ENOUGH = 0.5
"""Share of the gap that a set must take, on the half it is chosen on, to be chosen."""

_SINGLES = 160  # units patched alone: those whose h differs most between open and control
_PAIRED = 10  # the best units by effect, and
_PAIRED_BY_AREA = 4  # by area, whose pairs are tried
_LEAST_MOVED = 0.1  # of |difference of h| of the chosen units' mean: units that random sets draw


@dataclass(frozen=True)
class Effect:
    """What a set of units does.

    Attributes:
        units: their names.
        chosen: necessity on the half that they were chosen on, nats.
        necessity, sufficiency: on the other half, nats, with intervals over articles.
        necessity_share, sufficiency_share: of the gap there; may exceed 1.
    """

    units: list[str]
    chosen: float
    necessity: Estimate
    necessity_share: float
    sufficiency: Estimate
    sufficiency_share: float


@dataclass(frozen=True)
class RandomSets:
    """Random sets beside the chosen one, on the half that is shown.

    Attributes:
        n: number of sets.
        drawn_from: units that they were drawn from.
        size: median number of units of a set.
        moved: median over the sets of what they move h by, as a share of what the chosen units
            move it by; below 1 if even all of those units move it by less.
        necessity, sufficiency: of each set, nats.
        necessity_p, sufficiency_p: (1 + b) / (1 + n), with b the sets that do as much as the
            chosen one.
    """

    n: int
    drawn_from: int
    size: int
    moved: float
    necessity: list[float]
    sufficiency: list[float]
    necessity_p: float
    sufficiency_p: float


@dataclass(frozen=True)
class SingleUnit:
    """One unit patched alone, in the order of its effect on the half that is chosen on.

    Attributes:
        unit: its name.
        chosen: its necessity there, nats.
        h_moved: mean |difference| of its h between open and control texts.
    """

    unit: str
    chosen: float
    h_moved: float


@dataclass(frozen=True)
class Effects:
    """What taking units away does at places where the text closes the bracket.

    Attributes:
        places: numbers of places in the half that is chosen on, and in the other.
        articles: their numbers of articles.
        gap: how many nats likelier the closing bracket is in the open text, on the other half.
        gap_chosen: the same on the half that is chosen on.
        singles: the best units.
        best: the chosen set: the best unit, the best pair, or the 5, 10 or 20 best, whichever is
            the smallest to take half of the gap on the half that is chosen on; the best unit if
            none does.
        enough: whether it does.
        pair: the best pair.
        doses: the 1, 2, 5, 10, 20 best units.
        random: beside ``best``.
        sets: units of the random sets.
    """

    places: tuple[int, int]
    articles: tuple[int, int]
    gap: Estimate
    gap_chosen: float
    singles: list[SingleUnit]
    best: Effect
    enough: bool
    pair: Effect
    doses: list[Effect]
    random: RandomSets
    sets: list[list[str]]


def taken_away(
    weights: StepWeights, pairs: Pairs, by_area: Sequence[Unit], listed: int, seed: int
) -> Generator[float, None, Effects]:
    """Choose units on one half of the places, and test them on the other.

    Args:
        by_area: the best units by `finding`, of which pairs are tried too.
        listed: most units in ``singles``.
        seed: of the random sets.

    Yields:
        the share that is done.
    """
    first, second = pairs.rows(0), pairs.rows(1)
    moved = dict(zip(pairs.units, pairs.h_moved.tolist(), strict=True))
    choice = yield from _chosen(weights, pairs, first, by_area, moved)
    drawn, pool, share_moved = _matched(moved, choice.best, seed)

    sets = [*choice.doses, choice.pair, choice.best, *drawn]
    best = len(choice.doses) + 1  # its index
    taken = yield from share_of(patched(weights, pairs, second, sets, into_open=True), 0.62, 0.19)
    given = yield from share_of(patched(weights, pairs, second, sets, into_open=False), 0.81, 0.19)
    taken, given = pairs.open.nats[second] - taken, given - pairs.control.nats[second]
    articles = np.array([pairs.places[row].article for row in second])
    gap = _estimate(pairs.gap[second], articles)

    def effect(index: int) -> Effect:
        necessity, sufficiency = (_estimate(part[index], articles) for part in (taken, given))
        return Effect(
            [str(unit) for unit in sets[index]],
            choice.necessity[sets[index]],
            necessity,
            necessity.mean / gap.mean if gap.mean else 0.0,
            sufficiency,
            sufficiency.mean / gap.mean if gap.mean else 0.0,
        )

    means = [_by_article(part, articles).mean(1).tolist() for part in (taken, given)]
    others = [part[best + 1 :] for part in means]
    p = [
        (1 + sum(other >= part[best] for other in part[best + 1 :])) / (1 + len(drawn))
        for part in means
    ]
    return Effects(
        places=(len(first), len(second)),
        articles=(len({pairs.places[row].article for row in first}), len({*articles.tolist()})),
        gap=gap,
        gap_chosen=choice.gap,
        singles=[
            SingleUnit(str(unit), choice.necessity[unit,], moved[unit])
            for unit in choice.order[:listed]
        ],
        best=effect(best),
        enough=choice.enough,
        pair=effect(best - 1),
        doses=[effect(index) for index in range(len(choice.doses))],
        random=RandomSets(
            n=len(drawn),
            drawn_from=pool,
            size=int(np.median([len(one) for one in drawn])),
            moved=share_moved,
            necessity=others[0],
            sufficiency=others[1],
            necessity_p=p[0],
            sufficiency_p=p[1],
        ),
        sets=[[str(unit) for unit in one] for one in drawn],
    )


@dataclass(frozen=True)
class _Choice:
    """What was chosen on the first half.

    Attributes:
        order: the units that were patched alone, by what that takes.
        necessity: of each set that was patched, nats.
        gap: there.
        doses, pair, best, enough: as in `Effects`.
    """

    order: list[Unit]
    necessity: dict[tuple[Unit, ...], float]
    gap: float
    doses: list[tuple[Unit, ...]]
    pair: tuple[Unit, ...]
    best: tuple[Unit, ...]
    enough: bool


def _chosen(
    weights: StepWeights,
    pairs: Pairs,
    rows: np.ndarray,
    by_area: Sequence[Unit],
    moved: Mapping[Unit, float],
) -> Generator[float, None, _Choice]:
    """Rank the units that move most, and the pairs of the best, by what patching them takes."""
    necessity: dict[tuple[Unit, ...], float] = {}

    def patch(sets: Sets, done: float, share: float) -> Generator[float, None, None]:
        nats = yield from share_of(patched(weights, pairs, rows, sets, into_open=True), done, share)
        lost = (pairs.open.nats[rows] - nats).mean(1).tolist()
        necessity.update(zip(sets, lost, strict=True))

    movers = sorted(moved, key=lambda unit: -moved[unit])[:_SINGLES]
    yield from patch([(unit,) for unit in movers], 0.0, 0.4)
    order = sorted(movers, key=lambda unit: -necessity[unit,])
    candidates = list(dict.fromkeys([*order[:_PAIRED], *by_area[:_PAIRED_BY_AREA]]))
    couples: list[tuple[Unit, ...]] = list(combinations(candidates, 2))
    yield from patch(couples, 0.4, 0.2)
    pair = max(couples, key=lambda couple: necessity[couple])
    doses = [tuple(order[:k]) for k in DOSES if k <= len(order)]
    yield from patch(doses, 0.6, 0.02)
    gap = float(pairs.gap[rows].mean())
    tried = [doses[0], pair, *doses[2:]]
    enough = [one for one in tried if necessity[one] >= ENOUGH * gap]
    return _Choice(order, necessity, gap, doses, pair, (enough or doses)[0], bool(enough))


def _matched(
    moved: Mapping[Unit, float], chosen: Sequence[Unit], seed: int
) -> tuple[list[tuple[Unit, ...]], int, float]:
    """Random sets of other units that move h as much as the chosen ones.

    Args:
        moved: unit -> mean |difference| of its h.

    Returns:
        the sets, the number of units that they were drawn from, and `RandomSets.moved`.
    """
    random = np.random.default_rng(seed)
    wanted = sum(moved[unit] for unit in chosen)
    others = [unit for unit in moved if unit not in chosen]
    least = _LEAST_MOVED * wanted / len(chosen)
    pool = [unit for unit in others if moved[unit] >= least]
    if len(pool) <= len(chosen):  # hardly any other unit moves: those that move most
        pool = sorted(others, key=lambda unit: -moved[unit])[: 2 * len(chosen) + 8]
    sets, reached = [], []
    for _ in range(SETS):
        order = [pool[i] for i in random.permutation(len(pool)).tolist()]
        sums = list(accumulate(moved[unit] for unit in order))
        size = min(len(order), bisect_left(sums, wanted) + 1)
        sets.append(tuple(order[:size]))
        reached.append(sums[size - 1])
    return sets, len(pool), float(np.median(reached)) / wanted if wanted else 0.0


def _by_article(values: np.ndarray, articles: np.ndarray) -> np.ndarray:
    """Means of each article: (…, places) to (…, articles)."""
    return np.stack([values[..., articles == one].mean(-1) for one in np.unique(articles)], -1)


def _estimate(values: np.ndarray, articles: np.ndarray) -> Estimate:
    mean, interval = over_seeds(_by_article(values, articles).tolist())
    return Estimate(mean, interval)
