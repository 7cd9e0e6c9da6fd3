"""``python -m charlstm``: see `charlstm.cli.main`."""

import os
import sys

from charlstm.environment import PASSIVE_WAITING

if __name__ == "__main__":
    os.environ.setdefault(*PASSIVE_WAITING)  # before torch is loaded
    from charlstm.cli.main import main

    sys.exit(main())
