"""How often the model closes one text's bracket, and puts a stray one after its control, while
units are held and while none is: many samples, all on the same dice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charlstm.experiments.cells.pair import CONTROL, TEXT, Pair
from charlstm.experiments.continuations import Watch, Watching, rounds
from charlstm.experiments.intervals import wilson_interval
from charlstm.experiments.results import Difference
from charlstm.model.hold import Unit
from charlstm.model.limits import check_asked
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Stray, Target

_CHARACTERS_A_REPORT = 4_000  # over all samples


@dataclass(frozen=True)
class EventRate:
    """In how many samples an event happened.

    Attributes:
        count: samples with the event.
        interval: 95 % Wilson interval of their share; None while samples are drawn.
        change: the share minus that of the same text without a hold, paired by sample; None
            without a hold, and while samples are drawn.
    """

    count: int
    interval: tuple[float, float] | None
    change: Difference | None


@dataclass(frozen=True)
class RateRow:
    """What became of the samples while some units were held, or none.

    Attributes:
        closed: samples of the text that closed the bracket.
        strays: samples of its control with a stray (`charlstm.experiments.results.Control`).
    """

    closed: EventRate
    strays: EventRate


@dataclass(frozen=True)
class HeldRates:
    """The rates of one text.

    Attributes:
        samples: of the text and of the control each, in each row.
        characters: drawn of each sample so far, at most the horizon.
        decided, streams: samples whose fate is known, and all of them.
        rows: without a hold, with the units held, and with the others, if there are any.
        done: whether all samples are drawn.
    """

    samples: int
    characters: int
    decided: int
    streams: int
    rows: list[RateRow]
    done: bool


def text_rates(
    sampler: Sampler,
    text: str,
    units: Sequence[Unit],
    others: Sequence[Unit] = (),
    *,
    before: str = "",
    control: str = ",",
    samples: int,
    temperature: float,
    horizon: int,
    dice: int,
    across_lines: bool = False,
) -> Iterator[HeldRates]:
    """Continue a text and its control many times, with units held as by `Pair.held` and without.

    Args:
        units: that are held: in the text at their values in the control, in the control at their
            values in the text.
        others: that are held for comparison; may be empty.
        before, control: as for `watched`.
        samples: of each, one or more.
        temperature, horizon, dice, across_lines: as in `ProbeQuestion`.

    Yields:
        the counts so far, the last time with intervals.

    Raises:
        UserError: an argument is out of its range, or there is nothing to hold.
    """
    check_asked([temperature], horizon, dice, samples)
    pair = Pair(sampler, text, before, control, units, others)
    pair.hold_begins(units)
    sets = [[], units, *([others] if others else [])]
    watches: dict[int, Watch] = {
        TEXT: Target(text),
        CONTROL: Stray(pair.texts[CONTROL], pair.closing),
    }
    every = max(1, min(25, _CHARACTERS_A_REPORT // (samples * 2 * len(sets))))
    parts: list[list[Watching]] = []
    for held in sets:
        row = []
        for side, watch in watches.items():
            reading, values = pair.held(side, held) if held else (pair.free[side], {})
            row.append(
                Watching(
                    sampler, [(pair.texts[side], watch)], [temperature], range(samples), dice,
                    every, [values] if values else (), across_lines, [reading.states],
                )
            )  # fmt: skip
        parts.append(row)
    every_part = [part for row in parts for part in row]

    def report(characters: int, *, done: bool) -> HeldRates:
        return HeldRates(
            samples,
            characters,
            sum(part.fates[0].decided for part in every_part),
            samples * len(every_part),
            [_rate(row, parts[0], samples, done=done) for row in parts],
            done,
        )

    drawn = 0
    for drawn in rounds(sampler, every_part, horizon, every):
        yield report(drawn, done=False)
    yield report(drawn, done=True)


def _rate(row: list[Watching], free: list[Watching], samples: int, *, done: bool) -> RateRow:
    """The rates of a row, of its text and of its control."""

    def rate(own: Watching, without: Watching) -> EventRate:
        [count] = own.fates[0].happened()
        if not done:
            return EventRate(count, None, None)
        change = Difference.between(own.fates[0].distances(0), without.fates[0].distances(0))
        interval = wilson_interval(count, samples)
        return EventRate(count, interval, None if own is without else change)

    return RateRow(*(rate(own, without) for own, without in zip(row, free, strict=True)))
