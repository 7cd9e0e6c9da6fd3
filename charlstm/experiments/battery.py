"""A battery: a probe of 40 seed texts, to answer about the model and not about one seed text.

The interval of a rate after one seed text holds for that seed text alone, since repeated samples of
one are not independent seed texts. Here the intervals resample seed texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from charlstm.experiments.continuations import Watch, Watching, rounds
from charlstm.experiments.intervals import over_seeds
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.real_brackets import RealBracket, real_brackets
from charlstm.model.noise import MAX_DICE
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Stray, Target, scan
from charlstm.text.corpus import Corpus
from charlstm.text.vocabulary import UNK_SHOWN
from charlstm.texts import text

SEEDS = 40
SAMPLES = 25
"""Samples of each seed text by default: 1,000 in all, and as many controls."""

_OWN = Path(__file__).with_name("battery.json")
_LENGTHS = (40, 120, 300, 600)  # most characters before the bracket, in turn from seed to seed
# The most seed texts with each of the rarer brackets; "(" at depth 1 fills up the rest.
_GROUPS: tuple[tuple[int, Callable[[RealBracket], bool]], ...] = (
    (8, lambda b: b.depth > 1),
    (6, lambda b: b.depth == 1 and b.kind != "("),
    (SEEDS, lambda b: b.depth == 1 and b.kind == "("),
)
_TRIES = 100  # successive brackets tried for a seed text
_EVERY = 25  # characters between two reports


@dataclass(frozen=True)
class Seed:
    """A seed text that leaves a bracket open.

    Attributes:
        text: the seed text.
        position: the bracket's index in the validation text; None if written for the project.
        distance: characters after the seed text up to and including the validation text's closing
            bracket; None if written for the project.
        depth: brackets that the seed text leaves open.
        kind: the bracket, such as "(".
    """

    text: str
    position: int | None
    distance: int | None
    depth: int
    kind: str


@dataclass(frozen=True)
class Battery:
    """Seed texts that are probed together.

    Attributes:
        name: a short name of the source.
        source: the source of the seed texts, in a sentence.
        seeds: the 40 seed texts.
    """

    name: str
    source: str
    seeds: list[Seed]


@dataclass(frozen=True)
class SeedResult:
    """The result of one seed text, as in `TemperatureResult` and its comma control.

    Attributes:
        seed: the seed text.
        n: number of samples, and of comma controls on the same dice.
        closed, rate: samples that closed the bracket within the horizon, and closed / n.
        strays, control: controls with a stray, and strays / n.
        dice: the dice with which `probe.probe` draws the same samples.
    """

    seed: Seed
    n: int
    closed: int
    rate: float
    strays: int
    control: float
    dice: int


@dataclass(frozen=True, kw_only=True)
class BatteryResult:
    """The result of a battery at one temperature.

    Attributes:
        name, source: of the battery.
        temperature, samples, horizon, dice, across_lines: the arguments of `probing_battery`.
        rows: one a seed text, in the battery's order.
        rate, control, difference: means over the seed texts: of the closing rate, of the control's
            stray rate, and of the first minus the second.
        rate_interval, control_interval, difference_interval: their 95 % intervals over seed texts.
    """

    name: str
    source: str
    temperature: float
    samples: int
    horizon: int
    dice: int
    across_lines: bool
    rows: list[SeedResult]
    rate: float
    rate_interval: tuple[float, float]
    control: float
    control_interval: tuple[float, float]
    difference: float
    difference_interval: tuple[float, float]


@dataclass(frozen=True)
class BatteryProgress:
    """The progress of a battery.

    Attributes:
        share: share of the work done, 0 to 1.
        rows: results of the seed texts that are done.
        result: in the last report; None before.
    """

    share: float
    rows: list[SeedResult]
    result: BatteryResult | None = None


def battery(corpus: Corpus | None, why_none: str | None = None) -> Battery:
    """40 seed texts from a validation text, or 40 written for this project.

    Those from a validation text are always the same, spread over it, of several lengths and depths;
    each begins with a word outside brackets. One in three ends inside the bracket, the others with
    the bracket and the space after it.

    Args:
        corpus: the model's, if it is at hand (`charlstm.text.corpus.at_hand`). With None, or a
            validation text that has too few brackets, the project's own seed texts are returned.
        why_none: a sentence on why there is none (`CheckpointInfo.no_text`); None for that it is
            not at hand.
    """
    if corpus is not None:
        cutter = _Cutter(corpus)
        seeds: list[Seed] = []
        for most, belongs in _GROUPS:
            group = [b for b in cutter.brackets if belongs(b)]
            seeds += cutter.spread(group, min(most, SEEDS - len(seeds)))
        if len(seeds) == SEEDS:
            seeds.sort(key=lambda seed: seed.position or 0)
            source = text("experiments.battery.of_text", seeds=SEEDS, corpus=corpus.description)
            return Battery("validation text", source, seeds)
    written = json.loads(_OWN.read_text(encoding="utf-8"))["seed_texts"]
    if corpus is None:
        why = why_none or text("experiments.battery.not_at_hand")
        source = text("experiments.battery.without", seeds=SEEDS, why=why)
    else:
        source = text("experiments.battery.too_few", seeds=SEEDS)
    return Battery("written for this project", source, [_seed(own, None, None) for own in written])


def probing_battery(
    sampler: Sampler,
    battery: Battery,
    temperature: float,
    samples: int,
    horizon: int,
    dice: int,
    across_lines: bool = False,
) -> Iterator[BatteryProgress]:
    """Probe the seed texts of a battery one after the other; closing the generator stops it.

    Seed text number i (from 0) and its control have ``dice`` + i: with the same dice for all, the
    seed texts' rates would not be independent.

    Args:
        sampler: of the model.
        battery: the seed texts.
        temperature, samples, horizon, dice, across_lines: of each seed text, as for
            `ProbeQuestion`.

    Yields:
        progress every 25 characters, the last time with the result.

    Raises:
        UserError: an argument is out of its range.
    """
    questions = [
        ProbeQuestion(seed.text, (temperature,), samples, horizon, dice, across_lines)
        for seed in battery.seeds
    ]
    rows: list[SeedResult] = []
    for number, (seed, question) in enumerate(zip(battery.seeds, questions, strict=True)):
        own = (dice + number) % (MAX_DICE + 1)
        target, without = question.target(), question.with_comma
        stray = Stray(without, target.closing)
        watches: list[tuple[str, Watch]] = [(seed.text, target), (without, stray)]
        at, numbers = [temperature], range(samples)
        watching = Watching(sampler, watches, at, numbers, own, _EVERY, across_lines=across_lines)
        closings, control = watching.fates
        for _ in rounds(sampler, [watching], horizon, _EVERY):
            done = number + (closings.decided + control.decided) / (2 * samples)
            yield BatteryProgress(done / len(battery.seeds), list(rows))
        [closed], [strays] = closings.happened(), control.happened()
        rows.append(
            SeedResult(seed, samples, closed, closed / samples, strays, strays / samples, own)
        )
    rate, rate_interval = over_seeds([row.rate for row in rows])
    control_rate, control_interval = over_seeds([row.control for row in rows])
    difference, difference_interval = over_seeds([row.rate - row.control for row in rows])
    result = BatteryResult(
        name=battery.name,
        source=battery.source,
        temperature=temperature,
        samples=samples,
        horizon=horizon,
        dice=dice,
        across_lines=across_lines,
        rows=rows,
        rate=rate,
        rate_interval=rate_interval,
        control=control_rate,
        control_interval=control_interval,
        difference=difference,
        difference_interval=difference_interval,
    )
    yield BatteryProgress(1.0, rows, result)


class _Cutter:
    """Cuts seed texts out of a validation text."""

    def __init__(self, corpus: Corpus) -> None:
        self._ids, self._vocab = np.asarray(corpus.validation), corpus.vocab
        self.brackets = real_brackets(self._ids, self._vocab)
        change = np.zeros(len(self._ids) + 1, np.int64)
        for b in self.brackets:
            change[b.position] += 1
            change[b.position + (b.row if b.distance is None else b.distance)] -= 1
        outside = change.cumsum()[:-1] == 0
        space, newline = (self._ids == i for i in self._vocab.encode(" \n"))
        after_space = np.append(True, (space | newline)[:-1])
        starts = np.flatnonzero(outside & after_space & ~space & ~newline)
        self._starts = np.append(starts, len(self._ids))
        self._rows = np.append(0, np.flatnonzero(newline) + 1)

    def spread(self, brackets: list[RealBracket], wanted: int) -> list[Seed]:
        """``wanted`` seed texts, or fewer, at about evenly spaced brackets, each used once."""
        seeds: dict[int, Seed] = {}
        for number in range(wanted):
            first = number * len(brackets) // wanted
            for index in range(first, min(first + _TRIES, len(brackets))):
                if index in seeds:
                    continue
                seed = self._cut(brackets[index], _LENGTHS[number % 4], number % 3 == 2)
                if seed is not None:
                    seeds[index] = seed
                    break
        return list(seeds.values())

    def _cut(self, bracket: RealBracket, length: int, inside: bool) -> Seed | None:
        """The seed text at a bracket; None if it would have a stray, an unknown character, fewer
        brackets open than the text has there, or another bracket to be closed first."""
        position, distance = bracket.position, bracket.distance
        row = self._rows[np.searchsorted(self._rows, position, side="right") - 1]
        start = int(self._starts[np.searchsorted(self._starts, max(row, position - length))])
        if distance is None or start >= position:
            return None
        cut = self._vocab.decode(self._ids[start : position + distance].tolist())
        end = cut.find(" ", position - start + (distance // 2 if inside else 1)) + 1
        scanned = scan(cut[:end])
        if (
            UNK_SHOWN in cut
            or scanned.strays
            or scanned.unclosed[-1:] != [position - start]
            or len(scanned.unclosed) != bracket.depth
        ):
            return None
        return _seed(cut[:end], position, distance + 1 - (end - (position - start)))


def _seed(seed_text: str, position: int | None, distance: int | None) -> Seed:
    kind = seed_text[Target(seed_text).position]
    return Seed(seed_text, position, distance, len(scan(seed_text).unclosed), kind)
