"""The endpoint /room: a program joins a class's room, adds samples, and reads what all see."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.blocks import adding
from charlstm.classroom.question import BLOCK
from charlstm.classroom.rooms import Rooms
from charlstm.errors import user_error
from charlstm.ui.components.events import CLASSROOM, endpoint
from charlstm.ui.components.visitor import asker

_ACTIONS = ("join", "add", "state")


def add_room_api(checkpoints: Checkpoints, rooms: Rooms) -> None:
    """Add the endpoint to the page in the current Gradio context."""

    def room(action: str, code: str, token: str = "", since: int = 0) -> dict[str, Any]:
        """Take part in a class's room.

        Args:
            action: "join" gives a token and a name; "add" draws 20 samples that nobody in the room
                has drawn; "state" reads what everybody in the room sees.
            code: of the room, from the teacher's screen.
            token: from "join", which accepts one of 32 hexadecimal digits too; "state" needs none.
            since: for "state": a version of which only later ones are wanted.
        """
        _check(action, code, token, since)
        if action == "join":
            return asdict(rooms.join(code, token or None))
        if action == "add":
            return _added(rooms, checkpoints, code, token)
        state = rooms.state(code, since, token or None)
        if state is None:
            return {"version": since, "changed": False}
        # Converts tuples to lists, which Gradio would send as text.
        answer: dict[str, Any] = json.loads(json.dumps(asdict(state)))
        return answer | {"changed": True}

    gr.events.api(endpoint(room), api_name="room", **CLASSROOM)


def _added(rooms: Rooms, checkpoints: Checkpoints, code: str, token: str) -> dict[str, Any]:
    """Draw a block: the numbers of its samples, from 1, and what they are while answers are
    shown."""
    for report in adding(rooms.database, checkpoints, code, token, asker()):
        added = report.added
    assert added is not None
    return {
        "first": added.first + 1,
        "last": added.first + BLOCK,
        "samples": added.samples and [[asdict(one) for one in row] for row in added.samples],
        "strays": added.strays,
    }


def _check(action: Any, code: Any, token: Any, since: Any) -> None:
    texts = isinstance(code, str) and isinstance(token, str)
    if action not in _ACTIONS or not texts or type(since) is not int:
        raise user_error("classroom.request")
