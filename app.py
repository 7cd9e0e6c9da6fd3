"""Start the page: ``python app.py``.

Environment: ``CHARLSTM_HOME`` names the folder that everything is written to (see
`charlstm.folders`), and ``CHARLSTM_KEEP`` one that runs are copied to, as the storage that a Space
mounts. Gradio itself reads ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT``.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from types import FrameType

from charlstm.environment import PASSIVE_WAITING, variable, with_defaults
from charlstm.folders import SHIPPED, checkpoints_folder, library_folders, remarks, rooms_folder

os.environ.update(
    with_defaults(
        GRADIO_ANALYTICS_ENABLED="False",
        # After each queued event Gradio sums up its records of the last events: keep them few.
        GRADIO_ANALYTICS_MAX_EVENTS="200",
        **PASSIVE_WAITING,
    )
    | library_folders()
)

import torch

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.classroom.rooms import Rooms
from charlstm.errors import UserError
from charlstm.runs.archive import archiving
from charlstm.runs.manager import Runs
from charlstm.ui.app import build_app, launch_options


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)  # runs `finally` blocks, which an unhandled SIGTERM does not


def main() -> None:
    """Compose the page and serve it until it is told to end; runs save before that."""
    folder = checkpoints_folder()
    for remark in remarks():
        print(remark, file=sys.stderr)
    signal.signal(signal.SIGTERM, _leave)
    torch.set_num_threads(1)  # each request reads with one; sampling has `Workers`
    keep = variable("CHARLSTM_KEEP")
    try:
        runs = Runs(folder, shipped=SHIPPED)
        with archiving(runs.catalog, folder, Path(keep)) if keep else nullcontext():
            rooms = Rooms(rooms_folder() / "rooms.sqlite", variable("CHARLSTM_TEACHER_KEY"))
            try:
                page = build_app(Checkpoints(folder, SHIPPED), runs, rooms)
                page.launch(**launch_options(page.opens_with))
            finally:
                runs.close()
                rooms.close()
    except UserError as error:  # a variable of the environment has a value that can't be used
        sys.exit(str(error))


if __name__ == "__main__":
    main()
