"""What the browser and the server tell each other about a room, as JSON (`room.js`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from charlstm.classroom.blocks import Adding
from charlstm.classroom.question import BracketsAsked, Ready, RoomQuestion
from charlstm.classroom.rounds import RoomRound
from charlstm.classroom.state import AtTemperature, BlindCounts, State
from charlstm.experiments.blind_test import TEMPERATURES
from charlstm.experiments.continuations import ProbeSample
from charlstm.ui.components.contract import Real, Text, Whole


@dataclass(frozen=True)
class LookQuestion:
    """A request for a room's state.

    Attributes:
        since: the version that the browser has; 0 for none.
        token: of this browser; "" for one who only looks.
        teacher: the room's secret or the server's key; "" for anybody else.
    """

    code: Text
    since: Whole
    token: Text
    teacher: Text


@dataclass(frozen=True)
class AskedQuestion:
    """What a room asks. The dice of blind rounds stay on the server.

    Attributes:
        called: what the page calls the checkpoint.
        seed_text, horizon: of a bracket question.
    """

    kind: Literal["brackets", "blind"]
    called: str
    seed_text: str
    temperatures: list[float]
    horizon: int


@dataclass(frozen=True)
class RoomView:
    """A room for one who looks at it; attributes as of `State`."""

    version: int
    code: str
    name: str
    teacher: bool
    names: list[str]
    ends: float | None
    shown: bool
    stopped: bool
    number: int
    question: AskedQuestion | None
    counted: int
    waiting: int
    most: int
    own: int
    brackets: list[AtTemperature] | None = None
    blind: BlindCounts | None = None


@dataclass(frozen=True)
class RoomNews:
    """The answer to a `LookQuestion`; without a room, it has not changed."""

    room: RoomView | None = None


@dataclass(frozen=True)
class OpenQuestion:
    """A request to open a room."""


@dataclass(frozen=True)
class JoinQuestion:
    """A request to join a room, by a browser's token."""

    code: Text
    token: Text


@dataclass(frozen=True)
class RenameQuestion:
    """A request to change one's name."""

    code: Text
    token: Text
    name: Text


@dataclass(frozen=True)
class AskQuestion:
    """The teacher's request to ask the room a question; ``seed_text`` and what follows belong to a
    bracket question."""

    code: Text
    teacher: Text
    kind: Literal["brackets", "blind"]
    checkpoint: Text
    seed_text: Text
    temperatures: Annotated[list[Real], Field(max_length=20)]
    horizon: Whole


@dataclass(frozen=True)
class OrderQuestion:
    """A teacher's order."""

    code: Text
    teacher: Text
    order: Literal["show", "hide", "stop", "go on", "keep", "let end", "reset"]


@dataclass(frozen=True)
class TableQuestion:
    """The teacher's request for all answers as a file."""

    code: Text
    teacher: Text


@dataclass(frozen=True)
class Done:
    """The answer to a request that only changes something."""


@dataclass(frozen=True)
class DeskQuestion:
    """A request for what the teacher may choose from."""


@dataclass(frozen=True)
class Writer:
    """A checkpoint that may write for a room: its name, and what the page calls it."""

    checkpoint: str
    called: str


@dataclass(frozen=True)
class Desk:
    """What the teacher may choose from: checkpoints, and ready questions."""

    checkpoints: list[Writer]
    ready: list[Ready]


@dataclass(frozen=True)
class RoundQuestion:
    """A request for one's latest blind round."""

    code: Text
    token: Text


@dataclass(frozen=True)
class LatestRound:
    """The answer to a `RoundQuestion`."""

    round: RoomRound | None = None


@dataclass(frozen=True)
class RoundPick:
    """A pick: the place of a text in a round of the room."""

    code: Text
    token: Text
    number: Whole
    place: Whole


@dataclass(frozen=True)
class QrQuestion:
    """A request for the QR code of a link."""

    link: Text


@dataclass(frozen=True)
class QrCode:
    """The squares of a QR code, without the blank border: a text of 0 and 1 (dark) for each row."""

    rows: list[str]


@dataclass(frozen=True)
class RoomPress:
    """What the browser sends when a person adds samples or wants a blind round."""

    code: Text
    wants: Literal["samples", "round"]


@dataclass(frozen=True)
class OwnSamples:
    """A person's new samples at one of the question's temperatures: how many closed the bracket,
    and the first of them, without the seed text."""

    closed: int
    n: int
    text: str
    fate: str


@dataclass(frozen=True)
class RoomTurn:
    """The progress of what this browser draws for its room.

    Attributes:
        decided, streams: samples and controls whose fate is known, and all of them.
        first: number of the first added sample, from 1.
        added: the new samples; None before, and while the answers are hidden.
        round: a new blind round.
    """

    phase: Literal["idle", "waiting", "asking", "added", "dealt", "stopped"]
    decided: int = 0
    streams: int = 0
    first: int = 0
    added: list[OwnSamples] | None = None
    round: RoomRound | None = None


def view_of(state: State, called: str) -> RoomView:
    """A room's state as the browser receives it.

    Args:
        called: what the page calls the checkpoint of the room's question.
    """
    values = {name: value for name, value in vars(state).items() if name != "people"}
    asked = None if state.question is None else _asked(state.question, called)
    return RoomView(**values | {"question": asked})


def turn_of(report: Adding) -> RoomTurn:
    """The progress of a block of samples."""
    added = report.added
    if added is None:
        return RoomTurn("asking", report.decided, report.streams)
    own = None if added.samples is None else [_own(row) for row in added.samples]
    return RoomTurn("added", report.decided, report.streams, added.first + 1, own)


def _own(samples: list[ProbeSample]) -> OwnSamples:
    closed = sum(sample.fate == "closed" for sample in samples)
    first = samples[0]
    written = first.text[len(first.text) - first.length :]
    return OwnSamples(closed, len(samples), written, first.fate)


def _asked(question: RoomQuestion, called: str) -> AskedQuestion:
    if isinstance(question, BracketsAsked):
        probe = question.probe
        return AskedQuestion(
            "brackets",
            called,
            probe.seed_text,
            list(probe.temperatures),
            probe.horizon,
        )
    return AskedQuestion("blind", called, "", list(TEMPERATURES), 0)
