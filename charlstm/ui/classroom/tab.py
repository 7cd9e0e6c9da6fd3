"""The Class tab: a room in which a class asks one question together, and a link for a lesson."""

from __future__ import annotations

import gradio as gr

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.rooms import Rooms
from charlstm.texts import text
from charlstm.ui.classroom.room import build_room
from charlstm.ui.components.component import drawn


def build_class_tab(checkpoints: Checkpoints, rooms: Rooms) -> None:
    """Create the tab's components in the current context and wire their events."""
    build_room(checkpoints, rooms)
    with gr.Accordion(
        text("classroom.lesson.title"), open=False, elem_classes="more", elem_id="lesson"
    ):
        drawn(__file__, "lesson")
