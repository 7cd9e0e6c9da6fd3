"""Shared by all figures: the colours of the light page, and writing a figure to bytes.

matplotlib is imported only when a figure is written.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from charlstm.errors import user_error
from charlstm.export.palette import light

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("svg", "png")
"""The file formats of figures."""

INK, DIM, LINE, CARD, ACCENT, HOT = map(light, ("ink", "dim", "line", "card", "accent", "t-hot"))
DPI = 200  # dots an inch


def picture(figure: Figure, kind: str) -> bytes:
    """The content of a figure's file.

    Args:
        figure: the figure to write.
        kind: one of `KINDS`.

    Raises:
        UserError: ``kind`` is none of them.
    """
    if kind not in KINDS:
        raise user_error("export.kind", kind=repr(kind), kinds=", ".join(KINDS))
    import matplotlib

    # SVG text stays text. A fixed salt, and no date, make files of the same run identical.
    own: Any = {"svg.fonttype": "none", "svg.hashsalt": "charlstm"}
    with matplotlib.rc_context(own), io.BytesIO() as file:
        figure.savefig(file, format=kind, metadata={"Date": None} if kind == "svg" else {})
        return file.getvalue()
