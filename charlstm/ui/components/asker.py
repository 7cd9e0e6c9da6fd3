"""Who asks the sampling engine: one browser counts as one person, however many tabs it has."""

from __future__ import annotations

from gradio.context import LocalContext

from charlstm.model.jobs import Asker

_COOKIE = "charlstm-person"  # as in owner.js


def asker(*, urgent: bool = False) -> Asker:
    """The person whose event is being handled; to be called before the handler's first yield.

    A browser that refuses cookies, as in a frame of another site, counts each tab as a person, and
    so does a program each of its sessions.

    Args:
        urgent: whether the person watches the text being written.
    """
    request = LocalContext.request.get(None)
    if request is None:
        return Asker(urgent=urgent)
    return Asker(request.cookies.get(_COOKIE) or request.session_hash or "", urgent)
