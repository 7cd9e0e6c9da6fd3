"""The room: one component, which a script draws from numbers that it asks for while it is visible.

What answers at once is a server function; samples and rounds, which take seconds, are events in
Gradio's queue, and their progress is the component's value.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr
import segno

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.owners import check_token
from charlstm.classroom.blocks import adding
from charlstm.classroom.question import READY, ask_blind, ask_brackets, for_everybody
from charlstm.classroom.rooms import Joined, Opened, Rooms
from charlstm.classroom.rounds import RoomRound, dealing, latest, pick
from charlstm.classroom.state import State
from charlstm.errors import user_error
from charlstm.texts import text
from charlstm.ui.classroom.shown import (
    AskQuestion,
    Desk,
    DeskQuestion,
    Done,
    JoinQuestion,
    LatestRound,
    LookQuestion,
    OpenQuestion,
    OrderQuestion,
    QrCode,
    QrQuestion,
    RenameQuestion,
    RoomNews,
    RoomPress,
    RoomTurn,
    RoundPick,
    RoundQuestion,
    TableQuestion,
    Writer,
    turn_of,
    view_of,
)
from charlstm.ui.components.cache import Cache
from charlstm.ui.components.component import drawn
from charlstm.ui.components.contract import Text
from charlstm.ui.components.events import CLASSROOM, OWNED, handles, long_question, paced, served
from charlstm.ui.components.files import SavedFile, saved_file
from charlstm.ui.components.limits import MAX_SHOWN_DICE
from charlstm.ui.components.visitor import asker

LONGEST_LINK = 500
"""Most characters of a link as a QR code, which a phone can still read from a wall."""
_NAMES = 1_000
"""Questions of rooms of which it is remembered what their checkpoint is called."""

_SCRIPTS = tuple(
    f"{name}.js"
    for name in (
        "brackets/marks",
        "classroom/connection",
        "classroom/entrance",
        "classroom/invitation",
        "classroom/figures",
        "classroom/rounds",
        "classroom/question",
        "classroom/desk",
    )
)


@dataclass(frozen=True)
class RoomPressed:
    """A press in a room, by the browser with a token."""

    owner: Text
    event: RoomPress


def build_room(checkpoints: Checkpoints, rooms: Rooms) -> gr.HTML:
    """Create the component in the current Gradio context and wire its events."""
    room = drawn(
        __file__,
        "room",
        RoomTurn("idle"),
        after=_SCRIPTS,
        server_functions=[
            *_people_functions(checkpoints, rooms),
            *_teacher_functions(checkpoints, rooms),
        ],
        elem_id="class-room",
    )
    owner = gr.Textbox(visible=False)  # its value is the browser's token, by `OWNED`

    @handles(RoomPressed)
    def turn(sent: RoomPressed) -> Iterator[Any]:
        press = sent.event
        asked = (rooms.database, checkpoints, press.code, check_token(sent.owner), asker())
        if press.wants == "samples":
            for report in paced(adding(*asked)):
                yield turn_of(report)
        else:
            for dealt in dealing(*asked):
                yield gr.skip() if dealt is None else RoomTurn("dealt", round=dealt)

    long_question([room.submit], turn, [owner], room, js=OWNED, work=CLASSROOM)
    return room


def _people_functions(checkpoints: Checkpoints, rooms: Rooms) -> list[Callable[[Any], Any]]:
    """Server functions for everybody in a room."""
    names: Cache[str] = Cache(_NAMES)

    def writer_of(state: State) -> str:
        """What the page calls the checkpoint that a room's question is asked of; looked up once a
        question, since each browser of a class asks for the state once a second."""
        if state.question is None:
            return ""
        key = (state.code, state.number, name := state.question.checkpoint)
        if (called := names.get(key)) is None:
            names.keep(key, called := for_everybody(checkpoints).called(name))
        return called

    @served(LookQuestion)
    def look(asked: LookQuestion) -> RoomNews:
        state = rooms.state(asked.code, asked.since, asked.token or None, asked.teacher or None)
        return RoomNews(None if state is None else view_of(state, writer_of(state)))

    @served(OpenQuestion)
    def open_room(_asked: OpenQuestion) -> Opened:
        return rooms.open()

    @served(JoinQuestion)
    def join(asked: JoinQuestion) -> Joined:
        return rooms.join(asked.code, check_token(asked.token))

    @served(RenameQuestion)
    def rename(asked: RenameQuestion) -> Done:
        rooms.rename(asked.code, asked.token, asked.name)
        return Done()

    @served(RoundQuestion)
    def latest_round(asked: RoundQuestion) -> LatestRound:
        return LatestRound(latest(rooms.database, asked.code, asked.token))

    @served(RoundPick)
    def pick_text(asked: RoundPick) -> RoomRound:
        return pick(rooms.database, asked.code, asked.token, asked.number, asked.place)

    @served(QrQuestion)
    def qr_code(asked: QrQuestion) -> QrCode:
        return qr_of(asked.link)

    return [look, open_room, join, rename, latest_round, pick_text, qr_code]


def _teacher_functions(checkpoints: Checkpoints, rooms: Rooms) -> list[Callable[[Any], Any]]:
    """Server functions for the teacher of a room."""

    @served(DeskQuestion)
    def desk(_asked: DeskQuestion) -> Desk:
        offered = for_everybody(checkpoints).choices()
        return Desk([Writer(name, called) for called, name in offered], [*READY])

    @served(AskQuestion)
    def ask(asked: AskQuestion) -> Done:
        question = (
            ask_brackets(
                checkpoints,
                asked.checkpoint,
                asked.seed_text,
                asked.temperatures,
                asked.horizon,
                secrets.randbelow(MAX_SHOWN_DICE + 1),
            )
            if asked.kind == "brackets"
            else ask_blind(checkpoints, asked.checkpoint)
        )
        rooms.ask(asked.code, asked.teacher, question)
        return Done()

    @served(OrderQuestion)
    def order(asked: OrderQuestion) -> Done:
        match asked.order:
            case "show" | "hide":
                rooms.show(asked.code, asked.teacher, asked.order == "show")
            case "stop" | "go on":
                rooms.stop(asked.code, asked.teacher, asked.order == "stop")
            case "keep" | "let end":
                rooms.keep(asked.code, asked.teacher, asked.order == "keep")
            case "reset":
                rooms.reset(asked.code, asked.teacher)
        return Done()

    @served(TableQuestion)
    def table(asked: TableQuestion) -> SavedFile:
        rows = rooms.table(asked.code, asked.teacher)
        return saved_file(f"room-{asked.code}", "csv", rows.encode())

    return [desk, ask, order, table]


def qr_of(link: str) -> QrCode:
    """A link as a QR code.

    Raises:
        UserError: it has more than `LONGEST_LINK` characters, or none.
    """
    if not 0 < len(link) <= LONGEST_LINK:
        length = text("classroom.characters", n=len(link))
        raise user_error("classroom.qr_long", characters=length, most=LONGEST_LINK)
    code = segno.make(link.encode("utf-8", "replace"), error="m", micro=False)
    return QrCode(["".join(map(str, row)) for row in code.matrix])
