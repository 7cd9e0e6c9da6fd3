"""What the figures share: the colours of the light page, and a figure as a file.

matplotlib is imported when a figure is written.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from charlstm.errors import UserError
from charlstm.export.palette import light

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("svg", "png")
"""What a figure can be written as."""

INK, DIM, LINE, CARD, ACCENT, HOT = map(light, ("ink", "dim", "line", "card", "accent", "t-hot"))
DPI = 200  # dots an inch


def picture(figure: Figure, kind: str) -> bytes:
    """A figure as a file.

    Args:
        kind: one of `KINDS`.

    Raises:
        UserError: it is none of them.
    """
    if kind not in KINDS:
        raise UserError(
            f"A figure can't be written as {kind!r}.", f"Choose one of {', '.join(KINDS)}."
        )
    import matplotlib

    # Text stays text in an SVG; without a date and with a salt the same run gives the same file.
    own: Any = {"svg.fonttype": "none", "svg.hashsalt": "charlstm"}
    with matplotlib.rc_context(own), io.BytesIO() as file:
        figure.savefig(file, format=kind, metadata={"Date": None} if kind == "svg" else {})
        return file.getvalue()
