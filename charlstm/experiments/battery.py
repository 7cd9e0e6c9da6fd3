"""40 seed texts that leave a bracket open: an answer about the model and not about one prompt.

A rate after one seed text has an interval that holds for that seed text alone: repeats of one
prompt are not independent prompts. Here the intervals resample seed texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from charlstm.experiments.baselines import RealBracket, real_brackets
from charlstm.experiments.continuations import Watched, rounds
from charlstm.experiments.intervals import over_seeds
from charlstm.experiments.question import ProbeQuestion
from charlstm.model.noise import MAX_DICE
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Stray, Target, scan
from charlstm.text.corpus import Corpus
from charlstm.text.vocabulary import UNK_SHOWN

SEEDS = 40
SAMPLES = 25
"""Unless asked otherwise: at each seed text, so 1,000 in all and as many controls."""

_OWN = Path(__file__).with_name("battery.json")
_LENGTHS = (40, 120, 300, 600)  # characters before the bracket, at most, one after the other
# At most so many seed texts of the rarer brackets; what they leave is filled with the common one.
_GROUPS: tuple[tuple[int, Callable[[RealBracket], bool]], ...] = (
    (8, lambda b: b.depth > 1),
    (6, lambda b: b.depth == 1 and b.kind != "("),
    (SEEDS, lambda b: b.depth == 1 and b.kind == "("),
)
_TRIES = 100  # brackets looked at for a seed text, from its place in the text on
_EVERY = 25  # characters between two reports


@dataclass(frozen=True)
class Seed:
    """A seed text that leaves a bracket open.

    Attributes:
        position: where that bracket stands in the validation text; None: written for the project.
        distance: after how many more characters the validation text closes it; None there too.
        depth: brackets that the seed text leaves open.
        kind: the bracket.
    """

    text: str
    position: int | None
    distance: int | None
    depth: int
    kind: str


@dataclass(frozen=True)
class Battery:
    """Seed texts to be asked together.

    Attributes:
        name: short.
        source: where they come from, in a sentence.
        seeds: 40 of them.
    """

    name: str
    source: str
    seeds: list[Seed]


@dataclass(frozen=True)
class SeedResult:
    """One seed text's share of a battery: as in `probe.TemperatureResult` and its comma control.

    Attributes:
        n: samples, and as many controls on the same dice.
        closed, rate: samples that closed the bracket within the horizon, and closed / n.
        strays, control: controls in which a stray came, and strays / n.
        dice: that `probe.probe` needs to get the same samples.
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
    """What a battery found at one temperature.

    Attributes:
        name, source: of the battery.
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
    rows: list[SeedResult]
    rate: float
    rate_interval: tuple[float, float]
    control: float
    control_interval: tuple[float, float]
    difference: float
    difference_interval: tuple[float, float]


@dataclass(frozen=True)
class BatteryProgress:
    """How far a battery has come.

    Attributes:
        share: of the work, 0 to 1.
        rows: of the seed texts that are done.
        result: with the last report, None before.
    """

    share: float
    rows: list[SeedResult]
    result: BatteryResult | None = None


def battery(corpus: Corpus | None) -> Battery:
    """40 seed texts from a validation text, or those that were written for this project.

    From the validation text: always the same, spread over it, of several lengths and depths, each
    beginning with a word outside brackets. One in three goes on into the bracket, the others end
    with it and the space behind it.

    Args:
        corpus: the model's, where it is at hand (`charlstm.text.corpus.at_hand`). The project's own
            stand in for None, and for a validation text that has too few brackets.
    """
    if corpus is not None:
        cutter = _Cutter(corpus)
        seeds: list[Seed] = []
        for most, belongs in _GROUPS:
            group = [b for b in cutter.brackets if belongs(b)]
            seeds += cutter.spread(group, min(most, SEEDS - len(seeds)))
        if len(seeds) == SEEDS:
            seeds.sort(key=lambda seed: seed.position or 0)
            source = f"{SEEDS} seed texts from the validation text ({corpus.description})."
            return Battery("validation text", source, seeds)
    texts = json.loads(_OWN.read_text(encoding="utf-8"))["seed_texts"]
    why = "which is not at hand" if corpus is None else "which has too few brackets for it"
    return Battery(
        "written for this project",
        f"{SEEDS} seed texts written for this project, in WikiText's spelling: they stand in for "
        f"seed texts from the validation text, {why}.",
        [_seed(text, None, None) for text in texts],
    )


def probing_battery(
    sampler: Sampler,
    battery: Battery,
    temperature: float,
    samples: int,
    horizon: int,
    dice: int,
) -> Iterator[BatteryProgress]:
    """Ask every seed text of a battery, one after the other; closing the generator stops it.

    Seed text number i (from 0) and its control have the dice plus i: were the dice the same
    everywhere, the seed texts' rates would not be independent.

    Args:
        samples: at each seed text; it, ``horizon`` and ``dice`` as for `ProbeQuestion`.

    Yields:
        a report every 25 characters; the last one carries the result.

    Raises:
        UserError: an argument is out of its range.
    """
    questions = [
        ProbeQuestion(seed.text, (temperature,), samples, horizon, dice) for seed in battery.seeds
    ]
    rows: list[SeedResult] = []
    for number, (seed, question) in enumerate(zip(battery.seeds, questions, strict=True)):
        own = (dice + number) % (MAX_DICE + 1)
        target, without = question.target(), question.with_comma
        asked, control = (
            Watched(sampler, text, watch, [temperature], samples)
            for text, watch in ((seed.text, target), (without, Stray(without, target.closing)))
        )
        for _ in rounds(sampler, [asked, control], horizon, own, _EVERY):
            done = number + (asked.decided + control.decided) / (2 * samples)
            yield BatteryProgress(done / len(battery.seeds), list(rows))
        [closed], [strays] = asked.happened(), control.happened()
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
        """Seed texts at brackets about evenly spaced among those given, each used once."""
        seeds: dict[int, Seed] = {}
        for number in range(wanted):
            first = number * len(brackets) // wanted
            for place in range(first, min(first + _TRIES, len(brackets))):
                if place in seeds:
                    continue
                seed = self._cut(brackets[place], _LENGTHS[number % 4], number % 3 == 2)
                if seed is not None:
                    seeds[place] = seed
                    break
        return list(seeds.values())

    def _cut(self, bracket: RealBracket, length: int, inside: bool) -> Seed | None:
        """The seed text at a bracket; None where it would have a stray, an unknown character,
        fewer brackets open than the text has there, or another bracket to be closed first."""
        place, distance = bracket.position, bracket.distance
        row = self._rows[np.searchsorted(self._rows, place, side="right") - 1]
        start = int(self._starts[np.searchsorted(self._starts, max(row, place - length))])
        if distance is None or start >= place:
            return None
        text = self._vocab.decode(self._ids[start : place + distance].tolist())
        end = text.find(" ", place - start + (distance // 2 if inside else 1)) + 1
        scanned = scan(text[:end])
        if (
            UNK_SHOWN in text
            or scanned.strays
            or scanned.unclosed[-1:] != [place - start]
            or len(scanned.unclosed) != bracket.depth
        ):
            return None
        return _seed(text[:end], place, distance + 1 - (end - (place - start)))


def _seed(text: str, position: int | None, distance: int | None) -> Seed:
    target = Target(text)
    return Seed(text, position, distance, len(scan(text).unclosed), text[target.position])
