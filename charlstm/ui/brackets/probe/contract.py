"""Tab Brackets, what a probe and its gallery are in the browser; `answer.js` has the same types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.experiments.verdict import Verdict
from charlstm.ui.brackets.watching import Watching


@dataclass(frozen=True)
class Count:
    """In how many of some samples something happened.

    Attributes:
        interval: of its rate; None while the question is open.
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
    """Shares at each of an answer's places.

    Attributes:
        closed, low, high: that closed the bracket, and the band around it.
        paragraph: whose paragraph ended first.
    """

    closed: list[float]
    low: list[float]
    high: list[float]
    paragraph: list[float]


@dataclass(frozen=True)
class StillOpen:
    """The share that is still open at each of an answer's places, with less noise, and its band.

    Attributes:
        effective: how many of the streams count there.
    """

    streams: int
    open: list[float]
    low: list[float]
    high: list[float]
    effective: list[float]


@dataclass(frozen=True)
class Figures:
    """What only an answer has of a temperature.

    Attributes:
        pair: strays where a closed pair stands for the bracket.
        difference, pair_difference: of the closing rate to the two controls'.
        paragraph, open: how many paragraphs ended first, and how many are open at the horizon.
        median: characters after which half had closed, or None.
        still_open: None where it is not defined.
    """

    pair: Count
    difference: Gap
    pair_difference: Gap
    paragraph: int
    open: int
    median: int | None
    curve: Curve
    still_open: StillOpen | None


@dataclass(frozen=True)
class ProbeRow:
    """A temperature: how many closed the bracket, and strays where a comma stands for it."""

    temperature: float
    closed: Count
    comma: Count
    figures: Figures | None = None


@dataclass(frozen=True)
class Progress:
    """How far a probe is.

    Attributes:
        characters: written of each sample, at most the horizon.
        decided, streams: samples whose fate is known, and all; controls included.
        seconds_left: at most; None where it is too early to tell.
    """

    characters: int
    decided: int
    streams: int
    seconds_left: int | None


@dataclass(frozen=True)
class RealText:
    """When n brackets of a real text are closed: the share at each of the answer's places."""

    n: int
    rate: float
    median: int | None
    closed: list[float]
    source: str


@dataclass(frozen=True)
class Baseline:
    """What another kind of model does with the seed text; `curve` is as in `RealText`."""

    name: str
    closed: Count
    comma: Count
    curve: list[float]
    source: str


@dataclass(frozen=True)
class Answer:
    """What an answer has besides the question.

    Attributes:
        key: under which it is kept for its gallery and its files (`KeptAnswers`).
        weights: the fingerprint of the model's.
        linkable: whether a link can carry the seed text.
        places: numbers of characters; for each of them the curves have a value.
        real, baseline: what stands beside it, None where nothing does.
    """

    key: str
    checkpoint: str
    weights: str
    linkable: bool
    verdict: Verdict
    places: list[int]
    real: RealText | None
    baseline: Baseline | None


@dataclass(frozen=True)
class Probe(Watching):
    """What `answer.js` draws; its phase may be "asking" or "done" too.

    Attributes:
        closing: what closes it.
        n: samples at each temperature.
        temperatures: none before anything is known.
        progress: while it is asked, and how far it was when it was stopped.
        answer: in the end.
        counting: whether figures to stand beside the answer are still to come.
    """

    closing: str = ""
    n: int = 0
    horizon: int = 0
    dice: int = 0
    temperatures: Sequence[ProbeRow] = ()
    progress: Progress | None = None
    answer: Answer | None = None
    counting: bool = False


@dataclass(frozen=True)
class GallerySample:
    """A sample to read, without its seed text; its number counts from 1."""

    number: int
    text: str
    fate: str
