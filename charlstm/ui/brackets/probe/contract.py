"""The JSON of a probe and its gallery in the browser; `answer.js` has the same types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.experiments.verdict import Verdict
from charlstm.ui.brackets.watching import Watching


@dataclass(frozen=True)
class Count:
    """In how many samples an event happened.

    Attributes:
        n: samples with the event.
        of: all samples.
        interval: 95 % interval of the rate; None while samples are still being drawn.
    """

    n: int
    of: int
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Gap:
    """The closing rate minus that of a control, and its 95 % interval."""

    rate: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """Shares of the samples within each number of characters in `Answer.places`.

    Attributes:
        closed, low, high: the share that closed the bracket, and its 95 % band.
        line: the share whose line ended first.
    """

    closed: list[float]
    low: list[float]
    high: list[float]
    line: list[float]


@dataclass(frozen=True)
class StillOpen:
    """The weighted estimate of the share still open, after each number of `Answer.places`; see
    `charlstm.experiments.open_curve`.

    Attributes:
        streams: number of weighted streams.
        open, low, high: the share, and its 95 % band.
        effective: number of equally weighted streams that the weights are worth.
    """

    streams: int
    open: list[float]
    low: list[float]
    high: list[float]
    effective: list[float]


@dataclass(frozen=True)
class Figures:
    """The figures of one temperature that exist only in a finished answer.

    Attributes:
        pair: samples with a stray, in the control with a closed pair in place of the bracket.
        difference, pair_difference: closing rate minus the rates of the two controls.
        line, open: samples whose line ended first, and that are open at the horizon.
        median: characters within which half of the samples closed; None if fewer did.
        still_open: None at temperature 0, where it is not defined.
    """

    pair: Count
    difference: Gap
    pair_difference: Gap
    line: int
    open: int
    median: int | None
    curve: Curve
    still_open: StillOpen | None


@dataclass(frozen=True)
class ProbeRow:
    """The result at a temperature.

    Attributes:
        closed: samples that closed the bracket.
        comma: samples with a stray, in the control with a comma in place of the bracket.
        figures: only in a finished answer.
    """

    temperature: float
    closed: Count
    comma: Count
    figures: Figures | None = None


@dataclass(frozen=True)
class Progress:
    """The progress of a probe.

    Attributes:
        characters: written so far in each sample, at most the horizon.
        decided, streams: samples whose fate is known, and all samples; controls included.
        seconds_left: an upper estimate; None in the first second.
    """

    characters: int
    decided: int
    streams: int
    seconds_left: int | None


@dataclass(frozen=True)
class RealText:
    """When the brackets of a real text are closed.

    Attributes:
        n: number of brackets.
        rate: share closed within the horizon.
        median: characters within which half are closed, or None.
        closed: share closed within each number of characters in `Answer.places`.
        source: a sentence on the text.
    """

    n: int
    rate: float
    median: int | None
    closed: list[float]
    source: str


@dataclass(frozen=True)
class Baseline:
    """The same question answered by another kind of model; `curve` is like `RealText.closed`."""

    name: str
    closed: Count
    comma: Count
    curve: list[float]
    source: str


@dataclass(frozen=True)
class Answer:
    """The parts of a finished answer that are not of one temperature.

    Attributes:
        key: its key in `KeptAnswers`, for its gallery and its files.
        weights: fingerprint of the model's weights.
        linkable: whether a link can carry the seed text.
        places: numbers of characters, ascending from 0 to the horizon; the x values of all curves.
        real, baseline: the comparisons, None where there are none.
        missing: a sentence on those that there are not, or "".
    """

    key: str
    checkpoint: str
    weights: str
    linkable: bool
    verdict: Verdict
    places: list[int]
    real: RealText | None
    baseline: Baseline | None
    missing: str


@dataclass(frozen=True)
class Probe(Watching):
    """What `answer.js` draws; its phase may be "asking" or "done" too.

    Attributes:
        closing: the bracket that closes it.
        n: samples at each temperature.
        across_lines: whether samples and controls go on after newlines.
        temperatures: empty before the first report.
        progress: in the phases "asking" and "stopped".
        answer: in the phase "done".
        counting: whether the 7-gram baseline is still being computed.
        opening: whether the page opens with it, so that nobody here has asked yet.
    """

    closing: str = ""
    n: int = 0
    horizon: int = 0
    dice: int = 0
    across_lines: bool = False
    temperatures: Sequence[ProbeRow] = ()
    progress: Progress | None = None
    answer: Answer | None = None
    counting: bool = False
    opening: bool = False


@dataclass(frozen=True)
class GallerySample:
    """A sample of the gallery: its number, from 1, its text without the seed text, its fate."""

    number: int
    text: str
    fate: str
