"""Does the model close an open bracket? Many samples, two controls on the same dice, intervals.

The target is the innermost bracket that the seed text leaves open. A stack decides whether it is
closed, since not every closing bracket matches it. A sample has one of three fates:

* ``closed``: the continuation closes the target;
* ``line``: a newline comes first. It ends the line and competes with closing, unless the question
  lets samples go on across lines;
* ``horizon``: neither happens within the horizon. The sample is censored, which is not the same
  as never closing.

The controls separate closing from writing ")" by habit: the same seed text is continued with the
same dice, once with a comma for the target, and once with a pair that is closed already. `Control`
says what they count. The pair always has a space inside, "( )", as brackets have in the training
texts. The text after the bracket is unchanged, so the last characters before the continuation are
the same in all three texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from charlstm.experiments.continuations import Drawn, Watch, Watching, rounds
from charlstm.experiments.open_curve import Weighted
from charlstm.experiments.question import ProbeQuestion
from charlstm.experiments.results import Control, TemperatureResult
from charlstm.experiments.verdict import Verdict, verdict_on
from charlstm.model.sampler import Sampler
from charlstm.text.brackets import Stray

CURVE_STREAMS = 200
"""The most streams of the weighted curve, and never more than samples: a stream is more informative
than a sample, so fewer suffice (`charlstm.experiments.open_curve`)."""

# Characters drawn between two reports, over all samples of one seed text: with the controls some
# 300 ms on two cores at 512 units.
_CHARACTERS_A_REPORT = 4_000


@dataclass(frozen=True)
class ProbeResult:
    """The result of a probe, with its question.

    Attributes:
        question: the probe's question.
        temperatures: one result a temperature, in the order of the question.
        unknown: characters of the seed text, and its target's closing bracket, that the model has
            never read.
    """

    question: ProbeQuestion
    temperatures: list[TemperatureResult]
    unknown: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """The result in words."""
        question = self.question
        return verdict_on(question.seed_text, question.horizon, self.temperatures, self.unknown)

    def plain(self) -> dict[str, Any]:
        """The result as JSON values, with the question's attributes at the top level, and the
        verdict."""
        result = asdict(self)
        question: dict[str, Any] = result.pop("question")
        del question["temperatures"]  # each result has its own
        return result | {"verdict": asdict(self.verdict)} | question


@dataclass(frozen=True)
class ProbeProgress:
    """The progress of a probe.

    Attributes:
        characters: characters written so far in each stream, at most the horizon.
        decided, streams: streams whose fate is known, and all streams; controls included.
        closed, strays: samples that have closed the bracket, and comma controls with a stray, so
            far, one number a temperature.
        result: in the last report; None before.
    """

    characters: int
    decided: int
    streams: int
    closed: list[int]
    strays: list[int]
    result: ProbeResult | None = None


def probe(sampler: Sampler, question: ProbeQuestion) -> ProbeResult:
    """Continue a seed text many times and count how often its open bracket is closed.

    Args:
        sampler: of the model.
        question: seed text, temperatures, samples, horizon and dice.
    """
    for progress in probing(sampler, question):
        result = progress.result
    assert result is not None
    return result


def probing(sampler: Sampler, question: ProbeQuestion) -> Iterator[ProbeProgress]:
    """`probe` step by step; closing the generator stops it.

    Yields:
        progress every 300 ms or so, the last time with the result.
    """
    temperatures, samples, horizon = question.temperatures, question.samples, question.horizon
    target = question.target()
    every = max(1, min(25, _CHARACTERS_A_REPORT // (samples * len(temperatures))))
    controls: list[tuple[str, Watch]] = [
        (text, Stray(text, target.closing)) for text in (question.with_comma, question.with_pair)
    ]
    watches = [(question.seed_text, target), *controls]
    dice, across = question.dice, question.across_lines
    numbers = range(samples)
    watching = Watching(sampler, watches, temperatures, numbers, dice, every, across_lines=across)
    closings, comma, pair = watching.fates
    count = min(samples, CURVE_STREAMS)
    curves = [
        Weighted(sampler, target, question.seed_text, temperature, count, dice, every, across)
        if temperature
        else None
        for temperature in temperatures
    ]

    def report(characters: int, result: ProbeResult | None = None) -> ProbeProgress:
        return ProbeProgress(
            characters,
            sum(fates.decided for fates in watching.fates),
            len(watching.fates) * samples * len(temperatures),
            closings.happened(),
            comma.happened(),
            result,
        )

    parts: list[Drawn] = [watching, *(curve for curve in curves if curve is not None)]
    for characters in rounds(sampler, parts, horizon, every):
        yield report(characters)
    results = []
    for row, (temperature, curve) in enumerate(zip(temperatures, curves, strict=True)):
        results.append(
            TemperatureResult.of(
                temperature,
                list(closings.samples(row)),
                horizon,
                question.dice,
                control=Control.of(question.with_comma, comma.distances(row)),
                pair=Control.of(question.with_pair, pair.distances(row)),
                still_open=None if curve is None else curve.curve(horizon),
            )
        )
    unknown = sampler.vocab.unknown(question.seed_text + target.closing)
    yield report(characters, ProbeResult(question, results, unknown))
