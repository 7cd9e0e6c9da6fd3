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

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from charlstm.experiments.continuations import Drawn, Watched, rounds
from charlstm.experiments.open_curve import Weighted
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.results import Control, TemperatureResult
from charlstm.experiments.verdict import Verdict, verdict_on
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Stray

CURVE_STREAMS = 200
"""Streams of the weighted curve, at most, and never more than samples: a stream knows more than a
sample does, so fewer are enough (see `charlstm.experiments.open_curve`)."""

# Characters drawn, over all samples of one seed text, between two reports: with the controls some
# 300 ms of two cores at 512 units.
_CHARACTERS_A_REPORT = 4_000


@dataclass(frozen=True)
class ProbeResult:
    """What was asked, and what was found.

    Attributes:
        question: what was asked.
        temperatures: one result each, in the order asked for.
        verdict: in words.
    """

    question: ProbeQuestion
    temperatures: list[TemperatureResult]
    verdict: Verdict

    def plain(self) -> dict[str, Any]:
        """The result as JSON has it; what was asked stands beside what was found."""
        found = asdict(self)
        asked: dict[str, Any] = found.pop("question")
        del asked["temperatures"]  # each result names its own
        return found | asked


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


def probe(sampler: Sampler, question: ProbeQuestion) -> ProbeResult:
    """Continue a seed text many times and count how often its open bracket is closed."""
    for progress in probing(sampler, question):
        result = progress.result
    assert result is not None
    return result


def probing(sampler: Sampler, question: ProbeQuestion) -> Iterator[ProbeProgress]:
    """`probe` step by step, for whoever wants to watch or to stop it by closing the generator.

    Yields:
        reports some 300 ms apart; the last one carries the result.
    """
    temperatures, samples, horizon = question.temperatures, question.samples, question.horizon
    target = question.target()
    asked = Watched(sampler, question.seed_text, target, temperatures, samples)
    comma, pair = (
        Watched(sampler, text, Stray(text, target.closing), temperatures, samples)
        for text in (question.with_comma, question.with_pair)
    )
    everyone = (asked, comma, pair)
    curves = [
        Weighted(sampler, target, question.seed_text, temperature, min(samples, CURVE_STREAMS))
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
    parts: list[Drawn] = [*everyone, *(curve for curve in curves if curve is not None)]
    for characters in rounds(sampler, parts, horizon, question.dice, every):
        yield report(characters)
    found = []
    for row, (temperature, curve) in enumerate(zip(temperatures, curves, strict=True)):
        found.append(
            TemperatureResult.of(
                temperature,
                list(asked.samples(row)),
                horizon,
                question.dice,
                control=Control.of(question.with_comma, comma.distances(row)),
                pair=Control.of(question.with_pair, pair.distances(row)),
                still_open=None if curve is None else curve.curve(horizon),
            )
        )
    unknown = sampler.vocab.unknown(question.seed_text + target.closing)
    said = verdict_on(question.seed_text, horizon, found, unknown)
    yield report(characters, ProbeResult(question, found, said))
