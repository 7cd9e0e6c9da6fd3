"""The probe over a battery of seed texts: an answer about the model and not about one prompt.

A rate after one seed text has an interval that holds for that seed text alone: repeats of one
prompt are not independent prompts. Here the intervals resample seed texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from charlstm.battery import Battery, Seed
from charlstm.brackets import Stray, Target
from charlstm.dice import MAX_DICE, check_dice
from charlstm.errors import UserError
from charlstm.intervals import over_seeds
from charlstm.probe import MAX_HORIZON, MAX_SAMPLES
from charlstm.sampler import Sampler
from charlstm.watched import Watched, rounds

SAMPLES = 25
"""Unless asked otherwise: at each seed text, so 1,000 in all and as many controls."""

_EVERY = 25  # characters between two reports


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


@dataclass(frozen=True)
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
        samples: at each seed text, 1 to `probe.MAX_SAMPLES`.
        horizon, dice: as for `probe.probe`.

    Yields:
        a report every 25 characters; the last one carries the result.

    Raises:
        UserError: an argument is out of its range.
    """
    sampler.distribution(torch.zeros(1), temperature)  # refuses one out of range
    for value, most, what in (
        (samples, MAX_SAMPLES, "samples at each seed text"),
        (horizon, MAX_HORIZON, "characters of horizon"),
    ):
        if not 1 <= value <= most:
            raise UserError(f"{value:,} {what} are out of range.", f"Choose from 1 to {most:,}.")
    check_dice(dice)
    rows: list[SeedResult] = []
    for number, seed in enumerate(battery.seeds):
        own = (dice + number) % (MAX_DICE + 1)
        target = Target(seed.text)
        without = f"{seed.text[: target.position]},{seed.text[target.position + 1 :]}"
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
    rates, controls = ([getattr(row, name) for row in rows] for name in ("rate", "control"))
    differences = [a - b for a, b in zip(rates, controls, strict=True)]
    figures = (value for means in (rates, controls, differences) for value in over_seeds(means))
    result = BatteryResult(
        battery.name, battery.source, temperature, samples, horizon, dice, rows, *figures
    )
    yield BatteryProgress(1.0, rows, result)
