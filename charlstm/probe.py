"""Does the model close an open bracket? Many samples, a control on the same dice, an interval.

The question is asked of one bracket, the innermost that the seed text leaves open, and a stack
answers it: any closing bracket is not the matching one. Three things can happen to a sample:

* ``closed``: the continuation closes that bracket;
* ``paragraph``: a newline comes first. It ends the paragraph and competes with closing;
* ``horizon``: neither happened within the horizon. The sample is censored, which is not the same
  as never closing.

The control tells closing from the habit of writing ")": the same seed text with a comma for that
bracket, continued with the same dice. See `Control` for what it counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from charlstm.brackets import OPENING, PAIRS, Stray, Target
from charlstm.errors import UserError
from charlstm.sampler import Sampler
from charlstm.vocab import Vocabulary

FATES = ("closed", "paragraph", "horizon")
MAX_SAMPLES = 5_000
MAX_HORIZON = 2_000

# Characters drawn, over all streams, between two reports: some 100 ms of two cores at 512 units.
_CHARACTERS_A_REPORT = 2_000


@dataclass(frozen=True)
class ProbeSample:
    """One continuation.

    Attributes:
        text: the seed text and what follows, up to and including the character that decided its
            fate.
        fate: one of `FATES`.
        distance: characters after the seed text up to and including the closing bracket; None
            unless closed.
    """

    text: str
    fate: str
    distance: int | None


@dataclass(frozen=True)
class Control:
    """The same seed text with "," for the bracket, continued with the same dice.

    Counts the samples in which, within the horizon and before the paragraph ends, a closing bracket
    of the watched kind closes nothing by the stack of the control text. Closing what the
    continuation opened, or an outer bracket that the seed text leaves open, is not counted: with an
    outer "(" the first ")" has something to close, and only the next one is a stray.

    Attributes:
        seed_text: the text that was continued.
        n, closed, rate, interval: samples, those with such a stray, closed / n, and its 95 %
            interval after Wilson.
    """

    seed_text: str
    n: int
    closed: int
    rate: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class TemperatureResult:
    """What happened at one temperature.

    Attributes:
        n, closed, rate, interval: samples, those that closed the bracket within the horizon,
            closed / n, and its 95 % interval after Wilson.
        samples: all n of them, by sample number.
        control: beside it, with n samples too.
    """

    temperature: float
    n: int
    closed: int
    rate: float
    interval: tuple[float, float]
    samples: list[ProbeSample]
    control: Control


@dataclass(frozen=True)
class ProbeResult:
    """One result a temperature, in the order asked for; `dataclasses.asdict` makes it JSON."""

    temperatures: list[TemperatureResult]


@dataclass(frozen=True)
class ProbeProgress:
    """How far a probe has come.

    Attributes:
        characters: written so far in each stream, at most the horizon.
        decided, streams: those whose fate is known already, and all; controls included.
        closed, strays: samples and controls with their event so far, one number a temperature.
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
        dice: the same dice give the same result; sample and control share them.

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
        reports some 100 ms apart; the last one carries the result.
    """
    if not seed_text:
        raise UserError("The seed text is empty.", 'Type one with an open bracket, like "He ( ".')
    if not 1 <= samples <= MAX_SAMPLES:
        raise UserError(
            f"{samples:,} samples can't be drawn.", f"Ask for a number from 1 to {MAX_SAMPLES:,}."
        )
    if not 1 <= horizon <= MAX_HORIZON:
        raise UserError(
            f"A horizon of {horizon:,} characters is out of range.",
            f"Choose one from 1 to {MAX_HORIZON:,}.",
        )
    target = Target(seed_text)
    without = f"{seed_text[: target.position]},{seed_text[target.position + 1 :]}"
    stray = Stray(without, PAIRS[seed_text[target.position]])
    every = max(1, min(25, _CHARACTERS_A_REPORT // max(1, samples * len(temperatures))))
    asked, control = (
        _Watched(
            sampler.stream(text, temperatures, horizon, dice, samples, every),
            sampler.vocab,
            [[watch.again() for _ in range(samples)] for _ in temperatures],
        )
        for text, watch in ((seed_text, target), (without, stray))
    )

    def report(result: ProbeResult | None = None) -> ProbeProgress:
        return ProbeProgress(
            max(asked.characters, control.characters),
            asked.decided + control.decided,
            2 * samples * len(temperatures),
            asked.happened(),
            control.happened(),
            result,
        )

    # Both advance in every round: "|" asks both, "or" would ask the second only after the first.
    while asked.advance() | control.advance():
        yield report()
    results = []
    for row, temperature in enumerate(temperatures):
        closed, strays = (
            (count, count / samples, wilson_interval(count, samples))
            for count in (asked.happened()[row], control.happened()[row])
        )
        drawn = [
            ProbeSample(seed_text + written, fate, distance)
            for written, fate, distance in asked.samples(row)
        ]
        found = Control(without, samples, *strays)
        results.append(TemperatureResult(temperature, samples, *closed, drawn, found))
    yield report(ProbeResult(results))


def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval for a rate.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    JASA 22 (1927) 209-212; recommended over the textbook interval by Brown, Cai and DasGupta,
    "Interval Estimation for a Binomial Proportion", Statistical Science 16 (2001) 101-133. It
    stays sane where the rate is 0 or 1.

    Args:
        successes: 0 to n.
        n: trials, at least 1.
        confidence: the share of such intervals that should hold the true rate.

    Raises:
        ValueError: successes or n make no rate.

    Example:
        >>> low, high = wilson_interval(10, 10)
        >>> round(low, 4), high
        (0.7225, 1.0)
    """
    if not 0 <= successes <= n or n < 1:
        raise ValueError(f"{successes} of {n} is not a rate")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = successes / n
    centre = rate + z * z / (2 * n)
    reach = z * (rate * (1 - rate) / n + z * z / (4 * n * n)) ** 0.5
    scale = 1 + z * z / n
    # Exactly 0 and 1 at the ends, where rounding would leave 1e-17 of doubt.
    low = 0.0 if successes == 0 else (centre - reach) / scale
    high = 1.0 if successes == n else (centre + reach) / scale
    return low, high


class _Watched:
    """The streams of one seed text, ordered [temperature][sample], and what has become of each.

    The event is the watches' own (the bracket closes, a stray comes); a newline before it ends
    the paragraph.
    """

    def __init__(
        self,
        blocks: Iterator[np.ndarray],
        vocab: Vocabulary,
        watches: list[list[Target]] | list[list[Stray]],
    ) -> None:
        self._blocks, self._vocab, self._watches = blocks, vocab, watches
        self._written: list[np.ndarray] = []
        # Few characters can decide anything; the others are never looked at one by one.
        deciding = {*PAIRS, *OPENING, "\n"}
        self._deciding = np.array([c in deciding for c in vocab.characters] + [False])
        shape = (len(watches), max(map(len, watches), default=0))
        self._event = np.zeros(shape, np.int32)  # characters up to the event, 0: none
        self._end = np.zeros(shape, np.int32)  # characters up to the newline, 0: none
        self.characters = 0

    def advance(self) -> bool:
        """Read one more block; False when there is nothing left to read or to decide."""
        if self.characters and self.decided == self._event.size:
            return False
        block = next(self._blocks, None)
        if block is None:
            return False
        for step, row, sample in np.argwhere(self._deciding[block]).tolist():
            if self._event[row, sample] or self._end[row, sample]:
                continue
            character = self._vocab.characters[block[step, row, sample]]
            if character == "\n":
                self._end[row, sample] = self.characters + step + 1
            elif self._watches[row][sample].feed(character):
                self._event[row, sample] = self.characters + step + 1
        self._written.append(block.astype(np.int32))
        self.characters += len(block)
        return True

    @property
    def decided(self) -> int:
        """Streams whose event or newline has come."""
        return int(np.count_nonzero(self._event | self._end))

    def happened(self) -> list[int]:
        """Streams with the event, one number a temperature."""
        return np.count_nonzero(self._event, axis=1).tolist()

    def samples(self, row: int) -> Iterator[tuple[str, str, int | None]]:
        """What was written at one temperature, to the deciding character; fate and distance."""
        ids = np.concatenate([block[:, row] for block in self._written])
        for sample in range(ids.shape[1]):
            event, end = int(self._event[row, sample]), int(self._end[row, sample])
            fate = "closed" if event else "paragraph" if end else "horizon"
            yield self._vocab.decode(ids[: event or end or None, sample]), fate, event or None
