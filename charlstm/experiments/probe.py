"""Does the model close an open bracket? Many samples, two controls on the same dice, intervals.

The question is asked of one bracket, the innermost that the seed text leaves open, and a stack
answers it: any closing bracket is not the matching one. Three things can happen to a sample:

* ``closed``: the continuation closes that bracket;
* ``paragraph``: a newline comes first. It ends the paragraph and competes with closing;
* ``horizon``: neither happened within the horizon. The sample is censored, which is not the same
  as never closing.

The controls tell closing from the habit of writing ")": the same seed text continued with the same
dice, with a comma for that bracket, and with a pair that is closed already. See `Control` for what
they count. The pair is always spelled with a space inside, "( )": that is how the text that models
here are trained on writes brackets, and what follows the bracket stays as it was typed, so the
last characters before the continuation are the same in all three texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from charlstm.errors import UserError
from charlstm.experiments.continuations import Watched, rounds
from charlstm.experiments.intervals import wilson_interval
from charlstm.experiments.open_curve import Weighted
from charlstm.experiments.results import Control, Difference, TemperatureResult
from charlstm.experiments.survival import incidence
from charlstm.experiments.verdict import Verdict, verdict_on
from charlstm.model.noise import check_dice
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Stray, Target, with_comma

MAX_SAMPLES = 5_000
MAX_HORIZON = 2_000

CURVE_STREAMS = 200
"""Streams of the weighted curve, at most, and never more than samples: a stream knows more than a
sample does, so fewer are enough (see `charlstm.experiments.open_curve`)."""

# Characters drawn, over all samples of one seed text, between two reports: with the controls some
# 300 ms of two cores at 512 units.
_CHARACTERS_A_REPORT = 4_000


@dataclass(frozen=True)
class ProbeResult:
    """What was asked, and what was found; `dataclasses.asdict` makes it JSON.

    Attributes:
        temperatures: one result each, in the order asked for.
        verdict: in words.
        seed_text, horizon, dice, samples: as asked for.
    """

    temperatures: list[TemperatureResult]
    verdict: Verdict
    seed_text: str
    horizon: int
    dice: int
    samples: int


@dataclass(frozen=True)
class ProbeProgress:
    """How far a probe has come.

    Attributes:
        characters: written so far in each stream, at most the horizon.
        decided, streams: those whose fate is known already, and all; controls included.
        closed, strays: samples and comma controls with their event so far, one number a
            temperature.
        result: with the last report, None before.
    """

    characters: int
    decided: int
    streams: int
    closed: list[int]
    strays: list[int]
    result: ProbeResult | None = None


def probe(
    sampler: Sampler,
    seed_text: str,
    temperatures: Sequence[float],
    samples: int,
    horizon: int,
    dice: int,
) -> ProbeResult:
    """Continue a seed text many times and count how often its open bracket is closed.

    Args:
        sampler: the model.
        seed_text: leaves at least one bracket open; the innermost is watched.
        temperatures: one or more.
        samples: continuations at each temperature, 1 to `MAX_SAMPLES`.
        horizon: characters after which a sample counts as censored, 1 to `MAX_HORIZON`.
        dice: the same dice give the same result; sample and controls share them.

    Raises:
        UserError: the seed text is empty or leaves no bracket open, or a number is out of range.
    """
    for progress in probing(sampler, seed_text, temperatures, samples, horizon, dice):
        result = progress.result
    assert result is not None
    return result


def probing(
    sampler: Sampler,
    seed_text: str,
    temperatures: Sequence[float],
    samples: int,
    horizon: int,
    dice: int,
) -> Iterator[ProbeProgress]:
    """`probe` step by step, for whoever wants to watch or to stop it by closing the generator.

    Yields:
        reports some 300 ms apart; the last one carries the result.
    """
    if not seed_text:
        raise UserError("The seed text is empty.", 'Type one with an open bracket, like "He ( ".')
    _check(sampler, temperatures, samples, horizon, dice)
    target = Target(seed_text)
    before, bracket = seed_text[: target.position], seed_text[target.position]
    after = seed_text[target.position + 1 :]
    pair_text = f"{before}{bracket} {target.closing}{after}"
    texts = with_comma(seed_text, target.position), pair_text
    asked = Watched(sampler, seed_text, target, temperatures, samples)
    comma, pair = (
        Watched(sampler, text, Stray(text, target.closing), temperatures, samples) for text in texts
    )
    everyone = (asked, comma, pair)
    curves = [
        Weighted(sampler, target, seed_text, temperature, min(samples, CURVE_STREAMS))
        if temperature
        else None
        for temperature in temperatures
    ]

    def report(characters: int, result: ProbeResult | None = None) -> ProbeProgress:
        return ProbeProgress(
            characters,
            sum(streams.decided for streams in everyone),
            len(everyone) * samples * len(temperatures),
            asked.happened(),
            comma.happened(),
            result,
        )

    every = max(1, min(25, _CHARACTERS_A_REPORT // (samples * len(temperatures))))
    parts = [*everyone, *(curve for curve in curves if curve is not None)]
    for characters in rounds(sampler, parts, horizon, dice, every):
        yield report(characters)
    found = []
    for row, (temperature, curve) in enumerate(zip(temperatures, curves, strict=True)):
        drawn = list(asked.samples(row))
        distances = asked.distances(row)
        controls = [
            Control.of(text, streams.distances(row))
            for text, streams in zip(texts, (comma, pair), strict=True)
        ]
        closed = asked.happened()[row]
        found.append(
            TemperatureResult(
                temperature,
                samples,
                closed,
                closed / samples,
                wilson_interval(closed, samples),
                drawn,
                *controls,
                *(Difference.between(distances, control.distances) for control in controls),
                incidence(drawn, horizon, dice),
                None if curve is None else curve.curve(horizon),
            )
        )
    unknown = sampler.vocab.unknown(seed_text + target.closing)
    said = verdict_on(seed_text, horizon, found, unknown)
    yield report(characters, ProbeResult(found, said, seed_text, horizon, dice, samples))


def _check(
    sampler: Sampler, temperatures: Sequence[float], samples: int, horizon: int, dice: int
) -> None:
    if not temperatures:
        raise UserError("No temperature is given.", "Give one or more.")
    for temperature in temperatures:
        sampler.distribution(torch.zeros(1), temperature)  # refuses one out of range
    if not 1 <= samples <= MAX_SAMPLES:
        raise UserError(
            f"{samples:,} samples can't be drawn.", f"Ask for a number from 1 to {MAX_SAMPLES:,}."
        )
    if not 1 <= horizon <= MAX_HORIZON:
        raise UserError(
            f"A horizon of {horizon:,} characters is out of range.",
            f"Choose one from 1 to {MAX_HORIZON:,}.",
        )
    check_dice(dice)
