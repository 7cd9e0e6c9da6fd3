"""How often the model closes the bracket, and puts a stray one, while units are held.

Seed texts are real texts cut inside a bracket, and their controls, with all that precedes them read
to warm up. A hold begins at the bracket and lasts, as on the page (`pair.Pair.held`). All six kinds
of text are continued with the same dice.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from charlstm.errors import user_error
from charlstm.experiments.cells.pair import CONTROL, TEXT, Pair
from charlstm.experiments.cells.places import Place
from charlstm.experiments.cells.source import Source
from charlstm.experiments.continuations import Watch, Watching, rounds
from charlstm.experiments.intervals import FEWEST, Estimate, over_seeds
from charlstm.model.hold import Unit
from charlstm.model.limits import check_temperature
from charlstm.model.noise import MAX_DICE
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Stray, Target, scan
from charlstm.text.vocabulary import UNK_SHOWN

EVERY = 20  # characters a round

KINDS = (
    "open",
    "open, units held at their control values",
    "open, random units held at their control values",
    "control",
    "control, units held at their open values",
    "control, random units held at their open values",
)


@dataclass(frozen=True)
class Sampling:
    """How continuations are drawn.

    Args:
        texts: number of seed texts, at most; 6 to 200.
        samples: of each, 1 to 200.
        temperature: of the samples, 0 to `limits.MAX_TEMPERATURE`.
        horizon: characters after which a sample is cut off, 1 to 500.
        dice: of the first text; text number i, from 0, has ``dice`` + i.

    Raises:
        UserError: a number is out of its range.
    """

    texts: int = 20
    samples: int = 8
    temperature: float = 0.7
    horizon: int = 80
    dice: int = 7

    def __post_init__(self) -> None:
        check_temperature(self.temperature)
        for value, name, least, most in (
            (self.texts, "texts", FEWEST, 200),
            (self.samples, "samples", 1, 200),
            (self.horizon, "horizon", 1, 500),
            (self.dice, "dice", 0, MAX_DICE - 200),
        ):
            if not least <= value <= most:
                raise user_error(f"cells.sampling.{name}", value=value, least=least, most=most)


@dataclass(frozen=True)
class Rate:
    """One kind of text.

    Attributes:
        kind: one of `KINDS`.
        n: samples.
        closed: samples that closed the bracket; of a control, that had a stray.
        rate: closed / n, with an interval over texts.
        change: the rate minus that of the same text without a hold, paired by text; None without a
            hold.
    """

    kind: str
    n: int
    closed: int
    rate: Estimate
    change: Estimate | None


@dataclass(frozen=True)
class Rates:
    """Closing and stray rates.

    Attributes:
        sampling: how they were drawn.
        texts: number of seed texts.
        rows: one for each of `KINDS`.
    """

    sampling: Sampling
    texts: int
    rows: list[Rate]


def seed_texts(source: Source, places: Sequence[Place], count: int) -> list[str]:
    """Texts cut inside a bracket, at the first space from halfway to its end on, with the text
    before the bracket that warms the model up: the bracket is at index ``source.warm_up``.

    Args:
        places: brackets of the text.
        count: the most texts, spread over the places.
    """
    found = []
    for place in places:
        middle = (place.opening + place.closing) // 2
        end = source.text.find(" ", middle, place.closing) + 1
        text = source.text[place.opening - source.warm_up : end]
        if end and UNK_SHOWN not in text and scan(text).unclosed[-1:] == [source.warm_up]:
            found.append(text)
    picked = np.linspace(0, len(found) - 1, min(count, len(found))).round().astype(int)
    return [found[i] for i in picked]


def with_control(source: Source, text: str) -> str:
    """The control text of one of `seed_texts`."""
    return text[: source.warm_up] + source.control + text[source.warm_up + 1 :]


def rates(
    sampler: Sampler,
    source: Source,
    places: Sequence[Place],
    chosen: Sequence[Unit],
    others: Sequence[Unit],
    sampling: Sampling,
) -> Generator[float, None, Rates | None]:
    """Continue texts and their controls, with and without holds.

    Args:
        places: brackets that the texts are cut at.
        chosen: units that are held.
        others: random units that are held for comparison.

    Yields:
        the share that is done.

    Returns:
        None if there are too few texts for an interval.
    """
    texts = seed_texts(source, places, sampling.texts)
    if len(texts) < FEWEST:
        return None
    before = source.warm_up
    closed = np.zeros((len(KINDS), len(texts)))
    for number, text in enumerate(texts):
        pair = Pair(sampler, text[before:], text[:before], source.control, chosen, others)
        control = with_control(source, text)
        watches: list[tuple[str, Watch]] = [
            (text, Target(text)),
            (control, Stray(control, pair.closing)),
        ]
        at, numbers = [sampling.temperature], range(sampling.samples)
        dice = sampling.dice + number
        parts = []
        for side, watch in zip((TEXT, CONTROL), watches, strict=True):
            for units in ([], chosen, others):
                reading, held = pair.held(side, units) if units else (pair.free[side], {})
                part = Watching(
                    sampler, [watch], at, numbers, dice, EVERY, [held] if held else (),
                    starts=[reading.states],
                )  # fmt: skip
                parts.append(part)
        for _ in rounds(sampler, parts, sampling.horizon, EVERY):
            yield number / len(texts)
        closed[:, number] = [part.fates[0].happened()[0] for part in parts]
    share = closed / sampling.samples
    rows = []
    for row, kind in enumerate(KINDS):
        free = share[row // 3 * 3]
        rows.append(
            Rate(
                kind,
                len(texts) * sampling.samples,
                int(closed[row].sum()),
                Estimate(*over_seeds(share[row].tolist())),
                Estimate(*over_seeds((share[row] - free).tolist())) if row % 3 else None,
            )
        )
    return Rates(sampling, len(texts), rows)
