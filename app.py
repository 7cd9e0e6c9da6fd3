"""Start the page: ``python app.py``.

Environment: ``CHARLSTM_CHECKPOINTS`` names the folder that runs write to (a Space's persistent
disk); Gradio itself reads ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT``.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from charlstm.environment import PASSIVE_WAITING, with_defaults

os.environ.update(
    with_defaults(
        GRADIO_ANALYTICS_ENABLED="False",
        # After each queued event Gradio sums up its records of the last events: keep them few.
        GRADIO_ANALYTICS_MAX_EVENTS="200",
        **PASSIVE_WAITING,
    )
)

import torch

from charlstm.checkpoints.catalog import Checkpoints
from charlstm.checkpoints.files import SHIPPED, checkpoints_folder
from charlstm.errors import UserError
from charlstm.runs.manager import Runs
from charlstm.ui.app import build_app, launch_options


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)  # runs `finally` blocks, which an unhandled SIGTERM does not


def main() -> None:
    """Compose the page and serve it until it is told to end; runs save before that."""
    folder = checkpoints_folder()
    try:
        runs = Runs(folder, shipped=SHIPPED)
    except UserError as error:  # a limit that is none
        sys.exit(str(error))
    signal.signal(signal.SIGTERM, _leave)
    torch.set_num_threads(1)  # each request reads with one; sampling has `Workers`
    try:
        build_app(Checkpoints(folder, SHIPPED), runs).launch(**launch_options())
    finally:
        runs.close()


if __name__ == "__main__":
    main()
